package spec

import (
	"fmt"
	"strings"
	"time"
)

// Work is what a request to the path "/" costs a model of ours beside HTTP, and how many share it.
type Work struct {
	Body     int           // bytes of the answer's body, from 1; 0: the six of "hello\n"
	CPU      time.Duration // computing, as long as that on a core of its own; 0: none
	Wait     time.Duration // simulated I/O, after the computing; 0: none
	Blocking bool          // an event loop waits in place for the simulated I/O
	Workers  int           // loops, threads or processes, from 1; 0: as many as the model takes by itself
}

// WorkerModels are the models that have a number of workers, LoopModels those that have an event
// loop. A test holds them together with the models that there are.
var (
	WorkerModels = []string{"reactors", "thread-pool", "prefork"}
	LoopModels   = []string{"async", "reactors"}
)

// String says what differs from a plain answer, as the spec writes it: `wait = "5ms", workers = 8`;
// "" for nothing.
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
