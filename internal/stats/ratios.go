package stats

import (
	"cmp"
	"slices"

	"labbook/internal/plan"
	"labbook/internal/record"
)

// Measures are the metrics whose ratios to the baseline are given without a verdict: were they
// judged too, the correction for all comparisons would leave none of them any power.
var Measures = []Metric{P50, P90, P99, MeanTime, CPUPerRequest, PeakMemory}

// Ratios are those of a cell to the baseline's at its level, one for each of Measures, paired by
// round; N is 0 where a measure is not known of both.
type Ratios struct {
	plan.Cell
	Of []Comparison
}

// ratiosOf compares a cell with another by every measure.
func ratiosOf(rec *record.Record, cell, baseline plan.Cell, confidence float64) Ratios {
	ours, theirs := cleanOf(rec, cell, rec.Results), cleanOf(rec, baseline, rec.Results)
	r := Ratios{Cell: cell}
	for _, measure := range Measures {
		other, base := positive(newSample(ours, measure)), positive(newSample(theirs, measure))
		r.Of = append(r.Of, compare(other, base, confidence))
	}
	return r
}

// positive leaves out values that have no ratio: a time of 0 is one that the clock did not see.
func positive(s Sample) Sample {
	var kept Sample
	for i, v := range s.Values {
		if v > 0 {
			kept.Values, kept.Rounds = append(kept.Values, v), append(kept.Rounds, s.Rounds[i])
		}
	}
	return kept
}

// kneeGain is the gain of throughput from one level to the next that still counts as one.
const kneeGain = 1.05

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
func kneeOf(cells []Cell, samples map[plan.Cell]Sample, confidence float64) (k Knee, ok bool) {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Level.Value, b.Level.Value) })
	for i := 1; i < len(cells); i++ {
		before, at := cells[i-1], cells[i]
		if at.Level.Kind != plan.Concurrency || before.State == Invalid || at.State == Invalid {
			continue
		}
		gain := compare(samples[at.Cell], samples[before.Cell], confidence)
		if !gain.HasInterval() {
			continue
		}
		k.Server, ok = at.Server, true
		if gain.High < kneeGain {
			return Knee{at.Server, true, at.Level, before.Level, gain}, true
		}
	}
	return k, ok
}
