package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The simulated experiments: servers at some levels, in rounds that share the machine's drift, with
// 5 % spread from trial to trial. 2000 of them leave the simulation's own error, three standard
// errors, at 1.5 % of a share of 95 %.
const (
	simulations     = 2000
	simulatedLevels = 5
	simulatedRounds = 10
	simulatedSpread = 0.05
)

// simulateFamily judges one experiment of two servers with a true ratio.
func simulateFamily(random *rand.Rand, ratio float64) []Comparison {
	family := make([]Comparison, simulatedLevels)
	for i := range family {
		var other, base Sample
		for round := 1; round <= simulatedRounds; round++ {
			drift := math.Exp(0.2 * random.NormFloat64())
			other.Rounds, base.Rounds = append(other.Rounds, round), append(base.Rounds, round)
			other.Values = append(
				other.Values,
				ratio*drift*math.Exp(simulatedSpread*random.NormFloat64()),
			)
			base.Values = append(base.Values, drift*math.Exp(simulatedSpread*random.NormFloat64()))
		}
		family[i] = compare(other, base, 0.95)
	}
	decide(family, 0.95, 0.001) // a margin that nothing meets
	return family
}

// TestNoDifferenceIsSeldomOne holds the promise of a verdict where there is no difference: each
// interval holds 1 in 93.5 % at least, and any word at all is said in 6.5 % of the experiments at
// most.
func TestNoDifferenceIsSeldomOne(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 26))
	held, wrong := 0, 0
	for range simulations {
		said := 0
		for _, c := range simulateFamily(random, 1) {
			if c.Low <= 1 && 1 <= c.High {
				held++
			}
			if c.Verdict == Faster || c.Verdict == Slower {
				said = 1
			}
		}
		wrong += said
	}
	if all := simulations * simulatedLevels; held < all*935/1000 {
		t.Errorf("%d of %d intervals hold 1, want 93.5 %% at least", held, all)
	}
	if wrong > simulations*65/1000 {
		t.Errorf("%d of %d experiments say a difference, want 6.5 %% at most", wrong, simulations)
	}
}

// TestADifferenceIsFoundOnItsSide holds that ten rounds say of a true ratio of 1.2 "faster" in over
// 90 %, of its inverse "slower", and never the opposite.
func TestADifferenceIsFoundOnItsSide(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 24))
	test := func(ratio float64, right, opposite Verdict) {
		t.Helper()
		found := 0
		for range simulations {
			for _, c := range simulateFamily(random, ratio) {
				if c.Verdict == right {
					found++
				}
				if c.Verdict == opposite {
					t.Fatalf("a true ratio of %v is called %s: %+v", ratio, opposite, c)
				}
			}
		}
		if all := simulations * simulatedLevels; found <= all*90/100 {
			t.Errorf(
				"a true ratio of %v is called %s in %d of %d, want over 90 %%",
				ratio,
				right,
				found,
				all,
			)
		}
	}
	test(1.2, Faster, Slower)
	test(1/1.2, Slower, Faster)
}
