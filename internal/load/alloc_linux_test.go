package load

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
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

// postFlags returns the flags of a POST with headers, one of them from the environment, and a body
// of 1 KB.
func postFlags(t testing.TB) []string {
	t.Helper()
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	body := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(body, bytes.Repeat([]byte("x"), 1024), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{
		"--env",
		"-p", body,
		"-T", "application/json",
		"-H", "Authorization: Bearer ${LABBOOK_TEST_TOKEN}",
		"-H", "X-Request: 1",
	}
}

// TestNoAllocation makes loads of two sizes: the larger one allocates no more. What Go's runtime
// allocates meanwhile, for a thread or a collection, and what the text of a warning needs, depends
// on the machine. So the fewest allocations of several loads count, and one allocation per fifty
// requests is allowed.
func TestNoAllocation(t *testing.T) {
	const (
		small, large = 100, 5100
		allowed      = (large - small) / 50
		attempts     = 10
	)
	test := func(text string, keep bool, flags ...string) {
		t.Helper()
		address := startEcho(t, text, keep)
		allocations := func(n int) uint64 {
			args := append(slices.Clone(flags),
				"-n", strconv.Itoa(n), "-c", "5", "http://"+address+"/")
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if code := Main(context.Background(), args, io.Discard, io.Discard); code != 0 {
				t.Fatalf("code %d", code)
			}
			runtime.ReadMemStats(&after)
			return after.Mallocs - before.Mallocs
		}
		allocations(small)
		few, many := allocations(small), allocations(large)
		for range attempts - 1 {
			if many <= few+allowed {
				return
			}
			few, many = min(few, allocations(small)), min(many, allocations(large))
		}
		if many > few+allowed {
			t.Errorf("%q: %d allocations for %d requests, %d for %d: want none per request",
				flags, few, small, many, large)
		}
	}
	test(good, false, "-q")
	test(keepAlive, true, "-qk")
	test(good, false, "-q", "--rate", "100000", "--arrivals", "poisson")
	post := postFlags(t)
	test(good, false, append(post, "-q")...)
	test(keepAlive, true, append(post, "-qk")...)

	expect := []string{
		"--expect-status", "200",
		"--expect-body", fileOf(t, "ello\n"),
		"--expect-sha256", hex.EncodeToString(sumOf("hello\n")),
	}
	test(good, false, append(expect, "-q")...)
	test(keepAlive, true, append(expect, "-qk")...)
	test(keepAlive, true, "-qk", "--expect-status", "404") // no response is good
}

// BenchmarkRequest makes one request after another: GET, and POST with headers and a body of 1 KB.
// The allocations are those per request.
func BenchmarkRequest(b *testing.B) {
	bench := func(name, text string, keep bool, flags ...string) {
		b.Run(name, func(b *testing.B) {
			address := startEcho(b, text, keep)
			b.ReportAllocs()
			b.ResetTimer()
			args := append(slices.Clone(flags), "-n", strconv.Itoa(b.N), "http://"+address+"/")
			if code := Main(context.Background(), args, io.Discard, io.Discard); code != 0 {
				b.Fatalf("code %d", code)
			}
		})
	}
	post := postFlags(b)
	bench("close", good, false, "-q")
	bench("close-post", good, false, append(post, "-q")...)
	bench("keep-alive", keepAlive, true, "-qk")
	bench("keep-alive-post", keepAlive, true, append(post, "-qk")...)
}

// BenchmarkPost compares POST with headers and a body of 1 KB with GET, by turns, so that what else
// the machine does falls on both. It reports the ratio of their shortest times per request; 1.1 is
// allowed.
func BenchmarkPost(b *testing.B) {
	bench := func(name, text string, keep bool, flag string) {
		b.Run(name, func(b *testing.B) {
			const requests = 500
			address := startEcho(b, text, keep)
			shortest := func(before time.Duration, flags ...string) time.Duration {
				args := append(flags, flag, "-n", strconv.Itoa(requests), "http://"+address+"/")
				began := time.Now()
				if code := Main(context.Background(), args, io.Discard, io.Discard); code != 0 {
					b.Fatalf("code %d", code)
				}
				return min(before, time.Since(began))
			}

			get, post := time.Hour, time.Hour
			flags := postFlags(b)
			for b.Loop() {
				get = shortest(get)
				post = shortest(post, slices.Clone(flags)...)
			}
			b.ReportMetric(float64(get.Nanoseconds())/requests, "ns/GET")
			b.ReportMetric(float64(post.Nanoseconds())/requests, "ns/POST")
			b.ReportMetric(float64(post)/float64(get), "POST/GET")
		})
	}
	bench("close", good, false, "-q")
	bench("keep-alive", keepAlive, true, "-qk")
}
