package export

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// expectation is one of the spec, with what was found of it at each cell that it names. Without
// checks, this record cannot judge it.
type expectation struct {
	Metric string     `json:"metric"`
	Server string     `json:"server,omitempty"`
	Levels []int      `json:"levels,omitempty"`
	Bound  spec.Bound `json:"bound"`
	Limit  *number    `json:"limit,omitempty"`
	Than   spec.Than  `json:"than,omitempty"`
	Why    string     `json:"why,omitempty"`
	Line   int        `json:"line"`
	Checks []check    `json:"checks,omitempty"`
}

// check is an expectation at one cell.
type check struct {
	plan.Cell
	Outcome      stats.Outcome     `json:"outcome"`
	Reason       stats.CheckReason `json:"reason,omitempty"`
	Found        *number           `json:"found,omitempty"`
	Low          *number           `json:"low,omitempty"`
	High         *number           `json:"high,omitempty"`
	OpenLow      bool              `json:"open_low,omitempty"`
	OpenHigh     bool              `json:"open_high,omitempty"`
	Confidence   *number           `json:"confidence,omitempty"`
	P            *number           `json:"p,omitempty"`
	Adjusted     *number           `json:"p_adjusted,omitempty"`
	Rounds       int               `json:"rounds,omitempty"`
	RoundsNeeded int               `json:"rounds_needed,omitempty"`
	RunsNeeded   int               `json:"runs_needed,omitempty"`
}

// outcomes counts the checks of all expectations by what they came to, and the expectations without
// checks.
type outcomes struct {
	Met         int `json:"met"`
	Failed      int `json:"failed"`
	Undecided   int `json:"undecided"`
	NotMeasured int `json:"not_measured"`
	Unjudged    int `json:"expectations_not_judged"`
}

// soFar is outcomes, beside the checks of a run that has not ended.
type soFar struct {
	outcomes
	Withheld int `json:"withheld,omitempty"`
}

// newSoFar returns nil if the spec has no expectations.
func newSoFar(a *stats.Analysis) *soFar {
	counts := newOutcomes(a)
	if counts == nil {
		return nil
	}
	withheld := 0
	for _, c := range a.Checks {
		if c.Outcome == stats.CheckWithheld {
			withheld++
		}
	}
	return &soFar{*counts, withheld}
}

func newExpectations(rec *record.Record, a *stats.Analysis) []expectation {
	var all []expectation
	checks := a.Checks // in the spec's order, too
	for _, e := range rec.Experiment.Expectations {
		found := expectation{
			Metric: e.Metric,
			Server: e.Server,
			Levels: e.Levels,
			Bound:  e.Bound,
			Limit:  finite(e.Limit),
			Than:   e.Than,
			Why:    e.Why,
			Line:   e.Line,
		}
		for len(checks) > 0 && checks[0].Expectation.Line == e.Line {
			found.Checks = append(found.Checks, newCheck(checks[0]))
			checks = checks[1:]
		}
		all = append(all, found)
	}
	return all
}

func newCheck(c stats.Check) check {
	r := check{
		Cell:         c.Cell,
		Outcome:      c.Outcome,
		Reason:       c.Reason,
		Rounds:       c.N,
		RoundsNeeded: c.RoundsNeeded,
		RunsNeeded:   c.RunsNeeded,
	}
	if c.HasFound() {
		r.Found = finite(c.Found)
	}
	if c.HasInterval() {
		r.Low, r.High = finite(c.Low), finite(c.High)
		if r.OpenLow = c.OpenLow; c.OpenLow {
			r.Low = nil
		}
		if r.OpenHigh = c.OpenHigh; c.OpenHigh {
			r.High = nil
		}
		r.Confidence = finite(c.Confidence)
	}
	if c.Tested() {
		r.P, r.Adjusted = finite(c.P), finite(c.Adjusted)
	}
	return r
}

// newOutcomes returns nil if the spec has no expectations.
func newOutcomes(a *stats.Analysis) *outcomes {
	if len(a.Checks)+len(a.Unjudged) == 0 {
		return nil
	}
	n := map[stats.Outcome]int{}
	for _, c := range a.Checks {
		n[c.Outcome]++
	}
	return &outcomes{
		Met:         n[stats.CheckMet],
		Failed:      n[stats.CheckFailed],
		Undecided:   n[stats.CheckUndecided],
		NotMeasured: n[stats.CheckNotMeasured],
		Unjudged:    len(a.Unjudged),
	}
}
