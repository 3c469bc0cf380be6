package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// sentLate returns what makes the requests of a trial late: by so many milliseconds at each
// percentile.
func sentLate(mean, p50, p90, p95, p99, p999 float64) func(*record.Result) {
	return func(r *record.Result) {
		n := int64(r.Load.Measurement.Complete)
		r.Load.Detail = &record.Detail{
			Complete: n,
			Good:     n,
			Late: &record.Late{
				MeanMS: mean,
				P50MS:  p50,
				P90MS:  p90,
				P95MS:  p95,
				P99MS:  p99,
				P999MS: p999,
			},
		}
	}
}

// answersAfter sets one response time for all requests of a trial, but for the slowest hundredth.
func answersAfter(ms, slowest float64) func(*record.Result) {
	return func(r *record.Result) {
		r.PercentilesMS = append(slices.Repeat([]float64{ms}, 99), slowest, slowest)
	}
}

func inOrder(all ...func(*record.Result)) func(*record.Result) {
	return func(r *record.Result) {
		for _, do := range all {
			do(r)
		}
	}
}

// TestGeneratorLate has a generator that is just late enough to matter beside a response time, and
// one that just is not. A note changes no state.
func TestGeneratorLate(t *testing.T) {
	test := func(name string, do func(*record.Result), want ...Code) {
		t.Helper()
		doubted(t, name, inOrder(answersAfter(1.8, 8), do), Valid, want)
	}
	test("not known", func(r *record.Result) { r.Load.Detail = &record.Detail{} })
	test("never", sentLate(0, 0, 0, 0, 0, 0))
	test("a tenth of the p99", sentLate(0, 0, 0, 0, 0.79, 0.79))
	test("more than that", sentLate(0, 0, 0, 0, 0.81, 0.81), GeneratorLate)
	test("a tenth of the median", sentLate(0, 0.17, 0.17, 0.17, 0.17, 0.17))
	test("a little more", sentLate(0, 0.19, 0.19, 0.19, 0.19, 0.19), GeneratorLate)
	test("much of the mean", sentLate(0.4, 0, 0, 0, 0, 0), GeneratorLate)

	for _, ms := range []float64{0.09, 0.11} {
		want := []Code{IdleSlots} // for such answers, ten times as many would come
		if ms > minLateMS {
			want = append(want, GeneratorLate)
		}
		doubted(t, "beside answers that take no time",
			inOrder(answersAfter(0.15, 8), sentLate(ms, ms, ms, ms, ms, ms)), Valid, want)
	}
	rounds := func(n int) func(*record.Result) {
		return func(r *record.Result) {
			late := 0.0
			if r.Round <= n {
				late = 3
			}
			sentLate(0, 0, 0, 0, late, late)(r)
		}
	}
	test("in four rounds of ten", rounds(4))
	test("in six rounds of ten", rounds(6), GeneratorLate)
}

// What is told is the percentile to which it matters most, and in how many trials it did.
func TestLateRequestsAreToldOfTheWorstPercentile(t *testing.T) {
	do := inOrder(answersAfter(1.8, 8), sentLate(0.1, 0, 0, 0.9, 2, 3))
	r := change(rec(10), 10, func(r *record.Result) {
		do(r)
		if r.Round == 1 {
			r.Load.Detail.Late.P95MS = 0
		}
	})
	want := Doubt{
		Code:     GeneratorLate,
		Cell:     r.Results[0].Cell,
		Count:    9,
		Of:       10,
		Evidence: LateRequests{Percentile: 95, LateMS: 0.9, MS: 1.8},
	}
	want.Cell.Server = "B"
	if got := Analyse(r).Warnings; len(got) != 1 || len(got[0].Cells) != 1 ||
		got[0].Cells[0] != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// The generator that is named is the one that was late.
func TestTheLateGeneratorIsNamed(t *testing.T) {
	doubtedApart(t, "the second of two is late",
		inOrder(answersAfter(1.8, 8), sentLate(0, 0, 0, 0, 2, 2), func(r *record.Result) {
			r.Generators[0].Late = &record.Late{P99MS: 0.1}
			r.Generators[1].Late = &record.Late{P99MS: 4}
		}),
		GeneratorLate, AtMachine{"clients 2", LateRequests{Percentile: 99, LateMS: 2, MS: 8}})
}

// A generator that was late limits the numbers of which that is a part, and no others: they may be
// better in truth. It limits a throughput where half of the requests were late.
func TestLateRequestsLimitNumbers(t *testing.T) {
	test := func(name string, do func(*record.Result), want ...*Metric) {
		t.Helper()
		r := change(rec(10), 10, inOrder(answersAfter(1.8, 8), do))
		cell := Judge(r).CellsOf("B")[0]
		for _, m := range []*Metric{Throughput, P50, P90, P95, P99, MeanTime, CPUPerRequest} {
			limited := limitsOf(cell, m).has(LimitedByGenerator)
			if limited != slices.Contains(want, m) {
				t.Errorf("%s: %s is limited: %v", name, m.Key, limited)
			}
		}
	}
	test("in time", sentLate(0, 0, 0, 0, 0, 0))
	test("a hundredth", sentLate(0.1, 0, 0, 0, 5, 5), P99)
	test("a tenth", sentLate(0.5, 0, 0.5, 1, 1, 1), P90, P95, P99, MeanTime)
	test("half", sentLate(0.5, 0.5, 0.5, 1, 1, 1), Throughput, P50, P90, P95, P99, MeanTime)

	check := func(metric string, b spec.Bound, limit float64, want Outcome, why CheckReason) {
		t.Helper()
		r := change(rec(10), 10, inOrder(answersAfter(1.8, 8), sentLate(0, 0, 0, 0, 5, 5)))
		r = expecting(r, bound(metric, b, limit))
		r.Experiment.Expectations[0].Server = "B"
		c := Judge(r).Checks[0]
		if c.Outcome != want || c.Reason != why {
			t.Errorf("%s %v %v: %s %s, want %s %s", metric, b, limit, c.Outcome, c.Reason, want,
				why)
		}
	}
	check("p99_ms", spec.AtMost, 6, CheckUndecided, LimitedByGenerator)
	check("p99_ms", spec.AtMost, 9, CheckMet, NoReason)
	check("p50_ms", spec.AtMost, 1, CheckFailed, NoReason)
}

// A capacity whose objective was missed while the generator was late is a lower bound. Where it is
// late beyond that, or missed by far, the server is what missed it.
func TestCapacityMissedWhileGeneratorWasLate(t *testing.T) {
	t.Parallel()
	const low, missed, above = 1600, 1648, 1748
	late := func(rate int, ms, p50 float64) *record.Record {
		limits := map[string]float64{"A": 1810, "B": 1630}
		r := capacityRecord(10, keepingUpTo(limits), ladder...)
		return change(r, 10, func(r *record.Result) {
			if r.Level.Value == rate {
				sentLate(0, p50, p50, p50, ms, ms)(r)
			}
		})
	}
	test := func(name string, r *record.Record, limited bool, notes ...Code) {
		t.Helper()
		a := Judge(r)
		cell := *a.Cell(a.Cells[1].Cell)
		if got := cell.LimitedBy(Throughput) == GeneratorBound; got != limited {
			t.Errorf("%s: limited by the generator: %v", name, got)
		}
		if !slices.Equal(cell.Notes, notes) || cell.State != Valid {
			t.Errorf("%s: %s, notes %v, want %v", name, cell.State, cell.Notes, notes)
		}
		verdict := Slower
		if limited {
			verdict = Inconclusive
		}
		if c := a.Comparisons[0]; c.Verdict != verdict {
			t.Errorf("%s: %s, want %s", name, c.Verdict, verdict)
		}
	}
	test("at the rate where it missed", late(missed, 60, 0), true, GeneratorLate)
	test("less than matters beside 500 ms", late(missed, 49, 0), false)
	test("above it", late(above, 300, 0), false)
	test("at the rate that it kept to", late(low, 1, 0), false, GeneratorLate)

	a := Judge(late(missed, 60, 60))
	want := LateRequests{
		Percentile: 99,
		LateMS:     60,
		MS:         500,
		Rate:       missed,
	}
	for _, w := range a.Warnings {
		d := w.Cells[0]
		if w.Code != GeneratorLate || len(w.Cells) != 1 || d.Evidence != want || d.Count != 10 {
			t.Errorf("%+v, want only that it was late: %+v", w, want)
		}
	}
}

// A server that kept to no rate missed its objective at the lowest one, so it matters whether the
// generator was late there, and at no other.
func TestNoRateMetWhileGeneratorWasLate(t *testing.T) {
	t.Parallel()
	limits := map[string]float64{"A": 1630, "B": 10}
	half := func(server string, round, rate int) float64 { // its median is between the rates
		if server == "B" && round%2 == 0 {
			return keepingUpTo(map[string]float64{"B": 1630})(server, round, rate)
		}
		return keepingUpTo(limits)(server, round, rate)
	}
	for name, took := range map[string]tookMS{"no round": keepingUpTo(limits), "half": half} {
		for _, rate := range []int{ladder[0], ladder[1]} {
			a := Judge(change(capacityRecord(10, took, ladder...), 10, func(r *record.Result) {
				if r.Level.Value == rate {
					sentLate(0, 0, 0, 0, 60, 60)(r)
				}
			}))
			cell, verdict := a.CellsOf("B")[0], a.Comparisons[0].Verdict
			limited := rate == ladder[0]
			if got := cell.LimitedBy(Throughput) == GeneratorBound; got != limited ||
				!a.Capacity("B").AtMost {
				t.Errorf("%s, late at %d: limited by the generator: %v", name, rate, got)
			}
			if name == "no round" && (verdict == Slower) == limited {
				t.Errorf("%s, late at %d: %s", name, rate, verdict)
			}
		}
	}
}
