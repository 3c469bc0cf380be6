package stats

import (
	"slices"

	"labbook/internal/plan"
)

// Measures are the metrics whose ratios to the baseline are reported without a verdict. If they had
// verdicts too, the correction for so many comparisons would leave none of them any power.
var Measures = []*Metric{P50, P90, P99, MeanTime, CPUPerRequest, OwnMemory, PeakMemory}

// Ratios are those of a cell to the baseline's at its level, one for each of Measures, paired by
// round. The N of a ratio is 0 if its metric is not known of both.
type Ratios struct {
	plan.Cell
	Of []Comparison
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
func newRatios(cell, baseline Cell, confidence float64) Ratios {
	r := Ratios{Cell: cell.Cell}
	for _, measure := range Measures {
		other := newSample(cell.clean, measure).positive()
		base := newSample(baseline.clean, measure).positive()
		if measure.Unit == Milliseconds && (other.isCoarse() || base.isCoarse()) {
			other = Sample{}
		}
		r.Of = append(r.Of, compare(other, base, confidence))
	}
	return r
}
