package stats

import (
	"math"
	"testing"
)

// TestHolm compares with R's p.adjust(p, "holm").
func TestHolm(t *testing.T) {
	family := []Comparison{{P: 0.01}, {P: 0.04}, {P: 0.03}, {P: 0.005}, {P: 0.5}}
	for i := range family {
		family[i].Confidence = 0.95
	}
	family[4].Confidence = 0 // infers nothing, so it does not count
	adjustHolm(family)
	for i, want := range []float64{0.03, 0.06, 0.06, 0.02, 0} {
		if got := family[i].Adjusted; !near(got, want) {
			t.Errorf("p = %v is adjusted to %v, want %v", family[i].P, got, want)
		}
	}
}

func TestVerdicts(t *testing.T) {
	test := func(low, high, adjusted float64, want Verdict) {
		t.Helper()
		c := Comparison{
			Low:        low,
			High:       high,
			Ratio:      math.Sqrt(low * high),
			N:          10,
			Confidence: 0.95,
			Adjusted:   adjusted,
		}
		if got := verdictOf(c, 0.95, 0.10); got != want {
			t.Errorf("%v to %v, p = %v: %q, want %q", low, high, adjusted, got, want)
		}
	}
	test(0.95, 1.05, 1, Equivalent)
	test(1.01, 1.10, 0.01, Equivalent) // certain, and too small to matter
	test(1/1.1, 1.1, 1, Equivalent)
	test(0.90, 1.05, 1, Inconclusive)
	test(1.05, 1.30, 0.05, Faster)
	test(1.05, 1.30, 0.06, Inconclusive) // one of many comparisons
	test(0.50, 0.99, 0.02, Slower)
	test(0.50, 1.00, 0.02, Inconclusive)
	if got := verdictOf(Comparison{Ratio: 2, N: 3}, 0.95, 0.10); got != NoVerdict {
		t.Errorf("without an interval: %q, want no verdict", got)
	}
}

func TestMinRoundsForVerdict(t *testing.T) {
	test := func(comparisons int, confidence float64, want int) {
		t.Helper()
		if got := MinRoundsForVerdict(comparisons, confidence); got != want {
			t.Errorf("%d comparisons at %v: %d rounds, want %d", comparisons, confidence, got, want)
		}
	}
	test(1, 0.95, 6)
	test(5, 0.95, 8) // two servers at five levels
	test(25, 0.95, 10)
	test(5, 0.99, 10)
}

// TestRoundsNeeded holds that the estimated number of rounds is enough for a verdict if the spread
// stays the same.
func TestRoundsNeeded(t *testing.T) {
	test := func(low, ratio, high float64, want int) {
		t.Helper()
		c := Comparison{
			Low:   low,
			Ratio: ratio,
			High:  high,
			N:     10,
		}
		if got := roundsNeeded(c, 0.10, 11); got != want {
			t.Errorf("%v (%v to %v): %d rounds, want %d", ratio, low, high, got, want)
		}
	}
	test(math.Exp(-0.1), 1, math.Exp(0.1), 12)                // half 0.1, margin log 1.1 = 0.0953
	test(math.Exp(-0.1), math.Exp(0.1), math.Exp(0.3), 40)    // half 0.2, twice the distance to 1
	test(math.Exp(-3), math.Exp(0.05), math.Exp(3.1), 0)      // hopeless
	test(math.Exp(-0.06), math.Exp(0.05), math.Exp(0.16), 49) // half 0.11 against 0.05
	// The interval excludes 1 already; the family needs more rounds.
	test(math.Exp(0.02), math.Exp(0.30), math.Exp(0.58), 11)
}

// TestRoundsNeededOfALargeFamily holds that the estimate allows for the family's correction: with
// six or seven rounds each, none of twenty comparisons can be slower.
func TestRoundsNeededOfALargeFamily(t *testing.T) {
	family := make([]Comparison, 20)
	for i := range family {
		family[i] = Comparison{
			N:          6,
			Ratio:      0.5,
			Low:        0.49,
			High:       0.51,
			Confidence: 0.96,
			P:          1.0 / 32,
		}
	}
	family = append(family, Comparison{
		N:          6,
		Ratio:      1,
		Low:        0.90,
		High:       1.1,
		Confidence: 0.96,
		P:          1,
	})
	decide(family, 0.95, 0.1)
	if c := family[0]; c.Verdict != Inconclusive || c.RoundsNeeded != 10 {
		t.Errorf("%s, %d rounds needed, want 10", c.Verdict, c.RoundsNeeded)
	}
	if c := family[20]; c.RoundsNeeded != 7 {
		t.Errorf("to be called equivalent, which needs no correction, %d rounds, want 7",
			c.RoundsNeeded)
	}
}

// TestLimitedByTheGeneratorIsNotEquivalent has two servers that may look alike only because the
// generator was the limit of one of them, or of both.
func TestLimitedByTheGeneratorIsNotEquivalent(t *testing.T) {
	c := Comparison{
		N:          10,
		Ratio:      1,
		Low:        0.98,
		High:       1.02,
		Confidence: 0.95,
		P:          0.5,
	}
	for limited, want := range map[Limited]Verdict{
		NoSide:     Equivalent,
		FasterSide: Inconclusive,
		SlowerSide: Inconclusive,
		BothSides:  Inconclusive,
	} {
		c.Limited = limited
		family := []Comparison{c}
		decide(family, 0.95, 0.1)
		if family[0].Verdict != want || family[0].RoundsNeeded != 0 {
			t.Errorf("limited %q: %s, %d rounds needed, want %s",
				limited, family[0].Verdict, family[0].RoundsNeeded, want)
		}
	}
}
