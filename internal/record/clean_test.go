package record

import (
	"testing"

	"labbook.example/labbook/internal/spec"
)

// lookedAt returns a trial of 20 requests whose answers the embedded ab looked at.
func lookedAt(good, unexpected int64, failed int) Result {
	r := result(1, 1, 1)
	m := *r.Load.Measurement
	m.Failed, m.RequestsPerSecond = failed, 1000
	load := *r.Load
	load.Measurement = &m
	load.Detail = &Detail{Complete: 20, Good: good, Unexpected: &unexpected}
	r.Load = &load
	return r
}

func withExpectation(x spec.Expect, allowed float64) *Record {
	return New(Header{}, &spec.Experiment{
		Load:    spec.Load{Requests: 20, AllowedFailures: allowed},
		Servers: []spec.Server{{Name: "A", Expect: x}},
	})
}

func TestCleanOfAnswersThatWereLookedAt(t *testing.T) {
	test := func(name string, allowed float64, r Result, unexpected int, want bool) {
		t.Helper()
		rec := withExpectation(spec.Expect{Status: 302}, allowed)
		if got := rec.Unexpected(r); got != unexpected {
			t.Errorf("%s: %d unexpected, want %d", name, got, unexpected)
		}
		if got := rec.Clean(r); got != want {
			t.Errorf("%s: Clean = %v, want %v", name, got, want)
		}
	}
	redirects := lookedAt(20, 0, 0)
	redirects.Load.Measurement.Non2xx = 20
	test("redirects as expected", 0, redirects, 0, true)
	limited := lookedAt(0, 20, 0)
	limited.Load.Measurement.Non2xx = 20
	limited.Answer.Status = 302
	test("429 instead of redirects", 0, limited, 20, false)
	test("one without the expected body", 0, lookedAt(19, 1, 0), 1, false)
	// What is known of every answer outranks the one before the load.
	before := lookedAt(20, 0, 0)
	before.Answer.Status = 500
	test("only the answer before the load is wrong", 0, before, 0, true)

	test("one of twenty, 5% allowed", 0.05, lookedAt(19, 1, 0), 1, true)
	test("two of twenty, 5% allowed", 0.05, lookedAt(18, 2, 0), 2, false)
	test("one failed and one unexpected, 10% allowed", 0.1, lookedAt(18, 1, 1), 1, true)
	test("one failed and two unexpected, 10% allowed", 0.1, lookedAt(17, 2, 1), 2, false)
	test("just below one of twenty allowed", 0.0499, lookedAt(19, 1, 0), 1, false)
	written := lookedAt(20, 0, 0)
	written.Load.Measurement.WriteErrors = 1
	test("a write error, 50% allowed", 0.5, written, 0, false)
	few := lookedAt(20, 0, 0)
	few.Load.Measurement.Complete = 19
	test("one was never made, 50% allowed", 0.5, few, 0, false)
}

// A share of the requests is rounded down, but not because a float is a little too small.
func TestAllowedBad(t *testing.T) {
	test := func(allowed float64, requests, want int) {
		t.Helper()
		rec := withExpectation(spec.Expect{}, allowed)
		rec.Experiment.Load.Requests = requests
		if got := rec.AllowedBad(result(1, 1, 1)); got != want {
			t.Errorf("%v of %d: %d, want %d", allowed, requests, got, want)
		}
	}
	test(0, 1000, 0)
	test(0.05, 1000, 50)
	test(0.29, 100, 29)
	test(0.07, 100, 7)
	test(0.05, 19, 0)
	test(0.05, 39, 1)
	test(0.999, 10, 9)
}

// In an open loop, a connection that could not be made is a request that failed: it is not made
// again.
func TestMadeInAnOpenLoop(t *testing.T) {
	r := lookedAt(18, 0, 1)
	r.Load.Measurement.Complete, r.Load.Measurement.FailedConnect = 19, 1
	r.Load.Detail.Complete = 19
	rec := withExpectation(spec.Expect{}, 0.1)
	if rec.Clean(r) {
		t.Error("a closed loop that made 19 of 20 requests is clean")
	}
	rec.Experiment.Load.Rate = []int{100}
	if !rec.Clean(r) {
		t.Error("an open loop with one refused connection of 20 is not clean, where two may fail")
	}
	rec.Experiment.Load.AllowedFailures = 0
	if rec.Clean(r) {
		t.Error("an open loop with a refused connection is clean")
	}
}

func TestGoodPerSecond(t *testing.T) {
	if got := lookedAt(15, 5, 0).GoodPerSecond(); got != 750 {
		t.Errorf("15 good of 20 at 1000 requests/s: %v good/s, want 750", got)
	}
	all := result(1, 1, 1)
	if got := all.GoodPerSecond(); got != all.Load.Measurement.RequestsPerSecond {
		t.Errorf("answers that nothing looked at: %v good/s", got)
	}
	all.Load = nil
	if got := all.GoodPerSecond(); got != 0 {
		t.Errorf("without a load: %v good/s", got)
	}
}

func TestGoodPercentiles(t *testing.T) {
	r := lookedAt(15, 5, 0)
	r.PercentilesMS = make([]float64, 101)
	if got := r.GoodPercentilesMS(); &got[0] != &r.PercentilesMS[0] {
		t.Error("where all answers were good, their percentiles are not those of all")
	}
	r.Load.Detail.GoodPercentilesMS = make([]float64, 101)
	if got := r.GoodPercentilesMS(); &got[0] != &r.Load.Detail.GoodPercentilesMS[0] {
		t.Error("the percentiles of good answers are those of all")
	}
	r.Load.Detail.Unexpected = nil // a record in which nothing was expected
	if got := r.GoodPercentilesMS(); &got[0] != &r.PercentilesMS[0] {
		t.Error("the percentiles of answers that nothing looked at are not those of all")
	}
}
