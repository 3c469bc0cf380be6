package stats

import (
	"cmp"
	"slices"

	"labbook/internal/plan"
)

// Measures are the metrics whose ratios to the baseline are given without a verdict: were they
// judged too, the correction for all comparisons would leave none of them any power.
var Measures = []*Metric{P50, P90, P99, MeanTime, CPUPerRequest, PeakMemory}

// Ratios are those of a cell to the baseline's at its level, one for each of Measures, paired by
// round; N is 0 where a measure is not known of both.
type Ratios struct {
	plan.Cell
	Of []Comparison
}

// ratiosOf compares a cell with another by every measure.
func ratiosOf(cell, baseline Cell, confidence float64) Ratios {
	r := Ratios{Cell: cell.Cell}
	for _, measure := range Measures {
		other := newSample(cell.clean, measure).positive()
		base := newSample(baseline.clean, measure).positive()
		r.Of = append(r.Of, compare(other, base, confidence))
	}
	return r
}

// KneeGain is the smallest gain of throughput from one level to the next that counts as one.
const KneeGain = 0.05

// Knee is where more clients bring a server no more: the first level at which it surely gains less
// than 5 % on the level before.
type Knee struct {
	Server  string
	Reached bool
	Level   plan.Level // where it is reached
	Before  plan.Level // the level before
	Gain    Comparison // of the throughput, Level ÷ Before, paired by round
}

// kneeOf looks for a server's knee; ok is false where it cannot be looked for: in an open loop,
// with one level, or where no two levels have an interval of their ratio.
func kneeOf(cells []Cell, confidence float64) (k Knee, ok bool) {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Level.Value, b.Level.Value) })
	for i := 1; i < len(cells); i++ {
		before, at := cells[i-1], cells[i]
		if at.Level.Kind != plan.Concurrency || before.State == Invalid || at.State == Invalid {
			continue
		}
		gain := compare(at.Of(Throughput).Sample, before.Of(Throughput).Sample, confidence)
		if !gain.HasInterval() {
			continue
		}
		k.Server, ok = at.Server, true
		if gain.High < 1+KneeGain {
			return Knee{at.Server, true, at.Level, before.Level, gain}, true
		}
	}
	return k, ok
}
