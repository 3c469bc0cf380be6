package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// holdingRun returns a record of the servers A and B with 1000 requests in each trial. What B holds
// after a trial depends on how many requests it had answered since its start, the trial's own
// included, and on the trial; A does not grow.
func holdingRun(
	restart spec.Restart, rounds int, held func(answered int, t plan.Trial) record.Held,
) *record.Record {
	r := runOfServers(ab, []int{1, 10}, rounds, func(plan.Trial) float64 { return 1 })
	r.Experiment.Design.Restart = restart
	r.Experiment.Load.Requests = 1000
	answered, lastRound := 0, 0
	for i := range r.Results {
		trial := &r.Results[i]
		trial.Load.Measurement.Complete = 1000
		trial.PercentilesMS = nil
		of := func(answered int) *record.Held {
			h := record.Held{Processes: 1, Threads: 7, Descriptors: new(10)}
			h.AnonymousBytes = new(int64(8e6))
			if trial.Server == "B" {
				h = held(answered, trial.Trial)
				h.Processes = 1
			}
			return &h
		}
		if trial.Server == "B" && (restart == spec.RestartTrial ||
			restart == spec.RestartRound && trial.Round != lastRound) {
			answered = 0
		}
		trial.Usage = &record.Usage{Before: of(answered)}
		if trial.Server == "B" {
			answered, lastRound = answered+1000, trial.Round
		}
		trial.Usage.After = of(answered)
		trial.Usage.LoadEnd = trial.Usage.After
	}
	return r
}

// thatHolds returns what a server holds.
func thatHolds(threads, descriptors int, bytes float64) record.Held {
	return record.Held{
		Threads:        threads,
		Descriptors:    &descriptors,
		AnonymousBytes: new(int64(bytes)),
	}
}

func TestGrowing(t *testing.T) {
	test := func(name string, r *record.Record, want GrownInLife) {
		t.Helper()
		a := Analyse(r)
		var got []Doubt
		for _, w := range a.Warnings {
			if w.Code == Growing {
				got = w.Cells
			}
		}
		if want.none() {
			if len(got) > 0 {
				t.Errorf("%s: %+v, want none", name, got)
			}
			return
		}
		if len(got) != 2 || got[0].Evidence != want || got[1].Evidence != want ||
			got[0].Cell.Server != "B" || a.CellsOf("B")[0].State != Suspect {
			t.Errorf("%s: %+v, want %+v of both levels of B", name, got, want)
		}
	}
	leaking := func(answered int, _ plan.Trial) record.Held {
		return thatHolds(7, 11+answered/25, 70e6+50e3*float64(answered))
	}
	test("a descriptor for each 25 requests, and 50 kB for each one",
		holdingRun(spec.RestartNever, 10, leaking), GrownInLife{
			Trials:      20,
			Lives:       1,
			Descriptors: Grown{11, 811, 0.04},
			Memory:      Grown{120e6, 1070e6, 50e3},
		})
	test("threads, in each of ten lives", holdingRun(spec.RestartRound, 10,
		func(answered int, _ plan.Trial) record.Held { return thatHolds(7+answered/40, 11, 8e6) }),
		GrownInLife{Trials: 2, Lives: 10, Threads: Grown{7, 57, 0.025}})
	test("with fresh servers", holdingRun(spec.RestartTrial, 10, leaking), GrownInLife{})

	sound := func(name string, held func(answered int, t plan.Trial) record.Held) {
		t.Helper()
		test(name, holdingRun(spec.RestartNever, 10, held), GrownInLife{})
		test(name+", in lives of a round", holdingRun(spec.RestartRound, 10, held), GrownInLife{})
	}
	sound("a pool of threads that fills", func(answered int, _ plan.Trial) record.Held {
		return thatHolds(min(7+answered/5, 207), 11, 8e6)
	})
	sound("two threads for each client", func(_ int, t plan.Trial) record.Held {
		return thatHolds(7+2*t.Level.Value, 11+2*t.Level.Value, 8e6)
	})
	sound("a cache that fills", func(answered int, _ plan.Trial) record.Held {
		return thatHolds(7, 11, 8e6+50e3*float64(min(answered, 8000)))
	})
	sound("a heap that is collected", func(answered int, _ plan.Trial) record.Held {
		return thatHolds(7, 11, 8e6+50e3*float64(answered%7000))
	})
	sound("descriptors that are collected", func(answered int, _ plan.Trial) record.Held {
		return thatHolds(7, 11+answered/25%60, 8e6)
	})
	sound("a heap that doubles once", func(answered int, _ plan.Trial) record.Held {
		if answered > 12_000 {
			return thatHolds(7, 11, 300e6)
		}
		return thatHolds(7, 11, 150e6)
	})
	sound("a little for each request", func(answered int, _ plan.Trial) record.Held {
		return thatHolds(7, 11+answered/1000, 8e6+2e3*float64(answered))
	})
}

// TestGrowingOfServerNode holds that a server in Node is sound which makes 50 kB of garbage for
// each request. These are the megabytes that it was seen to hold after trials of 1000 requests.
func TestGrowingOfServerNode(t *testing.T) {
	seen := []float64{16.1, 21.8, 19.8, 23.9, 19.8, 23.4, 24.5, 29.6, 32.1, 32.1, 32.1, 32.2, 32.9,
		46.6, 46.6, 46.6, 46.6, 47.8, 49.5, 51.3}
	r := holdingRun(spec.RestartNever, 10, func(answered int, _ plan.Trial) record.Held {
		return thatHolds(7, 21, 1e6*seen[max(answered/1000-1, 0)])
	})
	if a := Analyse(r); len(a.CellsOf("B")[0].Suspicions) > 0 {
		t.Errorf("%+v", a.Warnings)
	}
}

// A life ends with a start, an interruption, a crash and a run.
func TestLives(t *testing.T) {
	lengths := func(change func(int, *record.Result)) (got []int) {
		r := holdingRun(spec.RestartNever, 3, func(int, plan.Trial) record.Held {
			return thatHolds(7, 11, 8e6)
		})
		n := 0
		for i := range r.Results {
			if r.Results[i].StartSeconds = float64(i); r.Results[i].Server == "B" {
				change(n, &r.Results[i])
				n++
			}
		}
		for _, l := range livesOf(r)["B"] {
			got = append(got, len(l))
		}
		return got
	}
	test := func(name string, change func(int, *record.Result), want ...int) {
		t.Helper()
		if got := lengths(change); !slices.Equal(got, want) {
			t.Errorf("%s: lives of %v trials, want %v", name, got, want)
		}
	}
	at := func(n int, do func(*record.Result)) func(int, *record.Result) {
		return func(i int, r *record.Result) {
			if i == n {
				do(r)
			}
		}
	}
	test("never", func(int, *record.Result) {}, 6)
	test("started", at(2, func(r *record.Result) { r.StartupSeconds = new(0.1) }), 2, 4)
	test("resumed", at(1, func(r *record.Result) { r.Resumed = &record.Interruption{} }), 1, 5)
	test("crashed", at(4, func(r *record.Result) { r.Outcome = record.Crashed }), 5, 1)
	test("another run", func(i int, r *record.Result) {
		if i >= 3 {
			r.Run = 1
		}
	}, 3, 3)
}

func TestUnfreed(t *testing.T) {
	test := func(name string, r *record.Record, want *GrownInLoad) {
		t.Helper()
		var found *GrownInLoad
		a := Analyse(r)
		for _, w := range a.Warnings {
			if w.Code == Unfreed {
				found = new(w.Cells[0].Evidence.(GrownInLoad))
			}
		}
		if (found == nil) != (want == nil) || found != nil && *found != *want ||
			a.CellsOf("B")[0].State != Valid {
			t.Errorf("%s: %+v, %s, want %+v", name, found, a.CellsOf("B")[0].State, want)
		}
	}
	per := func(bytes float64) func(int, plan.Trial) record.Held {
		return func(answered int, _ plan.Trial) record.Held {
			return thatHolds(7, 11, 10e6+bytes*float64(answered))
		}
	}
	test("50 kB", holdingRun(spec.RestartTrial, 10, per(50e3)), &GrownInLoad{50e6, 50e3})
	test("10 kB", holdingRun(spec.RestartTrial, 10, per(10e3)), nil)
	test("the server lives on", holdingRun(spec.RestartNever, 1, per(50e3)), nil)
}
