package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// doubted changes all trials of B and compares the codes of its cell with the wanted ones.
func doubted(t *testing.T, name string, do func(*record.Result), state State, want []Code) {
	t.Helper()
	r := change(rec(10), 10, do)
	r.Environment.Cores = 2
	a := Analyse(r)
	cell := a.CellsOf("B")[0]
	got := append(slices.Clone(cell.Suspicions), cell.Notes...)
	if !slices.Equal(got, want) || cell.State != state || len(a.Warnings) != len(want) {
		t.Errorf("%s: %s %v, %d warnings, want %s %v",
			name, cell.State, got, len(a.Warnings), state, want)
	}
}

// occupied gives all requests the response time that keeps the only client busy for a share of the
// time.
func occupied(share float64) func(*record.Result) {
	return func(r *record.Result) {
		ms := 1000 * share / r.Load.Measurement.RequestsPerSecond
		r.PercentilesMS = slices.Repeat([]float64{ms}, 101)
	}
}

// jumps makes a hundredth of the requests take many times as long as the others. The client is busy
// all the time if the times up to the 99th percentile equal the 98th.
func jumps(by float64) func(*record.Result) {
	return func(r *record.Result) {
		occupied(1 / (0.99 + 0.01*by))(r)
		r.PercentilesMS[99] *= by
		r.PercentilesMS[100] *= by
	}
}

// TestGeneratorDoubts changes a record until it is just beyond the limit of a code, which it must
// then have, and until it is just within the limit, where it must not.
func TestGeneratorDoubts(t *testing.T) {
	bound := func(share, server float64) func(*record.Result) {
		return func(r *record.Result) {
			r.Load.Process = &record.Account{WallSeconds: 1, SystemSeconds: share}
			r.Usage = &record.Usage{CPUSeconds: new(server * r.Load.Measurement.TimeTakenSeconds)}
		}
	}
	connects := func(seconds float64) func(*record.Result) {
		return func(r *record.Result) {
			r.Load.Measurement.Connect.Max = 1000 * seconds
		}
	}
	takes := func(seconds float64) func(*record.Result) {
		return func(r *record.Result) { r.Load.Measurement.TimeTakenSeconds = seconds }
	}
	spread := func(by float64) func(*record.Result) {
		return func(r *record.Result) {
			r.Load.Measurement.RequestsPerSecond = 1000 * (1 + by*float64(r.Round%3-1))
			occupied(0.9)(r)
		}
	}
	test := func(name string, do func(*record.Result), state State, want ...Code) {
		t.Helper()
		doubted(t, name, do, state, want)
	}
	test("a hundredth wait a hundred times as long", jumps(100), Valid)
	test("occupancy 1.04", occupied(1.04), Valid)
	test("occupancy 1.06", occupied(1.06), Suspect, OverFull)
	test("occupancy 0.71 of one client", occupied(0.71), Valid)
	test("occupancy 0.69 of one client", occupied(0.69), Valid, IdleSlots)
	test("the generator at 0.89", bound(0.89, 0.1), Valid)
	test("the generator at 0.91", bound(0.91, 0.1), Valid, GeneratorBound)
	test("the server has nothing to spare either", bound(0.95, 1.9), Valid)
	test("a fifth above and below", spread(0.2), Valid)
	test("a half above and below", spread(0.5), Valid, Noisy)
	test("201 ms", takes(0.201), Valid)
	test("199 ms", takes(0.199), Valid, Short)
	for _, seconds := range []float64{1, 1.2, 3.1, 7.2} {
		test("a SYN that was lost", connects(seconds), Valid, SynRetransmit)
	}
	for _, seconds := range []float64{0.9, 1.4, 2.5, 3.5, 6, 9} {
		test("slow for another reason", connects(seconds), Valid)
	}
	test(
		"another body",
		func(r *record.Result) {
			r.Answer = &record.Answer{Status: 200, Bytes: 7}
			r.Load.Measurement.DocumentLength = 7
		},
		Suspect,
		BodyDiffers,
	)
	test("a body that changes", func(r *record.Result) {
		r.Answer = &record.Answer{Status: 200, Bytes: int64(r.Round)}
		r.Load.Measurement.DocumentLength = -1
	}, Valid)
}

func TestUsableCores(t *testing.T) {
	test := func(s spec.Server, want float64) {
		t.Helper()
		if got := usableCores(s, 4); got != want {
			t.Errorf("usableCores(%+v) = %v of 4 cores, want %v", s, got, want)
		}
	}
	test(spec.Server{Model: "async"}, 1)
	test(spec.Server{Model: "thread"}, 4)
	test(spec.Server{Model: "reactors", Work: spec.Work{Workers: 2}}, 2)
	test(spec.Server{Model: "prefork", Work: spec.Work{Workers: 20}}, 4)
	test(spec.Server{Command: []string{"x"}}, 4)
	test(spec.Server{Command: []string{"x"}, CPUs: cpuset.Of(1, 3)}, 2)
	test(spec.Server{Model: "async", CPUs: cpuset.Of(1, 3)}, 1)
	test(spec.Server{Model: "reactors", Work: spec.Work{Workers: 3}, CPUs: cpuset.Of(1, 3)}, 2)
	test(spec.Server{Model: "reactors", Work: spec.Work{Workers: 1}, CPUs: cpuset.Of(1, 3)}, 1)
}

// A quota is what a side can use, where that is less than the cores.
func TestGeneratorBoundUnderQuotas(t *testing.T) {
	test := func(name string, generator, server float64, quotas record.Quotas, want ...Code) {
		t.Helper()
		doubted(t, name, func(r *record.Result) {
			r.Load.Process = &record.Account{WallSeconds: 1, SystemSeconds: generator}
			r.Usage = &record.Usage{CPUSeconds: new(server * r.Load.Measurement.TimeTakenSeconds)}
			r.Quotas = &quotas
		}, Valid, want)
	}
	none, half := &record.Quota{}, &record.Quota{Cores: 0.5}
	test("no quota", 0.95, 0.48, record.Quotas{Generator: none, Server: none}, GeneratorBound)
	test("the server's half core", 0.95, 0.48, record.Quotas{Generator: none, Server: half})
	test("a part of it", 0.95, 0.40, record.Quotas{Generator: none, Server: half}, GeneratorBound)
	test("the generator's half core", 0.48, 0.5, record.Quotas{Generator: half}, GeneratorBound)
	test("less than it", 0.44, 0.5, record.Quotas{Generator: half})
}
