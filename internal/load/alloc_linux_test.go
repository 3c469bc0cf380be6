package load

import (
	"context"
	"io"
	"net"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// startEcho starts a server that sends a text for every request. It runs on one thread and does not
// allocate, so all that is allocated is the load's.
func startEcho(t testing.TB, text string, keep bool) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	poller, err := poll.New()
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{
		poller:   poller,
		listener: int(file.Fd()),
		text:     []byte(text),
		keep:     keep,
		buffer:   make([]byte, 4096),
	}
	if err := poller.Change(e.listener, poll.None, poll.Readable); err != nil {
		t.Fatal(err)
	}

	ended := make(chan struct{})
	go func() { // ends when the test does
		defer close(ended)
		e.run()
	}()
	t.Cleanup(func() {
		e.stopped.Store(true)
		poller.Wake()
		<-ended
		poller.Close()
		file.Close()
		listener.Close()
	})
	return listener.Addr().String()
}

type echo struct {
	poller   *poll.Poller
	listener int
	text     []byte
	keep     bool // connections stay open
	buffer   []byte
	stopped  atomic.Bool
}

func (e *echo) run() {
	events := make([]poll.Event, poll.Batch)
	for {
		n, _ := e.poller.Wait(events, -1)
		if e.stopped.Load() {
			return
		}
		for _, event := range events[:n] {
			if event.FD == e.listener {
				e.accept()
			} else {
				e.respond(event.FD)
			}
		}
	}
}

func (e *echo) accept() {
	conn, _, errno := unix.Syscall6(unix.SYS_ACCEPT4, uintptr(e.listener), 0, 0,
		unix.SOCK_NONBLOCK, 0, 0)
	if errno == 0 {
		// If this fails there is no response, and the load ends at its deadline.
		_ = e.poller.Change(int(conn), poll.None, poll.Readable)
	}
}

func (e *echo) respond(fd int) {
	n, err := poll.Read(fd, e.buffer)
	if err == unix.EAGAIN {
		return
	}
	if n > 0 {
		_, err = poll.Write(fd, e.text)
	}
	if n <= 0 || err != nil || !e.keep {
		poll.Close(fd)
	}
}

// TestNoAllocation makes loads of two sizes: the larger one allocates no more.
func TestNoAllocation(t *testing.T) {
	test := func(flag, text string, keep bool) {
		t.Helper()
		address := startEcho(t, text, keep)
		allocations := func(n int) uint64 {
			args := []string{flag, "-n", strconv.Itoa(n), "-c", "5", "http://" + address + "/"}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if code := Main(context.Background(), args, io.Discard, io.Discard); code != 0 {
				t.Fatalf("code %d", code)
			}
			runtime.ReadMemStats(&after)
			return after.Mallocs - before.Mallocs
		}
		allocations(100)
		few := allocations(100)
		many := allocations(5100)
		if many > few+50 { // Go's runtime allocates now and then
			t.Errorf("%s: %d allocations for 100 requests, %d for 5100: want none per request",
				flag, few, many)
		}
	}
	test("-q", good, false)
	test("-qk", keepAlive, true)
}

// BenchmarkRequest makes one request after another. The allocations are those per request.
func BenchmarkRequest(b *testing.B) {
	bench := func(name, flag, text string, keep bool) {
		b.Run(name, func(b *testing.B) {
			address := startEcho(b, text, keep)
			b.ReportAllocs()
			b.ResetTimer()
			args := []string{flag, "-n", strconv.Itoa(b.N), "http://" + address + "/"}
			if code := Main(context.Background(), args, io.Discard, io.Discard); code != 0 {
				b.Fatalf("code %d", code)
			}
		})
	}
	bench("close", "-q", good, false)
	bench("keep-alive", "-qk", keepAlive, true)
}
