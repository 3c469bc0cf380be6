//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func pair(t *testing.T) (a, b int) {
	t.Helper()
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(ends[0]); unix.Close(ends[1]) })
	return ends[0], ends[1]
}

func newPoller(t *testing.T) *Poller {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// ready returns what a descriptor is ready for now.
func ready(t *testing.T, p *Poller, fd int) Interest {
	t.Helper()
	var events [8]Event
	n, err := p.Wait(events[:], 0)
	if err != nil {
		t.Fatal(err)
	}
	var all Interest
	for _, e := range events[:n] {
		if e.FD != fd {
			t.Errorf("an event for descriptor %d, want only %d", e.FD, fd)
		}
		all |= e.Ready
	}
	return all
}

func TestReadiness(t *testing.T) {
	p := newPoller(t)
	a, b := pair(t)
	test := func(doing string, from, to, want Interest) {
		t.Helper()
		if err := p.Change(a, from, to); err != nil {
			t.Fatalf("%s: %v", doing, err)
		}
		if got := ready(t, p, a); got != want {
			t.Errorf("%s: ready = %b, want %b", doing, got, want)
		}
	}
	test("nothing to read yet", None, Readable, None)
	test("always room to write", Readable, Readable|Writable, Writable)
	if _, err := unix.Write(b, []byte("x")); err != nil {
		t.Fatal(err)
	}
	test("a byte has arrived", Readable|Writable, Readable, Readable)
	test("it is still there", Readable, Readable, Readable)
	test("not watched", Readable, None, None)
	test("watched again", None, Readable, Readable)
	unix.Shutdown(b, unix.SHUT_WR)
	var buffer [8]byte
	if _, err := unix.Read(a, buffer[:]); err != nil {
		t.Fatal(err)
	}
	test("the peer has ended", Readable, Readable, Readable|Ended)
}

func TestWakeEndsWait(t *testing.T) {
	p := newPoller(t)
	woken := make(chan int)
	go func() {
		var events [8]Event
		n, err := p.Wait(events[:], -1)
		if err != nil {
			n = -1
		}
		woken <- n
	}()
	for range 100000 { // more than the pipe holds
		if err := p.Wake(); err != nil {
			t.Fatal(err)
		}
	}
	if n := <-woken; n != 0 {
		t.Errorf("Wait after Wake = %d events, want 0", n)
	}
	var events [8]Event
	if _, err := p.Wait(events[:], 0); err != nil { // drains what is left of the wakes
		t.Fatal(err)
	}
	if n, err := p.Wait(events[:], time.Millisecond); n != 0 || err != nil {
		t.Errorf("Wait = %d, %v, want 0 after its timeout", n, err)
	}
}

func TestWaitAllocatesNothing(t *testing.T) {
	p := newPoller(t)
	a, _ := pair(t)
	if err := p.Change(a, None, Writable); err != nil {
		t.Fatal(err)
	}
	events := make([]Event, 8)
	// The average of so many hides what the runtime allocates beside them.
	allocs := testing.AllocsPerRun(10_000, func() {
		if n, err := p.Wait(events, 0); n != 1 || err != nil {
			t.Fatalf("Wait = %d, %v, want 1 event", n, err)
		}
	})
	if allocs != 0 {
		t.Errorf("Wait allocates %v times, want none", allocs)
	}
}
