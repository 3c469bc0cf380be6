package stats

import (
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// Summary is the median of a Sample and how sure it is. All values are in the sample's unit.
type Summary struct {
	N          int       // clean trials
	Values     []float64 // one a clean trial, in the order of the rounds
	Rounds     []int     // the round of each value
	Median     float64
	Low, High  float64 // the interval's ends, order statistics of the sample; valid only where HasInterval
	Confidence float64 // that the interval really has, at least what was asked for
	Min, Max   float64
}

// HasInterval reports whether the sample was large enough for an interval: at 95 % that is six values.
func (s Summary) HasInterval() bool { return s.Confidence > 0 }

// Summarise gives the median of a sample with the exact interval from its order statistics, which
// assumes nothing of the values' distribution (benchmath.AssumeNothing). An empty sample gives N = 0.
func Summarise(sample Sample, confidence float64) Summary {
	if len(sample.Values) == 0 {
		return Summary{}
	}
	// NewSample sorts the slice that it is given; a copy keeps the order of the rounds.
	exact := benchmath.NewSample(slices.Clone(sample.Values), &benchmath.DefaultThresholds)
	got := benchmath.AssumeNothing.Summary(exact, confidence)
	s := Summary{
		N:      len(sample.Values),
		Values: sample.Values,
		Rounds: sample.Rounds,
		Median: got.Center,
		Min:    slices.Min(sample.Values),
		Max:    slices.Max(sample.Values),
	}
	if math.IsInf(got.Lo, 0) || math.IsInf(got.Hi, 0) || got.Confidence < confidence {
		return s
	}
	s.Low, s.High, s.Confidence = got.Lo, got.Hi, got.Confidence
	return s
}
