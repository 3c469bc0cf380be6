package stats

import (
	"math"
	"slices"
)

// Summary is the median of a Sample with its interval. All values are in the unit of the sample.
// With several runs, Median is the mean of the runs' medians.
type Summary struct {
	Sample
	N          int // values of the sample
	Median     float64
	Low, High  float64 // the ends of the interval; valid only if HasInterval
	Confidence float64 // of the interval: at least the requested one
	Min, Max   float64

	// OpenLow and OpenHigh report that the interval has no such end: a capacity was below the
	// lowest rate, or above the highest one. Low and High are then the smallest and the largest
	// value.
	OpenLow, OpenHigh bool

	Runs []RunEstimate // the median of each run; nil if the experiment has one run
}

// HasInterval reports whether the sample was large enough for an interval. For 95 % that is six
// values, or two runs.
func (s Summary) HasInterval() bool { return s.Confidence > 0 }

// ends returns the ends of the interval, infinite where it has none.
func (s Summary) ends() (low, high float64) {
	low, high = s.Low, s.High
	if s.OpenLow {
		low = math.Inf(-1)
	}
	if s.OpenHigh {
		high = math.Inf(1)
	}
	return low, high
}

// Summarise returns the median of a sample with the exact interval from its order statistics, which
// assumes nothing about the distribution of the values. With several runs it summarises the medians
// of the runs. An empty sample has N = 0.
func Summarise(sample Sample, confidence float64) Summary {
	n := len(sample.Values)
	if n == 0 {
		return Summary{}
	}
	sorted := slices.Sorted(slices.Values(sample.Values)) // a copy: the sample keeps its order
	s := Summary{
		Sample: sample,
		N:      n,
		Median: median(sorted),
		Min:    sorted[0],
		Max:    sorted[n-1],
	}
	if sample.Runs != nil {
		s.summariseRuns(confidence)
		return s
	}
	if low, high, reached := medianRanks(n, confidence); reached > 0 {
		s.Low = sorted[low-1]
		s.High = sorted[high-1]
		s.Confidence = reached
	}
	return s
}

// median returns the median of ascending values, of which there is at least one.
func median(sorted []float64) float64 {
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return midpoint(sorted[half-1], sorted[half])
}

// midpoint returns the mean of two numbers without overflow.
func midpoint(a, b float64) float64 {
	if (a < 0) == (b < 0) {
		return a + (b-a)/2 // their sum could overflow
	}
	return a/2 + b/2 // their difference could overflow
}

// medianRanks returns the ranks, from 1, of the two order statistics that are the interval of the
// median of n values, and the confidence that they reach. They are the narrowest symmetric pair
// with the requested confidence, or, if no pair of that width is symmetric, the lower one of two.
// All results are 0 if there are too few values.
//
// Each value is below the true median with probability one half. The interval from rank low to rank
// high contains the median if low to high − 1 of the values are below it (Hollander, Wolfe and
// Chicken, Nonparametric Statistical Methods, 3.6).
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

// binomialHalf returns P(X = k) for X ~ Bin(n, ½).
func binomialHalf(n, k int) float64 {
	logFactorial := func(i int) float64 {
		l, _ := math.Lgamma(float64(i + 1))
		return l
	}
	return math.Exp(logFactorial(n) - logFactorial(k) - logFactorial(n-k) - float64(n)*math.Ln2)
}

// MinRounds returns the minimum number of rounds for an interval with a confidence. Even from the
// smallest to the largest of n values, the confidence is at most 1 − 2^(1−n). 95 % needs six.
func MinRounds(confidence float64) int {
	n := 1
	for 1-math.Exp2(float64(1-n)) < confidence {
		n++
	}
	return n
}
