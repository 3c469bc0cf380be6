package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// uses sets what the server used: a share of a core in the quiet interval, and how many more
// threads and descriptors it held after the load than before.
func uses(share float64, threads, descriptors int) func(*record.Result) {
	return func(r *record.Result) {
		r.Usage = &record.Usage{
			CPUSeconds:      new(0.02),
			PeakMemoryBytes: new(int64(4 << 20)),
			QuietSeconds:    new(0.05),
			QuietCPUSeconds: new(0.05 * share),
			Before:          &record.Held{Processes: 1, Threads: 5, Descriptors: new(10)},
			LoadEnd: &record.Held{
				Processes:      1,
				Threads:        9,
				Descriptors:    new(30),
				AnonymousBytes: new(int64(3 << 20)),
			},
			After: &record.Held{
				Processes:   1,
				Threads:     5 + threads,
				Descriptors: new(10 + descriptors),
			},
		}
	}
}

// later sets what the server used in several intervals after the load, as shares of a core.
func later(shares ...float64) func(*record.Result) {
	return func(r *record.Result) {
		uses(shares[0], 0, 0)(r)
		for _, share := range shares[1:] {
			i := record.Interval{Seconds: 0.05, CPUSeconds: 0.05 * share}
			r.Usage.Later = append(r.Usage.Later, i)
		}
	}
}

func TestUsageDoubts(t *testing.T) {
	// 100 requests at c = 1: the limit of a leak is 18.
	test := func(name string, r *record.Record, state State, want ...Warning) {
		t.Helper()
		a := Analyse(r)
		cell := a.CellsOf("B")[0]
		same := slices.EqualFunc(a.Warnings, want, func(x, y Warning) bool {
			return x.Code == y.Code && slices.Equal(x.Cells, y.Cells) &&
				slices.Contains(cell.Suspicions, x.Code)
		})
		if cell.State != state || !same || len(cell.Suspicions) != len(want) {
			t.Errorf("%s: %s %v, warnings %+v, want %s, %+v",
				name, cell.State, cell.Suspicions, a.Warnings, state, want)
		}
	}
	b := Analyse(rec(10)).CellsOf("B")[0].Cell
	of := func(code Code, count int, evidence Evidence) Warning {
		return Warning{Code: code, Cells: []Doubt{{
			Code:     code,
			Cell:     b,
			Count:    count,
			Of:       10,
			Evidence: evidence,
		}}}
	}
	const every = 10
	test("not watched", rec(10), Valid)
	test("only its end is known", change(rec(10), every, func(r *record.Result) {
		r.Usage = &record.Usage{Life: &record.Account{WallSeconds: 1}}
	}), Valid)
	test("healthy", change(rec(10), every, uses(0.008, 4, 6)), Valid)
	test("at the limits", change(rec(10), every, uses(0.0499, 18, 18)), Valid)
	test("busy", change(rec(10), every, uses(0.98, 0, 0)), Suspect,
		of(BusyAfterLoad, 10, QuietCPU(0.98)))
	test("busy a few times",
		change(change(rec(10), every, uses(0, 0, 0)), 4, uses(0.98, 0, 0)), Valid)
	test(
		"busy more often than not",
		change(change(rec(10), every, uses(0, 0, 0)), 6, uses(0.5, 0, 0)),
		Suspect,
		of(BusyAfterLoad, 6, QuietCPU(0.5)),
	)
	test("busy until it rests", change(rec(10), every, later(1, 0, 0)), Suspect,
		of(Deferred, 10, DeferredWork{Seconds: 0.05, Requests: 100, LoadUS: 200}))
	test("busy after a pause, to the end", change(rec(10), every, later(0, 0, 0, 1, 1)), Suspect,
		of(Deferred, 10, DeferredWork{Seconds: 0.1, Requests: 100, LoadUS: 200}))
	test("busy in all intervals", change(rec(10), every, later(1, 0.5, 0.5)), Suspect,
		of(BusyAfterLoad, 10, QuietCPU(0.5)))
	test("busy in all but one", change(rec(10), every, later(1, 0, 0.6)), Suspect,
		of(BusyAfterLoad, 10, QuietCPU(0.3)))
	test("less than matters", change(rec(10), every, later(0.019, 0, 0)), Valid)
	test("watched for longer once, and busy twice at random",
		change(change(rec(10), every, uses(0, 0, 0)), 2, later(1, 0, 0)), Valid)
	test("threads", change(rec(10), every, uses(0, 100, 0)), Suspect,
		of(Leak, 10, Growth{Threads: 100}))
	test("descriptors", change(rec(10), every, uses(0, 0, 19)), Suspect,
		of(Leak, 10, Growth{Descriptors: 19}))
	test("everything", change(rec(10), every, uses(1, 40, 90)), Suspect,
		of(BusyAfterLoad, 10, QuietCPU(1)), of(Leak, 10, Growth{Threads: 40, Descriptors: 90}))
	test("fewer than before", change(rec(10), every, uses(0, -4, -9)), Valid)
	r := change(rec(10), every, uses(0, 60, 60))
	r = change(r, every, func(r *record.Result) { r.Usage.After.Descriptors = nil })
	test("descriptors that may not be read", r, Suspect,
		of(Leak, 10, Growth{Threads: 60}))
}

func TestUsageDoubtsOfFailedTrials(t *testing.T) {
	r := change(change(change(rec(10), 10, uses(0, 0, 0)), 2, uses(1, 0, 0)), 2, fails)
	if cell := Analyse(r).CellsOf("B")[0]; len(cell.Suspicions) > 0 || cell.State != Suspect {
		t.Errorf("%s %v, want suspect for its failed trials alone", cell.State, cell.Suspicions)
	}
}

// Bytes after the body are noted. They change no state: with either ab, the rates are right.
func TestSurplusDoubt(t *testing.T) {
	sends := func(surplus int64) func(*record.Result) {
		return func(r *record.Result) { r.Answer.SurplusBytes = surplus }
	}
	answered := func() *record.Record {
		return change(rec(10), 10, func(r *record.Result) {
			r.Answer = &record.Answer{Status: 200}
		})
	}
	sound := Analyse(answered())
	if slices.ContainsFunc(sound.Warnings, func(w Warning) bool { return w.Code == Surplus }) {
		t.Errorf("without surplus: %+v", sound.Warnings)
	}

	a := Analyse(change(answered(), 4, sends(4)))
	cell := a.CellsOf("B")[0]
	want := []Doubt{{
		Code:     Surplus,
		Cell:     cell.Cell,
		Count:    4,
		Of:       10,
		Evidence: SurplusBytes(4),
	}}
	if len(a.Warnings) != 1 || !slices.Equal(a.Warnings[0].Cells, want) || cell.State != Valid {
		t.Errorf("with surplus: %s, %+v, want valid, %+v", cell.State, a.Warnings, want)
	}
}

// Two servers answer the same question with the same body. A server that is another one, asked for
// something else, may answer with another body; asked for the same, it may not.
func TestBodyOfTheSameServer(t *testing.T) {
	test := func(name string, a, b spec.Server, want bool) {
		t.Helper()
		r := change(rec(10), 10, func(r *record.Result) {
			r.Answer = &record.Answer{Status: 200, SHA256: "of B", Bytes: 7}
		})
		a.Name, b.Name = "A", "B"
		r.Experiment.Servers = []spec.Server{a, b}
		differs := func(w Warning) bool { return w.Code == BodyDiffers }
		if got := slices.ContainsFunc(Analyse(r).Warnings, differs); got != want {
			t.Errorf("%s: a warning: %v, want %v", name, got, want)
		}
	}
	get := spec.Server{Request: spec.Request{Method: "GET", Path: "/"}}
	large, kept := get, get
	large.Request.Path = "/large"
	kept.Request.KeepAlive = true
	same := func(s spec.Server) spec.Server {
		s.Same = "the other"
		return s
	}

	test("two servers", get, get, true)
	test("two servers with a path each", get, large, true)
	test("the same server, kept alive", get, same(kept), true)
	test("the same server, another path", get, same(large), false)
	test("the baseline is the other way", same(large), get, false)
}

func TestLeakLimit(t *testing.T) {
	test := func(load spec.Load, want float64) {
		t.Helper()
		e := &spec.Experiment{Load: load}
		cell := Cell{Cell: plan.Cell{Level: plan.Levels(e)[0]}, Requests: load.Requests}
		if got := leakLimit(e, cell); got != want {
			t.Errorf("leakLimit of %+v = %v, want %v", load, got, want)
		}
	}
	test(spec.Load{Concurrency: []int{1}, Requests: 100}, 18)
	test(spec.Load{Concurrency: []int{10}, Requests: 1000}, 50)
	test(spec.Load{Concurrency: []int{100}, Requests: 1000}, 216)
	test(spec.Load{Concurrency: []int{10}, Requests: 100000}, 5000)
	test(spec.Load{Rate: []int{5000}, Connections: 100, Requests: 1000}, 216)
	test(spec.Load{Rate: []int{5000}, Connections: 1000, Requests: 2000}, 1016)
}

// A build with cgo matters for the threads that the model thread makes, one for each connection.
func TestCgoThreads(t *testing.T) {
	test := func(name string, change func(*record.Record), want bool) {
		t.Helper()
		r := rec(10)
		r.Environment.OS, r.Environment.Cgo = "linux", new(true)
		r.Experiment.Servers[1].Model = "thread"
		change(r)
		got := doubtsOf(r, CgoThreads)
		if want != (len(got) == 1) || want && (got[0].Cell.Server != "B" || got[0].Count != 10) {
			t.Errorf("%s: doubts %+v, want one about all trials of B: %v", name, got, want)
		}
	}
	test("cgo", func(*record.Record) {}, true)
	test("no cgo", func(r *record.Record) { r.Environment.Cgo = new(false) }, false)
	test("unknown", func(r *record.Record) { r.Environment.Cgo = nil }, false)
	test("macOS", func(r *record.Record) { r.Environment.OS = "darwin" }, false)
	test("keep-alive", func(r *record.Record) {
		r.Experiment.Servers[1].Request.KeepAlive = true
	}, false)
	for _, model := range []string{"", "async", "reactors", "thread-pool", "prefork", "goroutine"} {
		test(model, func(r *record.Record) { r.Experiment.Servers[1].Model = model }, false)
	}
}
