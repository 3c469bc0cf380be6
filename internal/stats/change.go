package stats

import "math"

// Change is a Shift that is judged together with others.
type Change struct {
	Shift
	Adjusted float64 // the p-value after Holm's correction over all that are judged with it
	Verdict  Verdict

	// Limited is what the generator limited: FasterSide if the true ratio can only be further from
	// 1, SlowerSide if it may be nearer to 1 or beyond it, BothSides if either may be.
	Limited Limited
	// Dependent reports that rounds depend on each other so much that as many independent ones
	// would be too few for a verdict, so it is Inconclusive.
	Dependent bool
}

// HasInterval reports whether there are enough values for an interval: with 95 %, four rounds of
// each record, or three runs in all.
func (s Shift) HasInterval() bool { return s.Confidence > 0 }

// JudgeChanges sets the adjusted p-values and the verdicts of a family of changes, by the rules of
// the comparisons of one record. Those of fewer rounds than an interval of a median needs have no
// verdict, and count for no other one. A response time that has become shorter is Faster.
func JudgeChanges(family []*Change, metric *Metric, confidence, margin float64) {
	comparisons := make([]Comparison, len(family))
	for i, change := range family {
		comparisons[i] = change.comparison(metric, confidence, margin)
	}
	decide(comparisons, confidence, margin)
	for i, c := range comparisons {
		family[i].Adjusted, family[i].Verdict = c.Adjusted, c.Verdict
		family[i].Dependent = c.Dependent
	}
}

// comparison returns the change as a comparison of throughputs.
func (c *Change) comparison(metric *Metric, confidence, margin float64) Comparison {
	limit := 1 + margin
	comparison := Comparison{
		Unpaired:      true,
		N:             min(c.Old, c.New),
		Ratio:         c.Ratio,
		Low:           c.Low,
		High:          c.High,
		Confidence:    c.Confidence,
		P:             c.P,
		Widening:      c.Widening,
		Limited:       c.Limited,
		notEquivalent: min(1, 2*max(c.PAtMost(1/limit), c.PAtLeast(limit))),
	}
	if metric.Unit == Milliseconds {
		comparison.Ratio = 1 / c.Ratio
		comparison.Low, comparison.High = 1/c.High, 1/c.Low
	}
	if !c.ByRun && comparison.N < MinRounds(confidence) {
		comparison.Confidence = 0
	}
	return comparison
}

// LimitedChange returns what the generator limited in a change: the true ratio may be higher, or
// lower, than the one that was measured.
func LimitedChange(ratio float64, higher, lower bool) Limited {
	switch {
	case higher && lower:
		return BothSides
	case !higher && !lower:
		return NoSide
	case higher == (ratio > 1):
		return FasterSide
	}
	return SlowerSide
}

// AdjustedP returns the p-values of shifts after Holm's correction over all of them.
func AdjustedP(shifts []Shift) []float64 {
	p := make([]float64, len(shifts))
	for i, s := range shifts {
		p[i] = s.P
		if math.IsNaN(s.P) || !s.HasInterval() {
			p[i] = 1
		}
	}
	return holm(p)
}
