package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// A count is the sum of all trials, and what it proves depends on whether all of them are known.
func TestChecksOfCounts(t *testing.T) {
	none, three := bound("failed", spec.AtMost, 0), bound("failed", spec.AtMost, 3)
	atLeast := bound("failed", spec.AtLeast, 4)
	crashes := func(r *record.Result) { r.Outcome = record.Crashed }
	whole := rec(10)
	missing := record.New(whole.Header, whole.Experiment, slices.DeleteFunc(whole.Results,
		func(r record.Result) bool { return r.Server == "B" && r.Round > 9 })...)
	for _, c := range []struct {
		name        string
		record      *record.Record
		expectation spec.Expectation
		outcome     Outcome
		reason      CheckReason
		found       float64
	}{
		{"no failure", rec(10), none, CheckMet, "", 0},
		{"in one round", change(rec(10), 1, fails), none, CheckFailed, "", 3},
		{"as many as allowed", change(rec(10), 1, fails), three, CheckMet, "", 3},
		{"more than allowed", change(rec(10), 2, fails), three, CheckFailed, "", 6},
		{"so many that it is invalid", change(rec(10), 9, fails), none, CheckFailed, "", 27},
		{"invalid for another reason", change(rec(10), 9, answers404), none,
			CheckNotMeasured, InvalidData, 0},
		{"not 2xx", change(rec(10), 9, answers404), bound("non_2xx", spec.AtMost, 0),
			CheckFailed, "", 900},
		{"unexpected", change(rec(10), 9, answers404), bound("unexpected_status", spec.AtMost, 0),
			CheckFailed, "", 900},
		{"a crash", change(rec(10), 1, crashes), none, CheckNotMeasured, NotAllCounted, 0},
		{"no report", change(rec(10), 1, timesOut), none, CheckNotMeasured, NotAllCounted, 0},
		{"a missing trial", missing, none, CheckNotMeasured, NotAllCounted, 0},
		{"a crash beside too many", change(change(rec(10), 2, crashes), 1, fails), none,
			CheckFailed, "", 3},
		{"at least", change(rec(10), 2, fails), atLeast, CheckMet, "", 6},
		{"at least, in vain", change(rec(10), 1, fails), atLeast, CheckFailed, "", 3},
		{"at least, invalid", change(rec(10), 9, fails), atLeast, CheckMet, "", 27},
		{"few rounds", rec(2), none, CheckMet, "", 0},
		{"no such count", rec(10), bound("lost", spec.AtMost, 0), CheckNotMeasured,
			UnknownNumber, 0},
		{"a ratio of it", rec(10), bound("failed", spec.RatioAtMost, 1), CheckNotMeasured,
			UnknownNumber, 0},
	} {
		c.expectation.Server = "B"
		a := Analyse(expecting(c.record, c.expectation))
		got := a.Checks[0]
		if len(a.Checks) != 1 || got.Outcome != c.outcome || got.Reason != c.reason ||
			got.Found != c.found || got.HasInterval() {
			t.Errorf("%s: %+v, want %s %s, %v", c.name, got, c.outcome, c.reason, c.found)
		}
	}
}

// What cannot be measured of a number is said, and nothing else is.
func TestChecksNotMeasured(t *testing.T) {
	rate, ratio := bound(Throughput.Key, spec.AtLeast, 1), bound(P50.Key, spec.RatioAtMost, 9)
	cpu, ratioOfCPU := bound(CPUPerRequest.Key, spec.AtMost, 1), bound(CPUPerRequest.Key,
		spec.RatioAtMost, 1)
	spoilA := func(r *record.Record) *record.Record {
		for i := range r.Results {
			if r.Results[i].Server == "A" {
				fails(&r.Results[i])
			}
		}
		return r
	}
	for _, c := range []struct {
		name        string
		record      *record.Record
		expectation spec.Expectation
		reason      CheckReason
		rounds      int
	}{
		{"invalid", change(rec(10), 9, fails), rate, InvalidData, 0},
		{"few rounds", rec(5), rate, TooFewRounds, 5},
		{"unknown", rec(10), cpu, UnknownNumber, 0},
		{"ratio, invalid", change(rec(10), 9, fails), ratio, InvalidData, 0},
		{"ratio, baseline invalid", spoilA(rec(10)), ratio, InvalidData, 0},
		{"ratio, few rounds", rec(5), ratio, TooFewRounds, 5},
		{"ratio, unknown", rec(10), ratioOfCPU, UnknownNumber, 0},
		{"no such metric", rec(10), bound("speed", spec.RatioAtMost, 1), UnknownNumber, 0},
	} {
		c.expectation.Server = "B"
		a := Analyse(expecting(c.record, c.expectation))
		got := a.Checks[0]
		if len(a.Checks) != 1 || got.Outcome != CheckNotMeasured || got.Reason != c.reason ||
			got.N != c.rounds || got.Found != 0 || got.HasInterval() {
			t.Errorf("%s: %+v, want %s", c.name, got, c.reason)
		}
	}
}
