package stats

import (
	"slices"
	"testing"
	"time"

	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// twins returns how models were measured beside their twins: at 10 clients thread ÷ async is 0.7
// and 0.98 in C, with keep-alive 0.9 and 0.95; at one client there is no difference. All is sure to
// 1%.
func twins() *bias.Measured {
	load := func(concurrency int, keepAlive bool, ours, inC float64) bias.Load {
		return bias.Load{
			KeepAlive:   keepAlive,
			Concurrency: concurrency,
			Throughput: bias.Ratios{
				Ours:  bias.Spread{Median: ours},
				Twins: bias.Spread{Median: inC},
				Bias:  bias.Spread{Median: ours / inC},
			},
			Interval: bias.Interval{
				Low:        0.99 * ours / inC,
				High:       1.01 * ours / inC,
				Confidence: 0.988,
			},
		}
	}
	return &bias.Measured{
		Machine: bias.Machine{OS: "linux"},
		Rounds:  11,
		Loads: []bias.Load{
			load(1, false, 0.85, 0.85),
			load(10, false, 0.7, 0.98),
			load(1, true, 0.9, 0.95),
			load(10, true, 0.9, 0.95),
		},
	}
}

// The comparison of the two models with a twin gets its bias where that is larger than the margin
// and the servers were asked as it was measured.
func TestBiases(t *testing.T) {
	async, thread := spec.Server{Name: "A", Model: "async"}, spec.Server{Name: "B", Model: "thread"}
	test := func(name string, want []Bias, change func(e *spec.Experiment)) {
		t.Helper()
		e := &spec.Experiment{
			Load:    spec.Load{Requests: 1000, Concurrency: []int{1, 8, 20}},
			Design:  spec.Design{Baseline: "A", Margin: 0.1},
			Servers: []spec.Server{async, thread},
		}
		change(e)
		var comparisons []Comparison
		for _, clients := range e.Load.Concurrency {
			level := plan.Level{Kind: plan.Concurrency, Value: clients}
			comparisons = append(comparisons, Comparison{Server: e.Servers[1].Name, Level: level})
		}
		if got := biases(twins(), e, comparisons); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	threadToAsync := func(clients int, ours, inC float64) Bias {
		return Bias{
			Server:      "B",
			Models:      "thread ÷ async",
			Concurrency: clients,
			Ours:        ours,
			Twins:       inC,
		}
	}
	asMeasured := []Bias{threadToAsync(10, 0.7, 0.98)}
	reversed := asMeasured[0]
	reversed.Server, reversed.Models = "A", "async ÷ thread"
	reversed.Ours, reversed.Twins = 1/0.7, 1/0.98
	both := func(e *spec.Experiment, change func(s *spec.Server)) {
		for i := range e.Servers {
			change(&e.Servers[i])
		}
	}
	test("as measured", asMeasured, func(*spec.Experiment) {})
	test("the thread model as baseline", []Bias{reversed}, func(e *spec.Experiment) {
		e.Servers, e.Design.Baseline = []spec.Server{thread, async}, "B"
	})
	test("a larger margin", nil, func(e *spec.Experiment) { e.Design.Margin = 0.5 })
	test("with keep-alive", nil, func(e *spec.Experiment) {
		both(e, func(s *spec.Server) { s.Request.KeepAlive = true })
	})
	test("with keep-alive and a smaller margin", []Bias{
		threadToAsync(1, 0.9, 0.95),
		threadToAsync(10, 0.9, 0.95),
	}, func(e *spec.Experiment) {
		e.Design.Margin = 0.01
		both(e, func(s *spec.Server) { s.Request.KeepAlive = true })
	})
	test("keep-alive on one side", nil, func(e *spec.Experiment) {
		e.Servers[1].Request.KeepAlive = true
	})
	test("work on both", nil, func(e *spec.Experiment) {
		both(e, func(s *spec.Server) { s.Work.Wait = time.Millisecond })
	})
	test("a body", nil, func(e *spec.Experiment) { e.Servers[0].Request.HasBody = true })
	test("on some CPUs", nil, func(e *spec.Experiment) { e.Servers[0].CPUs = cpuset.Of(0) })
	test("the generator on some CPUs", nil, func(e *spec.Experiment) {
		e.Load.CPUs = cpuset.Of(0)
	})
	test("a model without a twin", nil, func(e *spec.Experiment) {
		e.Servers[1].Model = "thread-pool"
	})
	test("a program", nil, func(e *spec.Experiment) { e.Servers[1].Model = "" })
	test("the same model twice", nil, func(e *spec.Experiment) { e.Servers[0].Model = "thread" })
	test("an open loop", nil, func(e *spec.Experiment) { e.Load.Rate = []int{1} })
}

// Nothing is said of a record without the measurement, as older ones are, nor of models that ran
// on another system or were built in another way.
func TestTwinsOf(t *testing.T) {
	rec := &record.Record{}
	if got := twinsOf(rec); got != nil {
		t.Errorf("of an older record: %v", got)
	}
	rec.Bias = twins()
	rec.Environment.OS, rec.Environment.Cgo = "linux", new(false)
	if got := twinsOf(rec); got != rec.Bias {
		t.Errorf("on the same system: %v", got)
	}
	rec.Environment.Cgo = new(true)
	if got := twinsOf(rec); got != nil {
		t.Errorf("in a build with cgo: %v", got)
	}
	rec.Environment.OS, rec.Environment.Cgo = "darwin", new(false)
	if got := twinsOf(rec); got != nil {
		t.Errorf("on another system: %v", got)
	}
	if got := biases(nil, &spec.Experiment{}, []Comparison{{}}); got != nil {
		t.Errorf("without a measurement: %v", got)
	}
}
