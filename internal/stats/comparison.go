package stats

import (
	"math"
	"slices"
	"sync"

	"labbook/internal/plan"
)

// Comparison is the throughput of a server as a ratio to the baseline's, other ÷ baseline, at one
// level. It is paired by round: whatever the machine did to a whole round cancels in the ratio.
type Comparison struct {
	Server           string
	Level            plan.Level
	N                int     // rounds in which both trials are clean
	Below            int     // rounds in which the server was slower than the baseline
	Above            int     // rounds in which it was faster
	Ratio            float64 // Hodges–Lehmann estimate
	Low, High        float64 // the interval's ends; valid only where HasInterval
	Confidence       float64 // that the interval really has
	P                float64 // of the signed-rank test that the ratio is 1, two-sided and exact
	Adjusted         float64 // P by Holm's correction for all comparisons of the record; valid only where HasInterval
	Verdict          Verdict
	Understated      bool // the faster side's generator was bound: the true ratio is further from 1
	GeneratorLimited bool // both sides' were: what looks alike may be the generator
	WithinControl    bool // the ratio lies where the control's may lie, so it is not called faster or slower
	// RoundsNeeded is how many rounds would likely settle an inconclusive comparison; 0: more than
	// can be asked for.
	RoundsNeeded int
}

// HasInterval reports whether there were rounds enough for an interval: at 95 % that is six.
func (c Comparison) HasInterval() bool { return c.Confidence > 0 }

// compare pairs two samples by round. Without a common round, N is 0 and nothing else is set.
func compare(other, baseline Sample, confidence float64) Comparison {
	logs := logRatios(other, baseline)
	c := Comparison{N: len(logs)}
	if c.N == 0 {
		return c
	}
	for _, l := range logs {
		if l < 0 {
			c.Below++
		} else if l > 0 {
			c.Above++
		}
	}
	estimate := HodgesLehmann(logs, confidence)
	c.Ratio, c.P = math.Exp(estimate.Center), SignedRankP(logs)
	if estimate.Confidence > 0 {
		c.Low, c.High, c.Confidence = math.Exp(
			estimate.Low,
		), math.Exp(
			estimate.High,
		), estimate.Confidence
	}
	return c
}

// logRatios gives log(other ÷ baseline) of each round that both samples have. Throughputs are above
// 0.
func logRatios(other, baseline Sample) []float64 {
	var logs []float64
	for i, round := range other.Rounds {
		if j, ok := slices.BinarySearch(baseline.Rounds, round); ok {
			logs = append(logs, math.Log(other.Values[i]/baseline.Values[j]))
		}
	}
	return logs
}

// Location is an estimate of the centre of a symmetric distribution.
type Location struct {
	Center     float64
	Low, High  float64 // valid only where Confidence is above 0
	Confidence float64 // reached; 0 where there are too few values for the one asked for
}

// HodgesLehmann gives the median of the Walsh averages (x_i + x_j) / 2, i ≤ j, and the interval
// between those of them that the exact Wilcoxon signed-rank distribution picks (Hollander, Wolfe
// and Chicken, Nonparametric Statistical Methods, 3.2 and 3.3). It needs at least one finite value.
func HodgesLehmann(values []float64, confidence float64) Location {
	walsh := walshAverages(values)
	location := Location{Center: median(walsh)}
	k, reached := signedRankCut(len(values), confidence)
	if k > 0 {
		location.Low, location.High = walsh[k-1], walsh[len(walsh)-k]
		location.Confidence = reached
	}
	return location
}

// walshAverages gives the n(n+1)/2 means of every two values, each with itself included, ascending.
func walshAverages(values []float64) []float64 {
	averages := make([]float64, 0, len(values)*(len(values)+1)/2)
	for i, x := range values {
		for _, y := range values[i:] {
			averages = append(averages, x/2+y/2)
		}
	}
	slices.Sort(averages)
	return averages
}

// median of ascending values, of which there is at least one.
func median(sorted []float64) float64 {
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return midpoint(sorted[half-1], sorted[half])
}

// midpoint is between two numbers, however large or small they are.
func midpoint(a, b float64) float64 {
	if (a < 0) == (b < 0) {
		return a + (b-a)/2 // their sum may be no number
	}
	return a/2 + b/2 // their difference may be none
}

// signedRankCut gives the greatest k for which the interval from the k-th smallest to the k-th
// greatest Walsh average still has the confidence, and the confidence that it has: 1 − 2·P(T ≤
// k−1), T being the signed-rank statistic of n values. k is 0 where even the widest has too little.
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

// distributions keeps what signedRankDistribution computed: its cost grows with the cube of n, and
// all comparisons of a record have the same n or nearly so.
var distributions sync.Map // of []float64, by n

// signedRankDistribution gives P(T = t) for t = 0 … n(n+1)/2, to be read only.
func signedRankDistribution(n int) []float64 {
	if known, ok := distributions.Load(n); ok {
		return known.([]float64)
	}
	p := computeSignedRanks(n)
	distributions.Store(n, p)
	return p
}

// computeSignedRanks computes them: each rank 1 … n is in the sum T with probability one half.
// Halving at each step keeps every number in range for any n.
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
