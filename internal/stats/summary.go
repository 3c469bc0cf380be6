package stats

import (
	"math"
	"slices"
)

// Summary is the median of a Sample and how sure it is. All values are in the sample's unit.
type Summary struct {
	Sample
	N          int // values of the sample
	Median     float64
	Low, High  float64 // the interval's ends, order statistics of the sample; valid only where HasInterval
	Confidence float64 // that the interval really has, at least what was asked for
	Min, Max   float64
}

// HasInterval reports whether the sample was large enough for an interval: at 95 % that is six
// values.
func (s Summary) HasInterval() bool { return s.Confidence > 0 }

// Summarise gives the median of a sample with the exact interval from its order statistics, which
// assumes nothing of the values' distribution. An empty sample gives N = 0.
func Summarise(sample Sample, confidence float64) Summary {
	n := len(sample.Values)
	if n == 0 {
		return Summary{}
	}
	sorted := slices.Sorted(slices.Values(sample.Values)) // a copy: the order of the rounds stays
	s := Summary{
		Sample: sample,
		N:      n,
		Median: median(sorted),
		Min:    sorted[0],
		Max:    sorted[n-1],
	}
	if low, high, reached := medianRanks(n, confidence); reached > 0 {
		s.Low, s.High, s.Confidence = sorted[low-1], sorted[high-1], reached
	}
	return s
}

// medianRanks gives the places, from 1, of the two of n ordered values between which the median
// lies with the confidence, and the confidence that they have: as few values apart as can be, in
// the middle, or one place lower where that is no place. It is 0 where there are too few values.
// Each value is below the median with probability one half, so the confidence is that of low to
// high − 1 of them (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3.6).
func medianRanks(n int, confidence float64) (low, high int, reached float64) {
	for apart := 1; apart < n; apart++ {
		low = (n + 1 - apart) / 2
		high = low + apart
		reached = 0
		for below := low; below < high; below++ {
			reached += binomialHalf(n, below)
		}
		if reached >= confidence {
			return low, high, min(1, reached)
		}
	}
	return 0, 0, 0
}

// binomialHalf is the probability that so many of n coins show heads.
func binomialHalf(n, heads int) float64 {
	all, _ := math.Lgamma(float64(n + 1))
	some, _ := math.Lgamma(float64(heads + 1))
	others, _ := math.Lgamma(float64(n - heads + 1))
	return math.Exp(all - some - others - float64(n)*math.Ln2)
}

// MinRounds returns the minimum number of rounds for an interval of a confidence: even from the
// smallest to the largest of n values, it is at most 1 − 2^(1−n). 95 % needs six.
func MinRounds(confidence float64) int {
	n := 1
	for 1-math.Exp2(float64(1-n)) < confidence {
		n++
	}
	return n
}
