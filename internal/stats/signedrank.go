package stats

import (
	"math"
	"slices"
	"sync"
)

// The estimate, its interval and the p-value of a comparison all come from the Walsh averages of
// its values and the exact distribution of Wilcoxon's signed-rank statistic (Hollander, Wolfe and
// Chicken, Nonparametric Statistical Methods, 3.1 to 3.3). They assume that the values have a
// symmetric distribution, and not that it is normal. Because all three count the same averages,
// they never contradict each other.

// Location is an estimate of the centre of a symmetric distribution.
type Location struct {
	Center     float64
	Low, High  float64 // valid only if Confidence is above 0
	Confidence float64 // reached; 0 if there are too few values for the requested one
}

// HodgesLehmann returns the median of the Walsh averages (x_i + x_j) / 2, i ≤ j, and an interval
// that ends at two of them. There must be at least one value, and all must be finite.
func HodgesLehmann(values []float64, confidence float64) Location {
	walsh := walshAverages(values)
	location := Location{Center: median(walsh)}
	k, reached := signedRankCut(len(values), confidence)
	if k > 0 {
		location.Low = walsh[k-1]
		location.High = walsh[len(walsh)-k]
		location.Confidence = reached
	}
	return location
}

// SignedRankP returns the exact two-sided p-value of Wilcoxon's signed-rank test that the centre of
// the values is 0. If the interval of HodgesLehmann with confidence C excludes 0, then p ≤ 1 − C.
// Averages of 0 count against a difference.
func SignedRankP(values []float64) float64 { return inference{}.p(values, 0) }

// signedRankTail returns P(T ≤ t), where T is the signed-rank statistic of n values.
func signedRankTail(n, t int) float64 {
	tail := 0.0
	for _, p := range signedRankDistribution(n)[:t+1] {
		tail += p
	}
	return tail
}

// tieDistance is how far from 0 an average of two logarithms may be because of rounding. ab prints
// rates to two decimals, so the ratios 99.5 ÷ 100 and 100 ÷ 99.5 occur in one sample, and the sum
// of their logarithms is not exactly 0.
const tieDistance = 0.5e-12

// walshAverage returns the mean of two values, and exactly 0 where only rounding keeps it from
// that.
func walshAverage(x, y float64) float64 {
	average := x/2 + y/2
	if math.Abs(average) < tieDistance {
		return 0
	}
	return average
}

// walshAverages returns the n(n+1)/2 means of every two values, each value with itself included, in
// ascending order.
func walshAverages(values []float64) []float64 {
	averages := make([]float64, 0, len(values)*(len(values)+1)/2)
	for i, x := range values {
		for _, y := range values[i:] {
			averages = append(averages, walshAverage(x, y))
		}
	}
	slices.Sort(averages)
	return averages
}

// signedRankCut returns the largest k for which the interval from the k-th smallest to the k-th
// largest Walsh average still has the confidence, and the confidence that it reaches: 1 − 2·P(T ≤
// k−1), where T is the signed-rank statistic of n values. It returns 0 if even the widest interval
// has less.
func signedRankCut(n int, confidence float64) (k int, reached float64) {
	var below float64 // P(T ≤ k−1)
	for i, p := range signedRankDistribution(n) {
		if 1-2*(below+p) < confidence {
			break
		}
		below += p
		k, reached = i+1, 1-2*below
	}
	return k, reached
}

// distributions caches the results of signedRankDistribution by n. Computing one costs time with
// the cube of n, and all comparisons of a record have about the same n.
var distributions sync.Map

// signedRankDistribution returns P(T = t) for t = 0 … n(n+1)/2. Callers must not change it.
func signedRankDistribution(n int) []float64 {
	if cached, ok := distributions.Load(n); ok {
		return cached.([]float64)
	}
	p := computeSignedRanks(n)
	distributions.Store(n, p)
	return p
}

// computeSignedRanks computes the distribution rank by rank: each rank 1 … n is in the sum T with
// probability one half. Halving at each step keeps all numbers in range for any n.
func computeSignedRanks(n int) []float64 {
	p := make([]float64, n*(n+1)/2+1)
	p[0] = 1
	for rank := 1; rank <= n; rank++ {
		for t := rank * (rank + 1) / 2; t >= 0; t-- {
			with := 0.0
			if t >= rank {
				with = p[t-rank]
			}
			p[t] = (p[t] + with) / 2
		}
	}
	return p
}
