package stats

import (
	"math"
	"testing"
)

// TestMedianOf compares with the binomial distribution: of n values, k or fewer are below the
// median with the probability of as many heads.
func TestMedianOf(t *testing.T) {
	upTo := func(n int) []float64 {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64((7*i)%n + 1) // 1 … n in another order
		}
		return values
	}
	test := func(n int, center, low, high, confidence float64) {
		t.Helper()
		got := MedianOf(upTo(n), 0.95)
		if got.Center != center || got.Low != low || got.High != high ||
			math.Abs(got.Confidence-confidence) > 1e-12 {
			t.Errorf("of 1 … %d: %+v, want %v in %v to %v with %v",
				n, got, center, low, high, confidence)
		}
	}
	test(5, 3, 0, 0, 0)
	test(6, 3.5, 1, 6, 1-2.0/64)
	test(8, 4.5, 1, 8, 1-2.0/256)
	test(10, 5.5, 2, 9, 1-2*11.0/1024)
	test(20, 10.5, 6, 15, 1-2*21700.0/(1<<20))
}

// TestSignTestP compares with R: binom.test(8, 10)$p.value, binom.test(15, 20)$p.value.
func TestSignTestP(t *testing.T) {
	signs := func(above, below, zeros int) []float64 {
		var values []float64
		for i := range above {
			values = append(values, 0.1*float64(i+1))
		}
		for i := range below {
			values = append(values, -100*float64(i+1)) // how far does not matter
		}
		return append(values, make([]float64, zeros)...)
	}
	test := func(want float64, values []float64) {
		t.Helper()
		if got := (inference{bySigns: true}).p(values, 0); math.Abs(got-want) > 1e-9 {
			t.Errorf("p of %v = %v, want %v", values, got, want)
		}
	}
	test(0.109375, signs(8, 2, 0))
	test(0.109375, signs(2, 8, 0))
	test(0.041389465, signs(15, 5, 0))
	test(0.001953125, signs(10, 0, 0))
	test(0.109375, signs(8, 0, 2)) // zeros count against a difference
	test(1, signs(5, 5, 0))
}
