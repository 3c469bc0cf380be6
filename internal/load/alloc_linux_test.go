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

// echo answers requests on one thread, without allocating: so all that is allocated is the load's.
func echo(t testing.TB, answer string, keep bool) (address string) {
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
	var over atomic.Bool
	done := make(chan struct{})
	fd := int(file.Fd())
	if err := poller.Change(fd, poll.None, poll.Readable); err != nil {
		t.Fatal(err)
	}
	go func() { // ends when the test wakes it
		defer close(done)
		events, buffer, text := make([]poll.Event, poll.Batch), make([]byte, 4096), []byte(answer)
		for {
			n, _ := poller.Wait(events, -1)
			if over.Load() {
				return
			}
			for _, event := range events[:n] {
				serveEcho(poller, event.FD, fd, buffer, text, keep)
			}
		}
	}()
	t.Cleanup(func() {
		over.Store(true)
		poller.Wake()
		<-done
		poller.Close()
		file.Close()
		listener.Close()
	})
	return listener.Addr().String()
}

// TestNoAllocation makes loads of different sizes: the greater one allocates no more.
func TestNoAllocation(t *testing.T) {
	for _, c := range []struct {
		flags, answer string
		keep          bool
	}{{"", good, false}, {"-k", keepAlive, true}} {
		address := echo(t, c.answer, c.keep)
		allocated := func(n int) uint64 {
			args := []string{"-q", "-n", strconv.Itoa(n), "-c", "5", "http://" + address + "/"}
			if c.flags != "" {
				args = append([]string{c.flags}, args...)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if code := Main(context.Background(), args, io.Discard, io.Discard); code != 0 {
				t.Fatalf("code %d", code)
			}
			runtime.ReadMemStats(&after)
			return after.Mallocs - before.Mallocs
		}
		allocated(100)
		few, many := allocated(100), allocated(5100)
		if many > few+50 { // the runtime's own, now and then
			t.Errorf(
				"%q: %d allocations for 100 requests, %d for 5100: want none a request",
				c.flags,
				few,
				many,
			)
		}
	}
}

// BenchmarkRequest makes one request after another; allocations are those of a request.
func BenchmarkRequest(b *testing.B) {
	for _, c := range []struct {
		name, flag, answer string
		keep               bool
	}{{"close", "-q", good, false}, {"keep-alive", "-k", keepAlive, true}} {
		b.Run(c.name, func(b *testing.B) {
			address := echo(b, c.answer, c.keep)
			b.ReportAllocs()
			b.ResetTimer()
			args := []string{c.flag, "-q", "-n", strconv.Itoa(b.N), "http://" + address + "/"}
			if code := Main(context.Background(), args, io.Discard, io.Discard); code != 0 {
				b.Fatalf("code %d", code)
			}
		})
	}
}

// serveEcho does what a descriptor is ready for.
func serveEcho(poller *poll.Poller, fd, listener int, buffer, text []byte, keep bool) {
	if fd == listener {
		conn, _, errno := unix.Syscall6(
			unix.SYS_ACCEPT4,
			uintptr(listener),
			0,
			0,
			unix.SOCK_NONBLOCK,
			0,
			0,
		)
		if errno == 0 {
			// If this fails there is no answer, and the load ends by its deadline.
			_ = poller.Change(int(conn), poll.None, poll.Readable)
		}
		return
	}
	n, err := poll.Read(fd, buffer)
	if err == unix.EAGAIN {
		return
	}
	if n > 0 {
		_, err = poll.Write(fd, text)
	}
	if n <= 0 || err != nil || !keep {
		poll.Close(fd)
	}
}
