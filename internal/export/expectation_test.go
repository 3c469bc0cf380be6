package export

import (
	"encoding/json"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// Every expectation of the spec is there, in its order and with its checks, and the outcomes are
// those of the analysis.
func TestResultsHaveTheExpectations(t *testing.T) {
	for _, s := range labtest.Expected() {
		rec := s.Record(t)
		a := stats.Analyse(rec)
		var r struct {
			Expectations []struct {
				Metric string
				Line   int
				Checks []struct {
					Server  string
					Outcome stats.Outcome
					Found   *float64
					P       *float64 `json:"p_adjusted"`
				}
			}
			Outcomes map[string]int `json:"expectation_outcomes"`
		}
		if err := json.Unmarshal([]byte(resultsOf(t, rec)), &r); err != nil {
			t.Fatal(err)
		}

		declared := rec.Experiment.Expectations
		if len(r.Expectations) != len(declared) {
			t.Fatalf("%s: %d expectations, want %d", s.Name, len(r.Expectations), len(declared))
		}
		all, unjudged, counted := a.Checks, 0, map[stats.Outcome]int{}
		for i, e := range r.Expectations {
			if e.Metric != declared[i].Metric || e.Line != declared[i].Line {
				t.Errorf("%s: expectation %d is %+v, want %+v", s.Name, i, e, declared[i])
			}
			if len(e.Checks) == 0 {
				unjudged++
			}
			for _, c := range e.Checks {
				want := all[0]
				all = all[1:]
				counted[c.Outcome]++
				if c.Server != want.Cell.Server || c.Outcome != want.Outcome ||
					(c.Found == nil) != (c.Outcome == stats.CheckNotMeasured) ||
					(c.P != nil) != want.HasInterval() {
					t.Errorf("%s: check %+v, want %+v", s.Name, c, want)
				}
			}
		}
		if len(all) > 0 || unjudged != len(a.Unjudged) {
			t.Errorf("%s: %d checks are missing; %d expectations have none, want %d",
				s.Name, len(all), unjudged, len(a.Unjudged))
		}
		if r.Outcomes["met"] != counted[stats.CheckMet] ||
			r.Outcomes["failed"] != counted[stats.CheckFailed] ||
			r.Outcomes["undecided"] != counted[stats.CheckUndecided] ||
			r.Outcomes["not_measured"] != counted[stats.CheckNotMeasured] ||
			r.Outcomes["expectations_not_judged"] != unjudged {
			t.Errorf("%s: the outcomes are %v, want %v", s.Name, r.Outcomes, counted)
		}
	}
}

// Without an expectation, results.json is as it was.
func TestResultsWithoutExpectations(t *testing.T) {
	var r map[string]any
	text := resultsOf(t, labtest.Worlds()["seed"].Record(t))
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if r["expectations"] != nil || r["expectation_outcomes"] != nil {
		t.Errorf("%v, %v", r["expectations"], r["expectation_outcomes"])
	}
}
