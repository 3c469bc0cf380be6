package stats

import (
	"math"
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// The fit is that of Robertson, Wright and Dykstra: blocks of values that are not in order become
// their mean, again and again.
func TestIsotonic(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ values, want []float64 }{
		{nil, []float64{}},
		{[]float64{3}, []float64{3}},
		{[]float64{1, 2, 3}, []float64{1, 2, 3}},
		{[]float64{3, 2, 1}, []float64{2, 2, 2}},
		{[]float64{1, 3, 2, 4}, []float64{1, 2.5, 2.5, 4}},
		{[]float64{4, 5, 0, 1, 9}, []float64{2.5, 2.5, 2.5, 2.5, 9}},
	} {
		got := isotonic(test.values)
		if !slices.Equal(got, test.want) {
			t.Errorf("isotonic(%v) = %v, want %v", test.values, got, test.want)
		}
	}
}

// scored returns trials at the rates 100, 110, …, with these scores.
func scored(scores ...float64) []ratedTrial {
	var trials []ratedTrial
	for i, s := range scores {
		r := record.Result{}
		r.Level = plan.Level{Kind: plan.Rate, Value: 100 + 10*i}
		trials = append(trials, ratedTrial{r, s})
	}
	return trials
}

func TestBracket(t *testing.T) {
	t.Parallel()
	const met, missed = -maxScore, maxScore
	inf := math.Inf(1)
	for name, test := range map[string]struct {
		scores              []float64
		low, high, estimate float64
	}{
		"halfway":              {[]float64{met, met, -0.2, 0.2}, 120, 130, math.Sqrt(120 * 130)},
		"near the first":       {[]float64{met, -0.1, 0.3}, 110, 120, 112.419},
		"at the limit":         {[]float64{met, 0, missed}, 110, 120, 110},
		"at none":              {[]float64{0.1, missed, missed}, 0, 100, 100},
		"at each":              {[]float64{met, met, -0.1}, 120, inf, 120},
		"one stall on the way": {[]float64{met, missed, met, met, missed}, 130, 140, 132.431},
		"one lucky trial":      {[]float64{met, met, missed, missed, met}, 110, 120, 117.418},
		"failures from here":   {[]float64{met, met, missed, missed}, 110, 120, 114.891},
		"a single rate":        {[]float64{met}, 100, inf, 100},
	} {
		found, ok := bracket(scored(test.scores...))
		if !ok || found.Low != test.low || found.High != test.high ||
			math.Abs(found.Estimate-test.estimate) > 0.001 {
			t.Errorf("%s: %+v, %v, want %+v", name, found, ok, test)
		}
	}
	if _, ok := bracket(nil); ok {
		t.Error("no trial has a bracket")
	}
}
