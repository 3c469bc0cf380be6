package servermodel

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
)

// How much abuse a server gets. LABBOOK_SOAK=1 asks for what takes minutes: a million requests, and
// a hundred thousand connections that are aborted.
func soak() (requests, aborts int) {
	if os.Getenv("LABBOOK_SOAK") != "" {
		return 1_000_000, 100_000
	}
	return 20_000, 500
}

// use is what this process holds: the server and the test in it.
type use struct{ descriptors, threads, goroutines, kilobytes int }

func useNow(t *testing.T) use {
	t.Helper()
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return use{len(descriptors), osThreads(t), runtime.NumGoroutine(), int(memory.HeapAlloc >> 10)}
}

// TestNoLeak asks and aborts again and again, and looks whether the process is what it was after
// the first time.
func TestNoLeak(t *testing.T) {
	requests, aborts := soak()
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			address := serve(t, model)
			abuse(t, address, max(1000, requests/20), max(100, aborts/20))
			before := settled(t, address)
			abuse(t, address, requests, aborts)
			after := settled(t, address)
			t.Logf(
				"before %+v, after %d requests and %d aborts %+v",
				before,
				requests,
				aborts,
				after,
			)
			// The runtime's own threads and its heap come and go a little.
			if after.descriptors > before.descriptors || after.goroutines > before.goroutines+2 ||
				after.threads > before.threads+20 || after.kilobytes > before.kilobytes+1024 {
				t.Errorf("the process had %+v, and after the abuse %+v", before, after)
			}
		})
	}
}

// settled waits until the server has closed what its clients left, which an answer to one who came
// later shows often but not always: so as long as less and less is open.
func settled(t *testing.T, address string) use {
	t.Helper()
	least := useNow(t)
	for range 20 {
		if err := askOnce(address); err != nil {
			t.Fatal(err)
		}
		now := useNow(t)
		least.descriptors = min(least.descriptors, now.descriptors)
		least.goroutines = min(least.goroutines, now.goroutines)
		least.threads = min(least.threads, now.threads)
		least.kilobytes = min(least.kilobytes, now.kilobytes)
	}
	return least
}

// abuse sends requests many at a time, and aborts connections at every point of a request.
func abuse(t *testing.T, address string, requests, aborts int) {
	t.Helper()
	const together = 500
	lot := strings.Repeat(get11+"\r\n", together-1) + abRequest
	for range requests / together {
		answers, err := talk(address, lot)
		if n := strings.Count(answers, "200 OK"); err != nil || n != together {
			t.Fatalf("%d answers, %v, want %d", n, err, together)
		}
	}
	for i := range aborts {
		if err := abort(address, i%(len(abRequest)+1)); err != nil {
			t.Fatal(err)
		}
	}
}

// abort sends the first bytes of a request and resets the connection.
func abort(address string, bytes int) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(conn, abRequest[:bytes]); err != nil {
		return fmt.Errorf("sending %d bytes: %w", bytes, err)
	}
	if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
		return err
	}
	return conn.Close()
}
