package stats

import (
	"math"
	"slices"
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

// Half the speed in every one of six rounds at five levels is inconclusive: no six rounds could be
// anything else, and the analysis says so.
func TestCannotTell(t *testing.T) {
	test := func(n, levels int, verdict Verdict, comparisons, rounds int, few bool) {
		t.Helper()
		a := &Analysis{Confidence: 0.95}
		for range levels {
			var half, whole Sample
			for round := 1; round <= n; round++ {
				half.Rounds = append(half.Rounds, round)
				half.Values = append(half.Values, 50+float64(round))
			}
			whole.Rounds, whole.Values = half.Rounds, slices.Repeat([]float64{100}, n)
			c := compare(half, whole, 0.95)
			c.notEquivalent = 1
			a.Comparisons = append(a.Comparisons, c)
		}
		decide(a.Comparisons, 0.95, 0.10)
		for _, c := range a.Comparisons {
			if c.Verdict != verdict {
				t.Errorf("%d rounds, %d levels: %q, want %q", n, levels, c.Verdict, verdict)
			}
		}
		gotComparisons, gotRounds, ok := a.CannotTell()
		if gotComparisons != comparisons || gotRounds != rounds || ok != few {
			t.Errorf("%d rounds, %d levels: %d comparisons, %d rounds, %v; want %d, %d, %v",
				n, levels, gotComparisons, gotRounds, ok, comparisons, rounds, few)
		}
	}
	test(6, 5, Inconclusive, 5, 8, true)
	test(7, 5, Inconclusive, 5, 8, true)
	test(8, 5, Slower, 5, 8, false)
	test(6, 1, Slower, 1, 6, false)
	test(5, 1, NoVerdict, 0, 0, false) // the warning few says that
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

// TestEquivalenceIsCorrectedForTheFamily has five servers whose intervals all lie within the
// margin. One of them is too uncertain for a family of five.
func TestEquivalenceIsCorrectedForTheFamily(t *testing.T) {
	family := make([]Comparison, 5)
	for i := range family {
		family[i] = Comparison{
			N:             10,
			Ratio:         1,
			Low:           0.95,
			High:          1.05,
			Confidence:    0.95,
			P:             1,
			notEquivalent: 0.002,
		}
	}
	decide(family, 0.95, 0.1)
	if family[0].Verdict != Equivalent {
		t.Errorf("all certain: %s, want equivalent", family[0].Verdict)
	}
	for i := range family {
		family[i].notEquivalent = 0.02
	}
	decide(family, 0.95, 0.1)
	if family[0].Verdict != Inconclusive {
		t.Errorf("five times p = 0.02: %s, want inconclusive", family[0].Verdict)
	}
	alone := family[:1]
	alone[0].notEquivalent = 0.02
	decide(alone, 0.95, 0.1)
	if alone[0].Verdict != Equivalent {
		t.Errorf("once p = 0.02: %s, want equivalent", alone[0].Verdict)
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
		if family[0].Verdict != want {
			t.Errorf("limited %q: %s, want %s", limited, family[0].Verdict, want)
		}
	}
}
