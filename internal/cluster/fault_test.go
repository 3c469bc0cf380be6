//go:build unix

package cluster

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// lockedBuffer keeps what is written to it. A program may still write as its launcher ends.
type lockedBuffer struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept.String()
}

// faulty runs a script of a shell behind a Fault, and returns what comes of some input.
func faulty(t *testing.T, input string, flags ...string) (code int, out, words string) {
	t.Helper()
	h := NewHost(t)
	for _, setting := range h.Env() {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	const script = `read -r line; while echo "got $line"; read -r line; do :; done; exit 7`
	var stdout, stderr lockedBuffer
	code = Launch(append(flags, "sh", "-c", script), strings.NewReader(input), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// A Fault is a sound launcher until it is told to fail.
func TestFault(t *testing.T) {
	test := func(name, want string, code int, flags ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			got, out, words := faulty(t, "a\nb\nc\n", flags...)
			if out != want || got != code {
				t.Errorf("printed %q, %q, exit code %d; want %q, %d", out, words, got, want, code)
			}
		})
	}
	const all = "got a\ngot b\ngot c\n"
	test("sound", all, 7)
	test("text before", "hi\nyou\n"+all, 7, "-before", `hi\nyou\n`)
	test("delay", all, 7, "-delay", "1ms")
	test("garbage before", string(garbage(1024))+all, 7, "-flood", "1")
	test("exit at once", "", 3, "-do", "exit", "-code", "3")
	test("exit later", "got a\n", 3, "-at", "got a", "-do", "exit", "-code", "3")
	test("cut", "got a\ngot", 0, "-at", "got a", "-do", "cut")
	test("garble", "got a\n"+string(garbage(6))+"got c\n", 7, "-at", "got a", "-do", "garble")
	test("drop the second", "got a\ngot b\n", 7, "-at", "got", "-nth", "2", "-do", "drop")
	test("spill", "got a\n"+string(garbage(1<<20))+"got b\ngot c\n", 7,
		"-at", "got a", "-do", "spill")
	test("an unknown action", "", 2, "-do", "sulk")
}

// A clock is shifted from a moment on.
func TestShiftedClock(t *testing.T) {
	const sent = `{"monotonic_ns":5}` + "\n" + `{"monotonic_ns":6}` + "\n" + `{"wall":7}` + "\n"
	_, out, _ := faulty(t, sent, "-at", "got", "-do", "shift", "-by", "1us")
	const want = `got {"monotonic_ns":5}` + "\n" + `got {"monotonic_ns":1006}` + "\n" +
		`got {"wall":7}` + "\n"
	if out != want {
		t.Errorf("printed %q, want %q", out, want)
	}
}

// What a host has started finds the end of its input when the launcher is gone, unless that is kept
// from it.
func TestHostWithoutLauncher(t *testing.T) {
	for _, keep := range []bool{false, true} {
		h := NewHost(t)
		t.Setenv(HostVariable, h.socket())
		to, answers, err := askHost([]string{"sh", "-c", "echo $$; exec cat"}, keep)
		if err != nil {
			t.Fatal(err)
		}
		var first said
		if err := answers.Decode(&first); err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(first.Out)))
		if err != nil {
			t.Fatal(err)
		}
		to.Close()
		if !keep {
			if !Await(func() bool { return !Alive(pid) }) {
				t.Error("it still runs")
			}
			continue
		}
		// A second program comes and goes, and the first is still there.
		another(t)
		if !Alive(pid) {
			t.Error("the program has ended")
		}
		kill(pid)
	}
}

// A frozen launcher passes nothing on, not even the end of its input.
func TestFrozenFault(t *testing.T) {
	h := NewHost(t)
	t.Setenv(HostVariable, h.socket())
	go Launch([]string{"-at", "a", "-do", "freeze", "sh", "-c", "while read -r line; do :; done"},
		strings.NewReader("a\nb\n"), io.Discard, os.Stderr)
	var left []int
	if !Await(func() bool { left = Marked(h.socket()); return len(left) == 1 }) {
		t.Fatalf("%v run, want the program", left)
	}
	pid := left[0]
	another(t)
	if !Alive(pid) {
		t.Error("the program has ended")
	}
	kill(pid)
}

// another waits until another program of the host has come and gone.
func another(t *testing.T) {
	t.Helper()
	_, answers, err := askHost([]string{"true"}, false)
	var s said
	if err != nil || answers.Decode(&s) != nil || s.Exit == nil {
		t.Fatalf("%v, %+v", err, s)
	}
}
