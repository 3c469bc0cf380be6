package stats

import "slices"

// The signed-rank test assumes that the ratios of the rounds have a symmetric distribution. Where a
// server has two modes they have not, and its interval is not that of a typical round. The sign
// test assumes nothing about the shape, and pays for it with wider intervals (Hollander, Wolfe and
// Chicken, Nonparametric Statistical Methods, 3.4 to 3.6). As with signed ranks, the estimate, its
// interval and the p-value count the same values and never contradict each other.

// MedianOf returns the median of values and an interval that ends at two of them: from the k-th
// smallest to the k-th largest. There must be at least one value.
func MedianOf(values []float64, confidence float64) Location {
	sorted := slices.Sorted(slices.Values(values))
	location := Location{Center: median(sorted)}
	if k, reached := signCut(len(sorted), confidence); k > 0 {
		location.Low = sorted[k-1]
		location.High = sorted[len(sorted)-k]
		location.Confidence = reached
	}
	return location
}

// signCut returns the largest k for which the interval from the k-th smallest to the k-th largest
// of n values has the confidence, and the confidence that it reaches: 1 − 2·P(B ≤ k−1), where B is
// the number of n values that are below their true median. It returns 0 if even the widest interval
// has less.
func signCut(n int, confidence float64) (k int, reached float64) {
	below := 0.0 // P(B ≤ k−1)
	for k < n/2 {
		below += binomialHalf(n, k)
		inside := 1 - 2*below
		if inside < confidence {
			break
		}
		k, reached = k+1, inside
	}
	return k, reached
}

// signTail returns P(B ≤ b), where B is the number of n values that are below their true median.
func signTail(n, b int) float64 {
	tail := 0.0
	for i := range b + 1 {
		tail += binomialHalf(n, i)
	}
	return min(1, tail)
}
