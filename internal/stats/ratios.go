package stats

import (
	"slices"

	"labbook.example/labbook/internal/plan"
)

// Measures are the metrics whose ratios to the baseline are reported without a verdict. If they had
// verdicts too, the correction for so many comparisons would leave none of them any power.
var Measures = []*Metric{P50, P90, P99, MeanTime, CPUPerRequest, OwnMemory, PeakMemory}

// Ratios are those of a cell to the baseline's at its level, one for each of Measures, paired by
// round. The N of a ratio is 0 if its metric is not known of both.
type Ratios struct {
	plan.Cell
	Of []Comparison

	// MeanAtLeast and MeanAtMost are the bounds of the ratio of the mean response times; their N is
	// 0 where the means of both cells are one figure each.
	MeanAtLeast, MeanAtMost Comparison
}

// Ratio returns the ratio of a cell's measure to the baseline's at its level. Its N is 0 if there
// is none.
func (a *Analysis) Ratio(place plan.Cell, measure *Metric) Comparison {
	for _, r := range a.Ratios {
		if r.Cell == place {
			return r.Of[slices.Index(Measures, measure)]
		}
	}
	return Comparison{}
}

// newRatios compares a cell with the baseline's by every measure. Only clean trials count, also for
// the metrics that a cell summarises over all trials that ended.
func (m inference) newRatios(cell, baseline Cell) Ratios {
	r := Ratios{Cell: cell.Cell}
	ratio := func(other, base *Metric) Comparison {
		return m.compareMeasures(cell, baseline, other, base)
	}
	for _, measure := range Measures {
		r.Of = append(r.Of, ratio(measure, measure))
	}
	if !cell.OneMean() || !baseline.OneMean() {
		r.MeanAtLeast = ratio(MeanTime, MeanAtMost)
		r.MeanAtMost = ratio(MeanAtMost, MeanTime)
	}
	return r
}

// compareMeasures compares a cell by one metric with the baseline's by another one.
func (m inference) compareMeasures(cell, baseline Cell, ours, theirs *Metric) Comparison {
	other := newSample(cell.trials(ours), ours).positive()
	base := newSample(baseline.trials(theirs), theirs).positive()
	if ours.Unit == Milliseconds && (other.isCoarse() || base.isCoarse()) {
		other = Sample{}
	}
	return m.compare(other, base)
}

// MeanRatios returns the bounds of the ratio of a cell's mean response time to the baseline's at
// its level. It reports false where that is one figure, or not known.
func (a *Analysis) MeanRatios(place plan.Cell) (atLeast, atMost Comparison, ok bool) {
	for _, r := range a.Ratios {
		if r.Cell == place {
			return r.MeanAtLeast, r.MeanAtMost, r.MeanAtLeast.N > 0
		}
	}
	return Comparison{}, Comparison{}, false
}
