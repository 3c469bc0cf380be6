package spec

import (
	"fmt"
	"strings"
	"time"
)

// Work is what a request to the path "/" costs a server model besides HTTP, and how many workers
// share it.
type Work struct {
	Body     int           // bytes of the response body, from 1; 0 means the 6 of "hello\n"
	CPU      time.Duration // computing, as long as this on a free core; 0 for none
	Wait     time.Duration // simulated I/O, after the computing; 0 for none
	Blocking bool          // an event loop does nothing else during the simulated I/O
	Workers  int           // loops, threads or processes, from 1; 0 means the model's own choice
}

// WorkerModels are the models that have a number of workers. LoopModels are those that have an
// event loop. A test compares both with the models themselves.
var (
	WorkerModels = []string{"reactors", "thread-pool", "prefork"}
	LoopModels   = []string{"async", "reactors"}
)

// String returns what differs from a plain response, as the spec writes it:
// `wait = "5ms", workers = 8`. It is "" if nothing differs.
func (w Work) String() string {
	var parts []string
	add := func(set bool, format string, value any) {
		if set {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	add(w.Body > 0, "body = %d", w.Body)
	add(w.CPU > 0, "cpu = %q", shortDuration(w.CPU))
	add(w.Wait > 0, "wait = %q", shortDuration(w.Wait))
	add(w.Blocking, "blocking = %v", w.Blocking)
	add(w.Workers > 0, "workers = %d", w.Workers)
	return strings.Join(parts, ", ")
}

// Flags returns the flags of labbook serve for the work.
func (w Work) Flags() []string {
	var flags []string
	add := func(set bool, flag string) {
		if set {
			flags = append(flags, flag)
		}
	}
	add(w.Body > 0, fmt.Sprintf("--body=%d", w.Body))
	add(w.CPU > 0, fmt.Sprintf("--cpu=%v", w.CPU))
	add(w.Wait > 0, fmt.Sprintf("--wait=%v", w.Wait))
	add(w.Blocking, "--blocking")
	add(w.Workers > 0, fmt.Sprintf("--workers=%d", w.Workers))
	return flags
}
