package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }

// TestHodgesLehmann compares with R 4.2's wilcox.test(x, conf.int = TRUE).
func TestHodgesLehmann(t *testing.T) {
	test := func(name string, values []float64, want Location) {
		t.Helper()
		got := HodgesLehmann(values, 0.95)
		if !near(got.Center, want.Center) || !near(got.Low, want.Low) ||
			!near(got.High, want.High) ||
			!near(got.Confidence, want.Confidence) {
			t.Errorf("%s: HodgesLehmann = %+v, want %+v", name, got, want)
		}
	}
	// Hollander and Wolfe's depression scores, as in R's own help page: x − y.
	x := []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	y := []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	differences := make([]float64, len(x))
	for i := range x {
		differences[i] = x[i] - y[i]
	}
	test("depression", differences, Location{0.46, 0.010, 0.786, 0.9609375})
	logs := []float64{0.42, 0.51, 0.47, 0.39, 0.55, 0.61, 0.44, 0.49, 0.58, 0.505}
	for i := range logs {
		logs[i] = math.Log(logs[i])
	}
	test("ten ratios", logs, Location{math.Log(0.4919349550), math.Log(0.4437904911),
		math.Log(0.5467174773), 0.951171875})
	test("five are too few", []float64{1, 2, 3, 4, 5}, Location{Center: 3})
	test("six just do", []float64{1, 2, 3, 4, 5, 6}, Location{3.5, 1, 6, 0.96875})
	test("all equal", []float64{2, 2, 2, 2, 2, 2}, Location{2, 2, 2, 0.96875})
}

func TestHodgesLehmannIgnoresOrderAndScale(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 40; n++ {
		values := make([]float64, n)
		for i := range values {
			values[i] = random.NormFloat64()
		}
		want := HodgesLehmann(values, 0.95)
		shuffled, scaled := slices.Clone(values), slices.Clone(values)
		random.Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range scaled {
			scaled[i] *= 8 // a power of two scales without rounding
		}
		if got := HodgesLehmann(shuffled, 0.95); got != want {
			t.Errorf("n = %d: shuffled gives %+v, want %+v", n, got, want)
		}
		if got := HodgesLehmann(scaled, 0.95); got.Center != 8*want.Center ||
			got.Low != 8*want.Low {
			t.Errorf("n = %d: scaled by 8 gives %+v, want 8 × %+v", n, got, want)
		}
	}
}

func TestSignedRankDistributionSumsToOne(t *testing.T) {
	for _, n := range []int{1, 2, 6, 10, 40, 200} {
		sum := 0.0
		for _, p := range signedRankDistribution(n) {
			sum += p
		}
		if !near(sum, 1) {
			t.Errorf("n = %d: probabilities sum to %v, want 1", n, sum)
		}
	}
}

// synthetic gives two samples of ten rounds: each round has a machine drift of its own, each trial
// 5 % spread.
func synthetic(random *rand.Rand, ratio float64) (other, baseline Sample) {
	for round := 1; round <= 10; round++ {
		drift := math.Exp(0.2 * random.NormFloat64())
		baseline.Values = append(baseline.Values, 1000*drift*math.Exp(0.05*random.NormFloat64()))
		other.Values = append(other.Values, 1000*ratio*drift*math.Exp(0.05*random.NormFloat64()))
		baseline.Rounds, other.Rounds = append(baseline.Rounds, round), append(other.Rounds, round)
	}
	return other, baseline
}

// TestIntervalsHoldTheTruth simulates 2000 experiments. 95.1 % is what ten rounds give; 93.5 %
// leaves room for the simulation's own error (three standard errors are 1.5 %).
func TestIntervalsHoldTheTruth(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	const experiments = 2000
	for _, ratio := range []float64{1, 1.2} {
		held, excludesOne := 0, 0
		for range experiments {
			other, baseline := synthetic(random, ratio)
			c := compare(other, baseline, 0.95)
			if c.Low <= ratio && ratio <= c.High {
				held++
			}
			if c.Low > 1 || c.High < 1 {
				excludesOne++
			}
		}
		if held < experiments*935/1000 {
			t.Errorf(
				"ratio %v: %d of %d intervals hold it, want 93.5 %% at least",
				ratio,
				held,
				experiments,
			)
		}
		if ratio > 1 && excludesOne < experiments*90/100 {
			t.Errorf(
				"ratio %v: %d of %d intervals exclude 1, want 90 %% at least",
				ratio,
				excludesOne,
				experiments,
			)
		}
	}
}

func TestComparePairsByRound(t *testing.T) {
	baseline := Sample{Values: []float64{100, 200, 400}, Rounds: []int{1, 2, 4}}
	other := Sample{Values: []float64{100, 999, 100}, Rounds: []int{2, 3, 4}}
	c := compare(other, baseline, 0.95)
	if c.N != 2 || c.Below != 2 || c.Above != 0 {
		t.Errorf(
			"N, Below, Above = %d, %d, %d, want 2, 2, 0: only rounds 2 and 4 are common",
			c.N,
			c.Below,
			c.Above,
		)
	}
	if want := math.Sqrt(0.5 * 0.25); !near(c.Ratio, want) {
		t.Errorf("Ratio = %v, want %v", c.Ratio, want)
	}
	if c.HasInterval() {
		t.Errorf("two rounds give an interval: %+v", c)
	}
	if c := compare(Sample{}, baseline, 0.95); c.N != 0 {
		t.Errorf("an empty sample gives N = %d, want 0", c.N)
	}
}
