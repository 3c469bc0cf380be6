package spec

import (
	"fmt"
	"slices"
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

// The bounds of Work: far beyond what an experiment wants, and within what a machine can give.
const (
	maxBody    = 16 << 20
	maxCPU     = time.Second
	maxWait    = 10 * time.Second
	maxWorkers = 1000
)

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

// shortDuration writes a duration as people do: "1m" and not "1m0s", "200us" and not "200µs".
func shortDuration(d time.Duration) string {
	text := strings.Replace(d.String(), "µ", "u", 1)
	for _, rest := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, rest) {
			text = strings.TrimSuffix(text, rest[1:])
		}
	}
	return text
}

// workKeys are the keys of a server that only a model of ours understands.
var workKeys = []string{"body", "cpu", "wait", "blocking", "workers"}

// work reads what a request costs a model.
func (t *table) work(model string) Work {
	for _, key := range workKeys {
		if t.has(key) && !t.has("model") {
			t.refuse(
				key,
				"found without model; allowed: only beside model, for a server of your own does its own work",
			)
		}
	}
	t.onlyFor("workers", model, WorkerModels)
	t.onlyFor("blocking", model, LoopModels)
	w := Work{
		Body:     int(t.count("body", 0, 1, maxBody, "bytes")),
		CPU:      t.durationUpTo("cpu", 0, maxCPU),
		Wait:     t.durationUpTo("wait", 0, maxWait),
		Blocking: t.flag("blocking", false),
		Workers:  int(t.count("workers", 0, 1, maxWorkers, "")),
	}
	if w.Blocking && w.Wait == 0 && !t.wrong["wait"] {
		t.refuse(
			"blocking",
			"found true without wait; allowed: only beside wait, which is what blocks",
		)
	}
	return w
}

// onlyFor refuses a key that means nothing to the model.
func (t *table) onlyFor(key, model string, models []string) {
	if t.has(key) && model != "" && !slices.Contains(models, model) {
		t.refuse(
			key,
			"found beside the model %s; allowed: only beside %s",
			quote(model),
			list(models),
		)
	}
}
