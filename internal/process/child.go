package process

import (
	"fmt"
	"io"
	"iter"
	"strconv"

	"labbook.example/labbook/internal/record"
)

// Child is a running process that does not outlive us. What keeps that promise differs by system:
// see child_unix.go and child_windows.go.
type Child struct {
	// PID is the child's process id. On Unix it is also the id of its process group.
	PID int
	// Stdin writes to the child's standard input; nil unless the command asks for it. It is closed
	// when the child has ended. Several goroutines may use it at once.
	Stdin io.WriteCloser

	guard   *guardian       // nil on Windows
	adopter int             // the process that is given the child's orphans; 0 if there is none
	release func()          // see Release; safe to call twice
	done    chan struct{}   // see Done
	ending  Ending          // valid once done is closed
	account *record.Account // valid once done is closed
}

// Ending is how a child ended.
type Ending struct {
	Code   int    `json:"code"`             // exit code; -1 after a signal
	Signal string `json:"signal,omitempty"` // "killed", "segmentation fault"; empty after an exit
	Stuck  []int  `json:"stuck,omitempty"`  // ids of its processes that could not be stopped
	Left   int    `json:"left,omitempty"`   // processes that it left behind when it ended by itself
	Killed bool   `json:"killed,omitempty"` // it was asked to end, and outlived its grace

	// Unguarded is set if the guard was ended from outside, and the child with it.
	Unguarded bool `json:"unguarded,omitempty"`
}

// GuardLost returns the error of a child whose guard was ended from outside, nil if it was not.
func (e Ending) GuardLost(what string) error {
	if !e.Unguarded {
		return nil
	}
	return lostGuard(what)
}

// String returns the ending as people write it: "exit status 3", "signal: killed". A program that
// ends well and leaves a process behind has put itself into the background.
func (e Ending) String() string {
	if e.Signal != "" {
		return "signal: " + e.Signal
	}
	status := "exit status " + strconv.Itoa(e.Code)
	if e.Code == 0 && e.Left > 0 {
		const daemon = "%s, and left a process behind: it put itself into the background; " +
			"start it in the foreground, for nginx with `daemon off;`"
		return fmt.Sprintf(daemon, status)
	}
	return status
}

// Release ends the child without waiting for it: it is first asked to end, then killed.
func (c *Child) Release() { c.release() }

// Stop ends the child. It returns once the child and all that it started are gone, or could not be
// stopped, which Ending tells.
func (c *Child) Stop() {
	c.release()
	<-c.done
}

// Done returns a channel that closes when the child and all that it started are gone, or cannot be
// stopped.
func (c *Child) Done() <-chan struct{} { return c.done }

// Ended reports whether Done is closed.
func (c *Child) Ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// Exited reports whether the child's own process has ended, even if others that it started still
// run. It reports false where the system does not tell.
func (c *Child) Exited() bool { return c.Ended() || exited(c.PID) }

// Processes returns the ids of the child and, where the system tells, of all that it started. The
// child comes first; the others are only looked for if they are asked for.
func (c *Child) Processes() iter.Seq[int] {
	return func(yield func(int) bool) {
		if !yield(c.PID) || c.adopter == 0 {
			return
		}
		all := descendants(c.adopter)
		if c.Ended() { // they may be those of the guard's next child
			return
		}
		for _, pid := range all {
			if pid != c.PID && !yield(pid) {
				return
			}
		}
	}
}

// Ending returns how the child ended. It waits until it has.
func (c *Child) Ending() Ending {
	<-c.done
	return c.ending
}

// Account returns the system's account of what the child used during its life, or nil if the system
// keeps none. It waits until the child has ended.
func (c *Child) Account() *record.Account {
	<-c.done
	return c.account
}
