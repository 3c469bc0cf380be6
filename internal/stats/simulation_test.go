package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// In the simulated experiments the trials of a round share the drift of the machine, and there is a
// spread of 5% from trial to trial. With 2000 experiments, the error of the simulation (three
// standard errors of a share of 95%) is 1.5%.
const (
	simulations     = 2000
	simulatedLevels = 5
	simulatedRounds = 10
	simulatedSpread = 0.05
)

// simulateFamily simulates one experiment of two servers with a true ratio and returns its
// comparisons.
func simulateFamily(random *rand.Rand, ratio float64) []Comparison {
	family := make([]Comparison, simulatedLevels)
	for i := range family {
		var other, base Sample
		for round := 1; round <= simulatedRounds; round++ {
			drift := math.Exp(0.2 * random.NormFloat64())
			other.Rounds = append(other.Rounds, round)
			base.Rounds = append(base.Rounds, round)
			trial := func() float64 {
				return drift * math.Exp(simulatedSpread*random.NormFloat64())
			}
			other.Values = append(other.Values, ratio*trial())
			base.Values = append(base.Values, trial())
		}
		family[i] = compare(other, base, 0.95)
	}
	decide(family, 0.95, 0.001) // a margin that nothing meets
	return family
}

// TestFalseDifferencesAreRare holds what a verdict promises where there is no difference: at least
// 93.5% of the intervals contain 1, and at most 6.5% of the experiments have a verdict of faster
// or slower.
func TestFalseDifferencesAreRare(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 26))
	contain, wrong := 0, 0
	for range simulations {
		found := 0
		for _, c := range simulateFamily(random, 1) {
			if c.Low <= 1 && 1 <= c.High {
				contain++
			}
			if c.Verdict == Faster || c.Verdict == Slower {
				found = 1
			}
		}
		wrong += found
	}
	if all := simulations * simulatedLevels; contain < all*935/1000 {
		t.Errorf("%d of %d intervals contain 1, want at least 93.5 %%", contain, all)
	}
	if wrong > simulations*65/1000 {
		t.Errorf("%d of %d experiments find a difference, want at most 6.5 %%", wrong, simulations)
	}
}

// TestDifferencesAreFound holds that ten rounds call a true ratio of 1.2 faster in over 90%, its
// inverse slower, and never the opposite.
func TestDifferencesAreFound(t *testing.T) {
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
			t.Errorf("a true ratio of %v is called %s in %d of %d, want over 90 %%",
				ratio, right, found, all)
		}
	}
	test(1.2, Faster, Slower)
	test(1/1.2, Slower, Faster)
}
