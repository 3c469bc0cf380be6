package stats

import (
	"cmp"
	"math"
	"slices"

	"labbook/internal/spec"
)

// Verdict is what a comparison comes to, given the margin within which differences do not matter.
type Verdict string

// The verdicts. NoVerdict: too few rounds to infer anything from. Inconclusive is no word for "the
// same": the data fit a difference that matters as well as none.
const (
	NoVerdict    Verdict = ""
	Equivalent   Verdict = "equivalent"   // the interval lies within the margin
	Faster       Verdict = "faster"       // the interval lies above 1, and the family's correction agrees
	Slower       Verdict = "slower"       // the same, below 1
	Inconclusive Verdict = "inconclusive" // none of them
)

// decide gives each comparison of the family its adjusted p-value and its verdict, in place.
func decide(family []Comparison, confidence, margin float64) {
	adjustHolm(family)
	counted := 0
	for _, c := range family {
		if c.HasInterval() {
			counted++
		}
	}
	least := MinRoundsForVerdict(counted, confidence)
	for i := range family {
		c := &family[i]
		c.Verdict = verdictOf(*c, confidence, margin)
		if c.Verdict == Inconclusive && !c.GeneratorLimited { // more rounds measure the same generator again
			c.RoundsNeeded = roundsNeeded(*c, margin, least)
		}
	}
}

// verdictOf tries the verdicts in their order: a difference that is certain and does not matter is
// called equivalent, unless both were as fast as the generator.
func verdictOf(c Comparison, confidence, margin float64) Verdict {
	differs := c.Adjusted <= 1-confidence
	switch {
	case !c.HasInterval():
		return NoVerdict
	case c.Low >= 1/(1+margin) && c.High <= 1+margin && !c.GeneratorLimited:
		return Equivalent
	case c.Low > 1 && differs:
		return Faster
	case c.High < 1 && differs:
		return Slower
	}
	return Inconclusive
}

// adjustHolm sets the p-values that hold for all comparisons together. Comparisons without an
// interval infer nothing and do not count.
func adjustHolm(family []Comparison) {
	var counted []*Comparison
	var values []float64
	for i := range family {
		if c := &family[i]; c.HasInterval() {
			counted, values = append(counted, c), append(values, c.P)
		}
	}
	for i, p := range holm(values) {
		counted[i].Adjusted = p
	}
}

// holm gives the p-values that hold for all of a family together, in its order (Holm, Scandinavian
// Journal of Statistics, 1979).
func holm(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	adjusted, least := make([]float64, len(values)), 0.0
	for rank, i := range order {
		least = max(least, min(1, float64(len(order)-rank)*values[i]))
		adjusted[i] = least
	}
	return adjusted
}

// SignedRankP is the exact two-sided p-value of Wilcoxon's signed-rank test that the centre of the
// values is 0. It counts Walsh averages, as the interval of HodgesLehmann does, so the two never
// contradict each other: an interval without 0 of confidence C has p ≤ 1 − C. Averages that are 0
// count against the difference.
func SignedRankP(values []float64) float64 {
	var atMost, atLeast int // Walsh averages ≤ 0, and ≥ 0
	for i, x := range values {
		for _, y := range values[i:] {
			if x/2+y/2 <= 0 {
				atMost++
			}
			if x/2+y/2 >= 0 {
				atLeast++
			}
		}
	}
	below := 0.0
	for _, p := range signedRankDistribution(len(values))[:min(atMost, atLeast)+1] {
		below += p
	}
	return min(1, 2*below)
}

// MinRoundsForVerdict is how many rounds a family of comparisons needs at least for any of them
// to be called faster or slower: the smallest p-value of n rounds is 2^(1−n), and Holm multiplies
// it by their number.
func MinRoundsForVerdict(comparisons int, confidence float64) int {
	n := MinRounds(confidence)
	for float64(comparisons)*math.Pow(2, float64(1-n)) > 1-confidence {
		n++
	}
	return n
}

// roundsNeeded estimates how many rounds would likely settle an inconclusive comparison, if its
// spread stays as it is: the interval's half-width shrinks with the root of the rounds (Kalibera
// and Jones, ISMM 2013), and has to become as small as the distance to 1, or as that to the
// margin's end, whichever is greater. To be called faster or slower it needs besides what the
// family needs at least. 0: no number of rounds that a spec may ask for.
func roundsNeeded(c Comparison, margin float64, least int) int {
	center := math.Abs(math.Log(c.Ratio))
	reach := max(center, math.Log1p(margin)-center)
	half := math.Log(c.High/c.Low) / 2
	needed := math.Ceil(float64(c.N) * (half / reach) * (half / reach))
	if !(needed <= spec.MaxRounds) { // also if it is no number
		return 0
	}
	if reach > center { // it would be called equivalent, which needs no correction
		least = 0
	}
	return max(int(needed), c.N+1, least)
}
