//go:build unix

package main

import (
	"errors"
	"io/fs"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// shell runs a script under a guard. It waits until the script has said "ready", so that its traps
// are set.
func shell(t *testing.T, script string) (*child, *readySignal) {
	t.Helper()
	said := &readySignal{ready: make(chan struct{})}
	c, err := command{
		path:   "/bin/sh",
		argv:   []string{"sh", "-c", script},
		stdout: said,
		stderr: said,
	}.start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	return c, said
}

// readySignal keeps what is written to it, and closes ready at the first byte.
type readySignal struct {
	head
	ready chan struct{}
}

func (r *readySignal) Write(p []byte) (int, error) {
	if len(r.data) == 0 && len(p) > 0 {
		close(r.ready)
	}
	return r.head.Write(p)
}

func TestChildEndsByItself(t *testing.T) {
	test := func(script string, want ending) {
		t.Helper()
		c, _ := shell(t, script)
		<-c.done
		if !reflect.DeepEqual(c.end, want) {
			t.Errorf("%s: ended with %v, want %v", script, c.end, want)
		}
	}
	test("exit 0", ending{})
	test("exit 7", ending{Code: 7})
	test("kill -KILL $$", ending{Code: -1, Signal: "killed"})
}

// TestChildIsAccountedFor lets a child and a child of it use CPU, and wants the system's account of
// both.
func TestChildIsAccountedFor(t *testing.T) {
	const burn = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"
	used := func(script string) float64 {
		t.Helper()
		c, _ := shell(t, script)
		<-c.done
		a := c.account
		if a == nil || a.WallSeconds <= 0 || a.VoluntarySwitches == nil ||
			a.InvoluntarySwitches == nil {
			t.Fatalf("%s: account %+v, want a whole one", script, a)
		}
		return a.UserSeconds + a.SystemSeconds
	}
	idle := used("exit 0")
	test := func(name, script string) {
		t.Helper()
		if busy := used(script); busy < 2*idle {
			t.Errorf(
				"%s: %v s of CPU, want far more than the %v s of an idle child",
				name,
				busy,
				idle,
			)
		}
	}
	test("the child itself", burn)
	test("a child of it", "("+burn+") & wait")
	if runtime.GOOS == "linux" { // elsewhere the guard adopts nobody
		test("one that it left behind", "("+burn+"; kill $$) & exec sleep 1000")
	}
}

func TestChildSpeaks(t *testing.T) {
	c, said := shell(t, "echo out; echo err >&2")
	<-c.done
	for _, want := range []string{"out", "err"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the child said %q, want %q in it", said.String(), want)
		}
	}
}

func TestChildIsMadeToEnd(t *testing.T) {
	test := func(name, script, signal string, before func(*child)) {
		t.Helper()
		c, said := shell(t, script)
		<-said.ready
		before(c)
		c.stop()
		if c.end.Signal != signal {
			t.Errorf("%s: ended with %v, want signal %q", name, c.end, signal)
		}
		c.stop() // a second time does nothing
	}
	nothing := func(*child) {}
	test("one that obeys", "echo ready; exec sleep 1000", "terminated", nothing)
	test(
		"one that is deaf",
		"trap '' TERM; echo ready; while :; do sleep 1000; done",
		"killed",
		nothing,
	)
	test("one that is suspended", "echo ready; exec sleep 1000", "terminated", (*child).suspend)
	test("one that was resumed", "echo ready; exec sleep 1000", "terminated",
		func(c *child) { c.suspend(); c.resume() })
}

func TestChildIsInterrupted(t *testing.T) {
	c, said := shell(t, "trap 'exit 3' INT; echo ready; while :; do sleep 0.01; done")
	<-said.ready
	c.interrupt()
	<-c.done
	if !reflect.DeepEqual(c.end, ending{Code: 3}) {
		t.Errorf("ended with %v, want exit status 3", c.end)
	}
	c.interrupt() // nobody is left to hear it
}

func TestChildThatIsNotThere(t *testing.T) {
	_, err := command{path: "/no/such/program", argv: []string{"program"}}.start()
	if err == nil || !strings.Contains(err.Error(), "no such file") || errors.Is(err, fs.ErrExist) {
		t.Errorf("start: %v, want an error that says that there is no such file", err)
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	var end tail
	for range 1000 {
		end.Write([]byte("0123456789"))
	}
	end.Write([]byte("the end \xff\n"))
	if got := end.String(); len(got) > tailBytes+3 || !strings.HasSuffix(got, "the end �") {
		t.Errorf(
			"tail of %d bytes ends in %q, want %d at most and the end",
			len(got),
			got[len(got)-20:],
			tailBytes,
		)
	}
	end.Write([]byte(strings.Repeat("x", 3*tailBytes)))
	if got := end.String(); len(got) != tailBytes {
		t.Errorf("tail keeps %d bytes of a long write, want %d", len(got), tailBytes)
	}
}

func TestHeadKeepsTheBeginning(t *testing.T) {
	var beginning head
	for range 3 {
		if n, err := beginning.Write(make([]byte, headBytes)); n != headBytes || err != nil {
			t.Errorf("Write = %d, %v, want no error", n, err)
		}
	}
	if len(beginning.data) != headBytes {
		t.Errorf("head keeps %d bytes, want %d", len(beginning.data), headBytes)
	}
}
