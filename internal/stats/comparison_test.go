package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"labbook.example/labbook/internal/record"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }

// compare compares two samples of rounds that are symmetric and independent.
func compare(other, baseline Sample, confidence float64) Comparison {
	return inference{confidence: confidence}.compare(other, baseline)
}

// synthetic returns two samples of ten rounds. Each round has a machine drift of its own, and each
// trial a spread of 5%.
func synthetic(random *rand.Rand, ratio float64) (other, baseline Sample) {
	for round := 1; round <= 10; round++ {
		drift := math.Exp(0.2 * random.NormFloat64())
		baseline.Values = append(baseline.Values, 1000*drift*math.Exp(0.05*random.NormFloat64()))
		other.Values = append(other.Values, 1000*ratio*drift*math.Exp(0.05*random.NormFloat64()))
		baseline.Rounds = append(baseline.Rounds, round)
		other.Rounds = append(other.Rounds, round)
	}
	return other, baseline
}

// TestIntervalsContainTheTruth simulates 2000 experiments. Ten rounds reach a confidence of 95.1%.
// The limit of 93.5% leaves room for the error of the simulation: three standard errors are 1.5%.
func TestIntervalsContainTheTruth(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	const experiments = 2000
	for _, ratio := range []float64{1, 1.2} {
		contain, excludesOne := 0, 0
		for range experiments {
			other, baseline := synthetic(random, ratio)
			c := compare(other, baseline, 0.95)
			if c.Low <= ratio && ratio <= c.High {
				contain++
			}
			if c.Low > 1 || c.High < 1 {
				excludesOne++
			}
		}
		if contain < experiments*935/1000 {
			t.Errorf("ratio %v: %d of %d intervals contain it, want at least 93.5 %%",
				ratio, contain, experiments)
		}
		if ratio > 1 && excludesOne < experiments*90/100 {
			t.Errorf("ratio %v: %d of %d intervals exclude 1, want at least 90 %%",
				ratio, excludesOne, experiments)
		}
	}
}

func TestComparePairsByRound(t *testing.T) {
	baseline := Sample{Values: []float64{100, 200, 400}, Rounds: []int{1, 2, 4}}
	other := Sample{Values: []float64{100, 999, 100}, Rounds: []int{2, 3, 4}}
	c := compare(other, baseline, 0.95)
	if c.N != 2 || c.Below != 2 || c.Above != 0 {
		t.Errorf("N, Below, Above = %d, %d, %d, want 2, 2, 0: only rounds 2 and 4 are common",
			c.N, c.Below, c.Above)
	}
	if want := math.Sqrt(0.5 * 0.25); !near(c.Ratio, want) {
		t.Errorf("Ratio = %v, want %v", c.Ratio, want)
	}
	if c.HasInterval() {
		t.Errorf("two rounds have an interval: %+v", c)
	}
	if c := compare(Sample{}, baseline, 0.95); c.N != 0 {
		t.Errorf("an empty sample has N = %d, want 0", c.N)
	}
}

// TestGeneratorLimits holds on which side the generator was the limit, and that a slower server
// which was as fast as the generator is not called slower.
func TestGeneratorLimits(t *testing.T) {
	busy := func(r *record.Record, server string) {
		for i := range r.Results {
			if r.Results[i].Server == server {
				r.Results[i].Load.Process = &record.Account{WallSeconds: 1, UserSeconds: 0.95}
			}
		}
	}
	test := func(servers []string, limited Limited, verdict Verdict) {
		t.Helper()
		r := rec(10)
		for _, server := range servers {
			busy(r, server)
		}
		c := Analyse(r).Comparisons[0] // B has half of A's throughput
		if c.Limited != limited || c.Verdict != verdict {
			t.Errorf("%v busy: limited %q, %s, want %q, %s",
				servers, c.Limited, c.Verdict, limited, verdict)
		}
	}
	test(nil, NoSide, Slower)
	test([]string{"A"}, FasterSide, Slower)
	test([]string{"B"}, SlowerSide, Inconclusive)
	test([]string{"A", "B"}, BothSides, Inconclusive)
}
