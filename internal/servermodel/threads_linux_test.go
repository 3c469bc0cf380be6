package servermodel

import (
	"os"
	"testing"
)

func osThreads(t *testing.T) int {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(tasks)
}

// The threads of the process are counted while connections are idle.
func TestThreadsPerConnection(t *testing.T) {
	const connections = 100
	threads := func(model string) (before, after int) {
		address := serve(t, model)
		if err := askOnce(address); err != nil {
			t.Fatal(err)
		}
		before = osThreads(t)
		for range connections {
			conn := dial(t, address)
			// An answer on a connection that stays open shows that it was accepted.
			if _, err := conn.Write([]byte(get11 + "\r\n")); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Read(make([]byte, 256)); err != nil {
				t.Fatal(err)
			}
		}
		return before, osThreads(t)
	}
	// The runtime may start or end threads of its own meanwhile, more of them on a busy machine.
	for _, model := range []string{"async", "reactors", "thread-pool", "goroutine"} {
		if before, after := threads(model); after-before > connections/2 {
			t.Errorf("%s: %d connections made %d threads, want few",
				model, connections, after-before)
		}
	}
	if _, after := threads("thread"); after < connections {
		t.Errorf("thread: %d connections have %d threads, want one each", connections, after)
	}
}
