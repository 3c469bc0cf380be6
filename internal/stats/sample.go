package stats

import (
	"math"

	"labbook.example/labbook/internal/record"
)

// A Sample holds one metric of one cell: one value per trial.
type Sample struct {
	Values []float64 // in the metric's unit, in the order of the rounds
	Rounds []int     // the round of each value, ascending
	Runs   []int     // the run of each value, ascending; nil if the experiment has one run

	// Unpaired reports that rounds are only the order of imported files: a value has no counterpart
	// in another sample.
	Unpaired bool
}

// newSample takes one value from each trial for which the metric is known. The trials must be in
// the order of their rounds.
func newSample(trials []record.Result, metric *Metric) Sample {
	var s Sample
	if len(trials) > 0 {
		s.Unpaired = trials[0].Imported != nil
	}
	for _, trial := range trials {
		if v, ok := metric.value(trial); ok {
			s.Values = append(s.Values, v)
			s.Rounds = append(s.Rounds, trial.Round)
			if trial.Run > 0 {
				s.Runs = append(s.Runs, trial.Run)
			}
		}
	}
	return s
}

// positive returns the sample without values that have no ratio. A time of 0 is one that was too
// short for the clock.
func (s Sample) positive() Sample {
	kept := Sample{Unpaired: s.Unpaired}
	for i, v := range s.Values {
		if v > 0 {
			kept.Values = append(kept.Values, v)
			kept.Rounds = append(kept.Rounds, s.Rounds[i])
			if s.Runs != nil {
				kept.Runs = append(kept.Runs, s.Runs[i])
			}
		}
	}
	return kept
}

// isCoarse reports whether a sample of imported response times has whole milliseconds that are too
// short for a ratio: 2 ms may be anything from 1.5 to 2.5.
func (s Sample) isCoarse() bool {
	const minWhole = 20 // ms, of which rounding takes 2.5 %
	if !s.Unpaired {
		return false
	}
	for _, v := range s.Values {
		if v < minWhole && v == math.Trunc(v) {
			return true
		}
	}
	return false
}

// countBelow counts the values below a limit.
func (s Sample) countBelow(limit float64) int {
	n := 0
	for _, v := range s.Values {
		if v < limit {
			n++
		}
	}
	return n
}

// roundsAbove counts the rounds in which at least one of the samples exceeds a limit.
func roundsAbove(limit float64, samples ...Sample) int {
	rounds := map[int]bool{}
	for _, s := range samples {
		for i, v := range s.Values {
			if v > limit {
				rounds[s.Rounds[i]] = true
			}
		}
	}
	return len(rounds)
}
