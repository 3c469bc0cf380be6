package stats

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// Imported trials have no rounds: nothing says which trials of two servers met the same state of
// the machine. They are compared without pairs, by all differences of their logarithms and the
// exact distribution of the rank-sum statistic of Mann and Whitney (Hollander, Wolfe and Chicken,
// Nonparametric Statistical Methods, 4.1 to 4.3). The result does not depend on the order of the
// files that were imported. As with signed ranks, the estimate, its interval and the p-value count
// the same differences and never contradict each other.

// compareUnpaired compares two samples of which no two values belong together.
func compareUnpaired(other, baseline Sample, confidence float64) Comparison {
	r := rankSumOf(other.Values, baseline.Values)
	c := Comparison{N: min(r.n, r.m), Unpaired: true, pairs: r}
	if c.N == 0 {
		return c
	}

	estimate := r.location(confidence)
	c.Ratio = math.Exp(estimate.Center)
	c.P = RankSumP(other.Values, baseline.Values)
	// The interval of a median needs as many values. Fewer could have an interval here.
	if c.N >= MinRounds(confidence) && estimate.Confidence > 0 {
		c.Low, c.High = math.Exp(estimate.Low), math.Exp(estimate.High)
		c.Confidence = estimate.Confidence
	}
	return c
}

// rankSum is what is inferred from all differences of the values of two samples.
type rankSum struct {
	differences []float64 // ascending
	n, m        int       // the sizes of the samples
}

// rankSumOf returns log(x ÷ y) for every value of two samples. All values must be positive.
func rankSumOf(x, y []float64) rankSum {
	return newRankSum(x, y, func(a, b float64) float64 { return math.Log(a / b) })
}

// newRankSum returns the differences of every value of two samples.
func newRankSum(x, y []float64, minus func(a, b float64) float64) rankSum {
	r := rankSum{make([]float64, 0, len(x)*len(y)), len(x), len(y)}
	for _, a := range x {
		for _, b := range y {
			r.differences = append(r.differences, minus(a, b))
		}
	}
	slices.Sort(r.differences)
	return r
}

// location returns the median of the differences with its interval. There must be a value in each
// sample.
func (r rankSum) location(confidence float64) Location {
	l := Location{Center: median(r.differences)}
	if k, reached := rankSumCut(r.n, r.m, confidence); k > 0 {
		l.Low, l.High = r.differences[k-1], r.differences[len(r.differences)-k]
		l.Confidence = reached
	}
	return l
}

// atMost returns the p-value of the one-sided test that the first sample is shifted by a limit or
// less, and atLeast that it is shifted by it or more. Differences of the limit itself count for
// both.
func (r rankSum) atMost(limit float64) float64 {
	notAbove, _ := countSides(r.differences, limit)
	return rankSumTail(r.n, r.m, notAbove)
}

func (r rankSum) atLeast(limit float64) float64 {
	_, notBelow := countSides(r.differences, limit)
	return rankSumTail(r.n, r.m, notBelow)
}

// RankSumP returns the two-sided p-value of the rank-sum test that two samples have the same
// distribution. Equal values count against a difference.
func RankSumP(x, y []float64) float64 {
	var notAbove, notBelow int
	for _, a := range x {
		for _, b := range y {
			if a <= b {
				notAbove++
			}
			if a >= b {
				notBelow++
			}
		}
	}
	return min(1, 2*rankSumTail(len(x), len(y), min(notAbove, notBelow)))
}

// notEquivalentRankSum returns the p-value of the two one-sided rank-sum tests that the values of x
// are those of y times a factor whose logarithm is −margin or less, or margin or more, doubled as
// that of inference.notEquivalentP.
func notEquivalentRankSum(x, y []float64, margin float64) float64 {
	r := rankSumOf(x, y)
	return min(1, 2*max(r.atMost(-margin), r.atLeast(margin)))
}

// rankSumCut returns the largest k for which the interval from the k-th smallest to the k-th
// largest difference has the confidence, and the confidence that it reaches: 1 − 2·P(U ≤ k−1). It
// returns 0 if even the widest interval has less.
func rankSumCut(n, m int, confidence float64) (k int, reached float64) {
	for k < n*m/2 {
		inside := 1 - 2*rankSumTail(n, m, k)
		if inside < confidence {
			break
		}
		k, reached = k+1, inside
	}
	return k, reached
}

// maxExactRankSum is the largest sample for which the distribution is computed. For larger ones the
// normal one is near: at 50 values, p-values from 0.001 on are right to 3 %.
const maxExactRankSum = 50

// rankSumTail returns P(U ≤ u), where U is the number of pairs in which a value of the one sample
// exceeds one of the other, of n and m values from one distribution.
func rankSumTail(n, m, u int) float64 {
	if n > maxExactRankSum || m > maxExactRankSum {
		product := float64(n) * float64(m)
		normal := distuv.Normal{Mu: product / 2, Sigma: math.Sqrt(product * float64(n+m+1) / 12)}
		return normal.CDF(float64(u) + 0.5)
	}
	tail := 0.0
	for _, p := range rankSumDistribution(n, m)[:min(u, n*m)+1] {
		tail += p
	}
	return tail
}

// rankSums caches the results of rankSumDistribution: all comparisons of a record have about the
// same sizes.
var rankSums sync.Map

// rankSumDistribution returns P(U = u) for u = 0 … n·m. Callers must not change it.
func rankSumDistribution(n, m int) []float64 {
	sizes := [2]int{n, m}
	if cached, ok := rankSums.Load(sizes); ok {
		return cached.([]float64)
	}
	p := computeRankSums(n, m)
	rankSums.Store(sizes, p)
	return p
}

// computeRankSums computes the distribution from those of smaller samples: the largest of all
// values is one of the first sample with probability i÷(i+j), and then exceeds all j of the second.
func computeRankSums(n, m int) []float64 {
	row := make([][]float64, m+1) // of i values of the first sample, by the j of the second
	for j := range row {
		row[j] = []float64{1}
	}
	for i := 1; i <= n; i++ {
		next := make([][]float64, m+1)
		next[0] = []float64{1}
		for j := 1; j <= m; j++ {
			p := make([]float64, i*j+1)
			first := float64(i) / float64(i+j)
			for u, q := range row[j] {
				p[u+j] += first * q
			}
			for u, q := range next[j-1] {
				p[u] += (1 - first) * q
			}
			next[j] = p
		}
		row = next
	}
	return row[m]
}
