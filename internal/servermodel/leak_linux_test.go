package servermodel

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// loadOfLeakTest returns how much a server gets. With LABBOOK_SOAK=1 it takes minutes: a million
// requests, and a hundred thousand aborted connections.
func loadOfLeakTest() (requests, aborts int) {
	if os.Getenv("LABBOOK_SOAK") != "" {
		return 1_000_000, 100_000
	}
	return 20_000, 500
}

// use is what this process, which is server and test in one, holds.
type use struct{ descriptors, threads, goroutines, kilobytes int }

// exceeds reports whether a process holds more than before. The runtime's own threads and its heap
// vary a little.
func (u use) exceeds(before use) bool {
	return u.descriptors > before.descriptors || u.goroutines > before.goroutines+2 ||
		u.threads > before.threads+20 || u.kilobytes > before.kilobytes+1024
}

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

// After many requests and aborted connections, the process must hold no more than after the first
// few.
func TestNoLeak(t *testing.T) {
	requests, aborts := loadOfLeakTest()
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			address := serve(t, model)
			abuse(t, address, max(1000, requests/20), max(100, aborts/20))
			before := settled(t, address)
			abuse(t, address, requests, aborts)
			after := settled(t, address)
			// A thread that must close a connection may wait for its turn on a busy machine.
			deadline := time.Now().Add(clientDeadline)
			for after.exceeds(before) && time.Now().Before(deadline) {
				after = settled(t, address)
			}
			t.Logf("before %+v, after %d requests and %d aborts %+v",
				before, requests, aborts, after)
			if after.exceeds(before) {
				t.Errorf("the process had %+v, and afterwards %+v", before, after)
			}
		})
	}
}

// settled returns the min of what the process holds during a few more requests. Usually, but not
// always, the server has closed what earlier clients left before it answers a later one.
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

// abuse sends many requests at a time, and aborts connections at every point of a request.
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
