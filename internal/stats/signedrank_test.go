package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

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
			t.Errorf("n = %d: shuffled: %+v, want %+v", n, got, want)
		}
		if got := HodgesLehmann(scaled, 0.95); got.Center != 8*want.Center ||
			got.Low != 8*want.Low {
			t.Errorf("n = %d: scaled by 8: %+v, want 8 × %+v", n, got, want)
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

// TestSignedRankP compares with R 4.2's wilcox.test(x, exact = TRUE)$p.value.
func TestSignedRankP(t *testing.T) {
	test := func(want float64, values ...float64) {
		t.Helper()
		if got := SignedRankP(values); !near(got, want) {
			t.Errorf("SignedRankP(%v) = %v, want %v", values, got, want)
		}
	}
	// Hollander and Wolfe's depression scores: V = 40, p = 0.03906.
	test(0.0390625, 0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01)
	test(0.001953125, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	test(0.001953125, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10)
	test(0.03125, 1, 2, 3, 4, 5, 6)
	test(1, 1, -2)
	test(1, 0, 0, 0, 0, 0, 0)
}

// TestIntervalAndPAgree holds that an interval excludes 0 exactly if the p-value is small enough
// for its confidence.
func TestIntervalAndPAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		values := make([]float64, 6+random.IntN(15))
		for i := range values {
			values[i] = random.NormFloat64() + 0.5
		}
		l, p := HodgesLehmann(values, 0.95), SignedRankP(values)
		if excludes := l.Low > 0 || l.High < 0; excludes != (p <= 1-l.Confidence+1e-12) {
			t.Fatalf("%v: interval %v to %v with %v, p = %v",
				values, l.Low, l.High, l.Confidence, p)
		}
	}
}

// TestSignedRankTies holds that rounding decides nothing: log(99.5 ÷ 100) + log(100 ÷ 99.5) is not
// exactly 0, and the p-value must not depend on which sign the remainder has.
func TestSignedRankTies(t *testing.T) {
	x, y := math.Log(995.0/1000), math.Log(1000/995.0)
	if x+y == 0 {
		x = math.Nextafter(x, 1)
	}
	more := []float64{0.1, 0.2, 0.3, 0.4, 0.5}
	values := append([]float64{x, y}, more...)
	mirrored := append([]float64{-x, -y}, more...)
	p, q := SignedRankP(values), SignedRankP(mirrored)
	// Of 28 averages, x alone is below 0, and (x+y)/2 is 0: P(T ≤ 2) = 3 ÷ 128, on two sides.
	if want := 6.0 / 128; !near(p, want) || !near(q, want) {
		t.Errorf("p = %v, mirrored %v, want %v", p, q, want)
	}
}

// TestNotEquivalentAgreesWithTheInterval holds that a sample is equivalent by its p-value if and
// only if its interval lies within the margin.
func TestNotEquivalentAgreesWithTheInterval(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	equivalent := 0
	for range 2000 {
		values := make([]float64, 6+random.IntN(10))
		shift := 0.1 * random.NormFloat64()
		for i := range values {
			values[i] = shift + 0.1*random.NormFloat64()
		}
		estimate := HodgesLehmann(values, 0.95)
		within := estimate.Low > -0.1 && estimate.High < 0.1
		p := inference{}.notEquivalentP(values, 0, 0.1)
		if within != (p <= 1-0.95) {
			t.Fatalf("%v: %+v, p = %v", values, estimate, p)
		}
		if within {
			equivalent++
		}
	}
	if equivalent < 200 || equivalent > 1800 {
		t.Errorf("%d of 2000 samples are equivalent: they test nothing", equivalent)
	}
}
