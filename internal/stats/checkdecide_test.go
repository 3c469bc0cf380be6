package stats

import (
	"testing"

	"labbook.example/labbook/internal/spec"
)

// TestDecide has what follows from an interval about a limit of 10, or of a ratio of 0.95.
func TestDecide(t *testing.T) {
	above, below := [2]float64{11, 12}, [2]float64{8, 9}
	more, less := limits{mayBeMore: LimitedByGenerator}, limits{mayBeLess: LimitedByGenerator}
	both := limits{LimitedByGenerator, LimitedByArrivals}
	const bounded, limitedBoth = LimitedByGenerator, LimitedByArrivals
	for _, c := range []struct {
		bound    spec.Bound
		interval [2]float64
		adjusted float64
		limited  limits
		outcome  Outcome
		reason   CheckReason
	}{
		{spec.AtLeast, above, 1, limits{}, CheckMet, ""},
		{spec.AtLeast, below, 0.05, limits{}, CheckFailed, ""},
		{spec.AtLeast, below, 0.0501, limits{}, CheckUndecided, ""},
		{spec.AtLeast, [2]float64{9, 11}, 0.01, limits{}, CheckUndecided, ""},
		{spec.AtLeast, [2]float64{10, 11}, 1, limits{}, CheckMet, ""},
		{spec.AtLeast, [2]float64{9, 10}, 0.01, limits{}, CheckUndecided, ""},
		{spec.AtMost, below, 1, limits{}, CheckMet, ""},
		{spec.AtMost, above, 0.05, limits{}, CheckFailed, ""},
		{spec.AtMost, above, 0.0501, limits{}, CheckUndecided, ""},
		{spec.AtMost, [2]float64{9, 10}, 1, limits{}, CheckMet, ""},
		{spec.AtMost, [2]float64{10, 11}, 0.01, limits{}, CheckUndecided, ""},

		// The truth may be more: what claims that it is less is not proven.
		{spec.AtLeast, above, 1, more, CheckMet, ""},
		{spec.AtLeast, below, 0.01, more, CheckUndecided, bounded},
		{spec.AtMost, below, 1, more, CheckUndecided, bounded},
		{spec.AtMost, above, 0.01, more, CheckFailed, ""},
		{spec.AtLeast, [2]float64{9, 11}, 0.5, more, CheckUndecided, ""},
		// The truth may be less.
		{spec.AtLeast, above, 1, less, CheckUndecided, bounded},
		{spec.AtLeast, below, 0.01, less, CheckFailed, ""},
		{spec.AtMost, below, 1, less, CheckMet, ""},
		{spec.AtMost, above, 0.01, less, CheckUndecided, bounded},
		// It may be either: nothing is proven.
		{spec.AtLeast, above, 1, both, CheckUndecided, limitedBoth},
		{spec.AtLeast, below, 0.01, both, CheckUndecided, bounded},
		{spec.AtMost, below, 1, both, CheckUndecided, bounded},
		{spec.AtMost, above, 0.01, both, CheckUndecided, limitedBoth},
	} {
		check := Check{
			Expectation: bound(Throughput.Key, c.bound, 10),
			Low:         c.interval[0],
			High:        c.interval[1],
			Confidence:  0.96,
			Adjusted:    c.adjusted,
			N:           10,
			limited:     c.limited,
		}
		check.decide(0.95, 1)
		if check.Outcome != c.outcome || check.Reason != c.reason {
			t.Errorf("%s 10, %v, p = %v, %+v: %s %s, want %s %s", c.bound, c.interval, c.adjusted,
				c.limited, check.Outcome, check.Reason, c.outcome, c.reason)
		}
	}
}

// Rounds that depend on each other decide nothing if they are worth too few independent ones: ten
// with a widening of 1.2 are worth seven, with one of 1.5 they are worth four.
func TestDecideDependentRounds(t *testing.T) {
	for _, c := range []struct {
		widening float64
		low      float64
		outcome  Outcome
		reason   CheckReason
	}{
		{1.2, 11, CheckMet, ""},
		{1.5, 11, CheckUndecided, DependentRounds},
		{1.2, 8, CheckFailed, ""},
		{1.5, 8, CheckUndecided, DependentRounds},
		{1.5, 9.5, CheckUndecided, ""},
	} {
		check := Check{
			Expectation: bound(Throughput.Key, spec.AtLeast, 10),
			Low:         c.low,
			High:        c.low + 1,
			Confidence:  0.96,
			N:           10,
			widening:    c.widening,
		}
		check.decide(0.95, 1)
		if check.Outcome != c.outcome || check.Reason != c.reason {
			t.Errorf("%+v: %s %s", c, check.Outcome, check.Reason)
		}
	}
}

// A ratio within the control's interval proves no difference. What it does not claim is left.
func TestDecideAsTheControl(t *testing.T) {
	for _, c := range []struct {
		bound     spec.Bound
		limit     float64
		low, high float64
		outcome   Outcome
		reason    CheckReason
	}{
		{spec.RatioAtLeast, 0.95, 0.90, 0.93, CheckUndecided, LikeControl},
		{spec.RatioAtLeast, 0.95, 0.97, 0.99, CheckMet, ""},
		{spec.RatioAtLeast, 1, 0.97, 0.99, CheckUndecided, LikeControl},
		{spec.RatioAtLeast, 1, 1.01, 1.03, CheckMet, ""},
		{spec.RatioAtLeast, 1.05, 1.06, 1.09, CheckUndecided, LikeControl},
		{spec.RatioAtLeast, 1.05, 1.01, 1.03, CheckFailed, ""},
		{spec.RatioAtMost, 1.05, 1.06, 1.09, CheckUndecided, LikeControl},
		{spec.RatioAtMost, 1.05, 1.01, 1.03, CheckMet, ""},
		{spec.RatioAtMost, 0.95, 0.90, 0.93, CheckUndecided, LikeControl},
		{spec.RatioAtMost, 0.95, 0.97, 0.99, CheckFailed, ""},
	} {
		check := Check{
			Expectation: bound(Throughput.Key, c.bound, c.limit),
			Low:         c.low,
			High:        c.high,
			Confidence:  0.96,
			N:           10,
			asControl:   true,
		}
		check.decide(0.95, 1)
		if check.Outcome != c.outcome || check.Reason != c.reason {
			t.Errorf("%+v: %s %s", c, check.Outcome, check.Reason)
		}
	}
}

// The limits of a ratio are those of its numerator, and the opposite ones of its denominator.
func TestLimitsOfARatio(t *testing.T) {
	none, more := limits{}, limits{mayBeMore: LimitedByGenerator}
	less := limits{mayBeLess: LimitedByGenerator}
	for _, c := range []struct{ other, base, want limits }{
		{none, none, none},
		{more, none, more},
		{none, more, less},
		{more, more, limits{LimitedByGenerator, LimitedByGenerator}},
		{less, none, less},
		{none, less, more},
		{none, limits{mayBeMore: LimitedByArrivals}, limits{mayBeLess: LimitedByArrivals}},
	} {
		if got := c.other.dividedBy(c.base); got != c.want {
			t.Errorf("%+v ÷ %+v = %+v, want %+v", c.other, c.base, got, c.want)
		}
	}
}
