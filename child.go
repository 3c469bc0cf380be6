package main

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"labbook/internal/record"
)

// command is what a child process is to be.
type command struct {
	path   string   // the executable
	argv   []string // argv[0] is the name by which the child sees itself
	env    []string // added to ours
	dir    string   // its working folder; empty: ours
	stdout io.Writer
	stderr io.Writer
}

// ending is how a child ended.
type ending struct {
	Code   int    `json:"code"`             // exit code; -1 after a signal
	Signal string `json:"signal,omitempty"` // "killed", "segmentation fault"; empty after an exit
	Stuck  []int  `json:"stuck,omitempty"`  // process ids of what was started and could not be stopped
}

// String says the ending as a person would: "exit status 3", "signal: killed".
func (e ending) String() string {
	if e.Signal != "" {
		return "signal: " + e.Signal
	}
	return "exit status " + strconv.Itoa(e.Code)
}

// child is a running process that does not outlive us. What keeps that promise differs by system:
// see child_unix.go and child_windows.go.
type child struct {
	process *exec.Cmd       // the guard where there is one, else the child itself
	pid     int             // of the child, and of its process group where there are such
	done    chan struct{}   // closed when the child and all that it started are gone, or cannot be stopped
	end     ending          // valid once done is closed
	account *record.Account // the same; nil if the system gave none
	release func()          // lets go of the child: it is asked to end, then made to; safe to call twice
}

// stop ends the child and waits until it and all that it started are gone, or cannot be stopped.
func (c *child) stop() {
	c.release()
	<-c.done
}

// ended reports whether the child is gone.
func (c *child) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// waitDelay is how long the output of a child that ended may stay open, held by somebody it
// started.
const waitDelay = time.Second

// tail keeps the end of what is written to it. It is safe for use by two goroutines.
type tail struct {
	mu   sync.Mutex
	data []byte
}

// tailBytes is how much a tail keeps: a stack trace fits, a flood does not.
const tailBytes = 4096

// Write keeps the end of p and of what was there before; it never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, p[max(0, len(p)-tailBytes):]...)
	if over := len(t.data) - tailBytes; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(p), nil
}

// String gives what was kept, as valid text and without the white space around it.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(t.data), "�"))
}

// head keeps the beginning of what is written to it, and forgets the rest: ab's report is a few
// kilobytes, so a program that writes without end cannot fill our memory.
type head struct {
	data []byte
}

// headBytes is how much a head keeps.
const headBytes = 1 << 20

// Write keeps what still fits; it never fails.
func (h *head) Write(p []byte) (int, error) {
	h.data = append(h.data, p[:min(len(p), headBytes-len(h.data))]...)
	return len(p), nil
}

// String gives what was kept as valid text.
func (h *head) String() string { return strings.ToValidUTF8(string(h.data), "�") }

// executable is our own program, which plays every part.
func executable() (string, error) { return os.Executable() }
