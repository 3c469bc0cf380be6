package stats

import (
	"math"
	"math/rand/v2"
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

// TestRoundsNeeded holds how many rounds are needed so that, with a normal spread, the distance to
// 1 or to the margin is 1.96 + 0.84 standard errors: the half-width of the interval, and what
// chance takes from it in one of five runs. The standard error of the estimate is √(π/3) of the
// mean's.
func TestRoundsNeeded(t *testing.T) {
	test := func(logRatio, spread float64, tested, want int) {
		t.Helper()
		c := Comparison{N: 10, Ratio: math.Exp(logRatio), spread: spread}
		if got := roundsNeeded(c, 0.95, 0.10, tested); got != want {
			t.Errorf("log ratio %v, spread %v, %d comparisons: %d rounds, want %d",
				logRatio, spread, tested, got, want)
		}
	}
	test(0, 0.15, 1, 21) // the distance is that to the margin: log 1.1
	test(0.10, 0.2, 1, 33)
	test(0.05, 0.2, 1, 132)
	test(0.30, 0.5, 1, 23)
	test(0.30, 0.5, 20, 44)  // Holm: 3.02 for 1.96
	test(0.51, 0.05, 20, 11) // ten rounds are too few for any verdict
	test(0.05, 3, 1, 0)      // hopeless
	test(0.05, 0.3, 5, 0)    // 441: more than is proposed
}

// TestRoundsNeededAreEnough holds that, if the spread of a record stays the same, as many rounds as
// it says settle an inconclusive comparison in four of five runs.
func TestRoundsNeededAreEnough(t *testing.T) {
	random := rand.New(rand.NewPCG(18, 5))
	run := func(ratio float64, rounds int) Comparison {
		var other, base Sample
		for round := range rounds {
			other.Rounds = append(other.Rounds, round)
			base.Rounds = append(base.Rounds, round)
			other.Values = append(other.Values, ratio*math.Exp(0.1*random.NormFloat64()))
			base.Values = append(base.Values, math.Exp(0.1*random.NormFloat64()))
		}
		family := make([]Comparison, 5) // the others are certain
		for i := range family {
			family[i] = Comparison{
				N:          rounds,
				Ratio:      2,
				Low:        1.9,
				High:       2.1,
				Confidence: 0.95,
			}
		}
		family[0] = compare(other, base, 0.95)
		logs := logRatios(other, base)
		family[0].notEquivalent = inference{}.notEquivalentP(logs, 0, math.Log1p(0.10))
		decide(family, 0.95, 0.10)
		return family[0]
	}
	const runs = 500
	for _, ratio := range []float64{0.92, 0.97} {
		truth := Comparison{N: 10, Ratio: ratio, spread: 0.1 * math.Sqrt2}
		needed := roundsNeeded(truth, 0.95, 0.10, 1)
		settled := 0
		for range runs {
			if run(ratio, needed).Verdict != Inconclusive {
				settled++
			}
		}
		if settled < runs*76/100 { // two standard errors of the simulation below 80%
			t.Errorf("ratio %v: %d rounds settle %d of %d runs, want at least 76 %%",
				ratio, needed, settled, runs)
		}
	}
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
			spread:     0.01,
		}
	}
	decide(family, 0.95, 0.1)
	if c := family[0]; c.Verdict != Inconclusive || c.RoundsNeeded != 10 {
		t.Errorf("%s, %d rounds needed, want 10", c.Verdict, c.RoundsNeeded)
	}
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
		if family[0].Verdict != want || family[0].RoundsNeeded != 0 {
			t.Errorf("limited %q: %s, %d rounds needed, want %s",
				limited, family[0].Verdict, family[0].RoundsNeeded, want)
		}
	}
}
