package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/record"
)

// besides gives a trial a second on two cores, of which generator and server use a half each, and
// other programs a share of all.
func besides(other float64) func(*record.Result) {
	return func(r *record.Result) {
		r.Host = &record.Ticks{Busy: 100 + int64(200*other), All: 200}
		r.Load.Process = &record.Account{WallSeconds: 1, UserSeconds: 0.2, SystemSeconds: 0.3}
		r.Usage = &record.Usage{CPUSeconds: new(0.5)}
	}
}

// testOtherLoad wants the codes of B, whose trials are changed by ours, and those of A by theirs.
func testOtherLoad(
	t *testing.T, name string, ours, theirs func(*record.Result), want ...Code,
) *Analysis {
	t.Helper()
	r := rec(10)
	r.Environment.Cores = 2
	for i := range r.Results {
		if r.Results[i].Server == "B" {
			ours(&r.Results[i])
		} else {
			theirs(&r.Results[i])
		}
	}
	a := Analyse(r)
	if got := a.CellsOf("B")[0].Notes; !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
	return a
}

func TestOtherLoad(t *testing.T) {
	test := func(name string, ours, theirs func(*record.Result), want ...Code) {
		t.Helper()
		testOtherLoad(t, name, ours, theirs, want...)
	}
	quiet := besides(0.05)
	test("a quiet machine", quiet, quiet)
	test("at the limit", besides(0.30), besides(0.30))
	test("beyond it", besides(0.31), besides(0.31), OtherLoad)
	test("24 points more than beside the baseline", besides(0.29), quiet)
	test("26 points more", besides(0.29), besides(0.03), OtherLoad)
	test("less than beside the baseline", quiet, besides(0.6))

	// The cores are all busy, and what generator and server share is not why.
	test("no core is idle", besides(0.5), quiet, OtherLoad)
	test("generator and server use all of both cores", func(r *record.Result) {
		besides(0)(r)
		r.Host.Busy = 196
		r.Usage.CPUSeconds = new(1.4)
	}, quiet, HostBound)

	test("another guest had it", func(r *record.Result) {
		besides(0.5)(r)
		r.Host.Steal = 99
	}, quiet, HostBound, Steal)
	test("what the server used is not known", func(r *record.Result) {
		besides(0.4)(r)
		r.Usage = nil
	}, quiet)
	test("what the generator used is not known", func(r *record.Result) {
		besides(0.4)(r)
		r.Load.Process = nil
	}, quiet)
	short := func(busy int64) func(*record.Result) {
		return func(r *record.Result) {
			r.Host = &record.Ticks{Busy: busy, All: 9}
			r.Usage = &record.Usage{CPUSeconds: new(0.04)}
			r.Load.Process = &record.Account{WallSeconds: 0.05, UserSeconds: 0.01}
		}
	}
	test("too short to tell", short(8), quiet)
	test("too short to tell, and not shared by the two", short(9), quiet)
}

// The evidence is the share over all trials, and the rounds in which it was too large by itself.
func TestOtherLoadRounds(t *testing.T) {
	test := func(share func(round int) float64, theirs float64, count int, want OtherPrograms) {
		t.Helper()
		a := testOtherLoad(t, want.Rounds, func(r *record.Result) {
			besides(share(r.Round))(r)
		}, besides(theirs), OtherLoad)
		got := a.Warnings[0].Cells[0]
		if got.Count != count || got.Evidence != want {
			t.Errorf("%d trials, %+v; want %d, %+v", got.Count, got.Evidence, count, want)
		}
	}
	every := func(int) float64 { return 0.45 }
	test(every, 0, 10, OtherPrograms{Share: 0.45})
	some := func(round int) float64 {
		if round <= 3 || round == 7 {
			return 0.9
		}
		return 0.05
	}
	test(some, 0, 4, OtherPrograms{Share: 0.39, Rounds: "1–3, 7"})
	more := func(round int) float64 {
		if round <= 5 {
			return 0.5
		}
		return 0.05
	}
	test(more, 0.01, 5, OtherPrograms{Share: 0.275, Baseline: 0.01, Rounds: "1–5"})
}

// Where both sides are bound to CPUs, these count alone.
func TestHostDoubtsOfBoundSides(t *testing.T) {
	test := func(name string, generator, server cpuset.Set, bound *record.Ticks, want ...Code) {
		t.Helper()
		r := change(rec(10), 10, func(r *record.Result) {
			r.Host = &record.Ticks{Busy: 390, All: 400}
			r.HostCPUs = bound
		})
		r.Experiment.Load.CPUs = generator
		r.Experiment.Servers[1].CPUs = server
		if got := Analyse(r).CellsOf("B")[0].Notes; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	busy, idle := &record.Ticks{Busy: 96, All: 100}, &record.Ticks{Busy: 50, All: 100}
	test("neither", nil, nil, nil, HostBound)
	test("the generator alone", cpuset.Of(0), nil, nil, HostBound)
	test("the server alone", nil, cpuset.Of(0), nil, HostBound)
	test("a CPU of its own each", cpuset.Of(0), cpuset.Of(1), busy)
	test("the same CPU, busy", cpuset.Of(0), cpuset.Of(0), busy, HostBound)
	test("the same CPU, half busy", cpuset.Of(0), cpuset.Of(0), idle)
	test("one CPU in common, all busy", cpuset.Of(0), cpuset.Of(0, 1), busy, HostBound)
	test("one in common, unknown", cpuset.Of(0), cpuset.Of(0, 1), nil)

	if a := change(rec(10), 10, func(r *record.Result) { r.HostCPUs = busy }); true {
		a.Experiment.Load.CPUs, a.Experiment.Servers[1].CPUs = cpuset.Of(0), cpuset.Of(0)
		got := Analyse(a).Warnings[0].Cells[0].Evidence
		if got != (BusyCPUs(0.96)) {
			t.Errorf("the evidence is %#v, want that of the CPUs", got)
		}
	}
}

// Other programs on other CPUs do not matter to sides that are bound.
func TestOtherLoadOfBoundSides(t *testing.T) {
	elsewhere := func(r *record.Result) {
		besides(0.40)(r)
		r.HostCPUs = &record.Ticks{Busy: 105, All: 200}
	}
	testOtherLoad(t, "on other CPUs", elsewhere, elsewhere)
	here := func(r *record.Result) {
		besides(0.05)(r)
		r.HostCPUs = &record.Ticks{Busy: 170, All: 200}
	}
	testOtherLoad(t, "on the same CPUs", here, here, OtherLoad)
}
