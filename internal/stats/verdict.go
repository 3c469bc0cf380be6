package stats

import (
	"cmp"
	"math"
	"slices"
)

// Verdict is what a comparison comes to, given the margin within which differences do not matter.
type Verdict string

// The verdicts. Inconclusive does not mean "the same": the data fit a difference that matters as
// well as none. NoVerdict means that there are too few rounds to infer anything. In an open loop,
// AtArrivalRate means that there is nothing to infer: both throughputs are the rate of the spec.
const (
	NoVerdict    Verdict = ""
	Equivalent   Verdict = "equivalent"   // the interval lies within the margin, and p is small
	Faster       Verdict = "faster"       // the interval lies above 1, and p is small enough
	Slower       Verdict = "slower"       // the interval lies below 1, and p is small enough
	Inconclusive Verdict = "inconclusive" // none of these

	AtArrivalRate Verdict = "both at the arrival rate"

	// Withheld is the verdict of a run that has not ended. Who looks at results while they come in,
	// and stops when they please, makes false claims more likely; see Look.
	Withheld Verdict = "after the last round"
)

// withhold gives comparisons of a run that has not ended the verdict Withheld. What AtArrivalRate
// says is no inference.
func withhold(comparisons []Comparison) {
	for i := range comparisons {
		if c := &comparisons[i]; c.Verdict != AtArrivalRate {
			c.Verdict = Withheld
		}
	}
}

// decide sets the adjusted p-values and the verdict of each comparison of a family. A comparison
// that is AtArrivalRate already stays it, and is no test of the family.
func decide(family []Comparison, confidence, margin float64) {
	adjustHolm(family)
	tested := 0
	for _, c := range family {
		if c.Tested() {
			tested++
		}
	}

	for i := range family {
		c := &family[i]
		if c.Verdict == AtArrivalRate {
			continue
		}
		c.Verdict = verdictOf(*c, confidence, margin)
		if c.dependsTooMuch(tested, confidence) {
			c.Verdict, c.Dependent = Inconclusive, true
		}
	}
}

// verdictOf returns the first verdict that holds. A difference that is certain but does not matter
// is thus Equivalent. A side that the generator limited may in truth be faster: then nothing is
// Equivalent, and a server is faster than another only if it is the faster side alone that is
// limited.
func verdictOf(c Comparison, confidence, margin float64) Verdict {
	differs := c.Adjusted <= 1-confidence
	switch {
	case !c.HasInterval():
		return NoVerdict
	case c.Limited == SlowerSide || c.Limited == BothSides:
		return Inconclusive
	case c.Low >= 1/(1+margin) && c.High <= 1+margin && c.Limited == NoSide &&
		c.notEquivalent <= 1-confidence:
		return Equivalent
	case c.Low > 1 && differs:
		return Faster
	case c.High < 1 && differs:
		return Slower
	}
	return Inconclusive
}

// adjustHolm sets the p-values that hold for all comparisons of a family together: those of
// differences, and those of equivalences. A comparison from which nothing is inferred does not
// count.
func adjustHolm(family []Comparison) {
	var tested []*Comparison
	var different, equivalent []float64
	for i := range family {
		if c := &family[i]; c.Tested() {
			tested = append(tested, c)
			different = append(different, c.P)
			equivalent = append(equivalent, c.notEquivalent)
		}
	}
	adjusted := holm(different)
	for i, p := range holm(equivalent) {
		tested[i].Adjusted = adjusted[i]
		tested[i].notEquivalent = p
	}
}

// holm returns p-values that hold for all of a family together, in the order of the family (Holm,
// Scandinavian Journal of Statistics, 1979).
func holm(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })

	adjusted := make([]float64, len(values))
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, min(1, float64(len(order)-rank)*values[i]))
		adjusted[i] = largest
	}
	return adjusted
}

// holmFactor returns a factor: Holm's correction leaves the p-values that are at most alpha after
// being multiplied by it. Alpha must be less than 1. It is holm without its order: the values at
// most alpha ÷ m are left, then those at most alpha ÷ (m − so many), until there are no more. The
// factor is infinite if a value is no number, because then none is left.
func holmFactor(values []float64, alpha float64) float64 {
	for left := 0; ; {
		factor, found := float64(len(values)-left), 0
		for _, p := range values {
			if math.IsNaN(p) {
				return math.Inf(1)
			}
			if factor*p <= alpha {
				found++
			}
		}
		if found == left {
			return factor
		}
		left = found
	}
}

// MinRoundsForVerdict returns how many rounds a family of comparisons needs at least so that any of
// them can be Equivalent, Faster or Slower. The smallest p-value of n rounds is 2^(1−n), and Holm's
// correction multiplies it by the number of comparisons.
func MinRoundsForVerdict(comparisons int, confidence float64) int {
	n := MinRounds(confidence)
	for float64(comparisons)*math.Pow(2, float64(1-n)) > 1-confidence {
		n++
	}
	return n
}

// CannotTell returns how many comparisons are tested and how many rounds any verdict on them needs
// at least, if none of them has as many. Otherwise ok is false.
func (a *Analysis) CannotTell() (comparisons, rounds int, ok bool) {
	most := 0
	for _, c := range a.Comparisons {
		if c.Unpaired || c.Runs != nil {
			return 0, 0, false // no number of rounds decides
		}
		if c.Tested() {
			comparisons++
			most = max(most, c.N)
		}
	}
	if comparisons == 0 {
		return 0, 0, false // there is no interval either, and no claim
	}
	rounds = MinRoundsForVerdict(comparisons, a.Confidence)
	return comparisons, rounds, most < rounds
}

// normalQuantile returns the quantile of the standard normal distribution.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
