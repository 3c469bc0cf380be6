package stats

import (
	"math"
	"testing"
)

func TestPooledSpread(t *testing.T) {
	test := func(want float64, pooled int, levels ...[]float64) {
		t.Helper()
		if got, n := pooledSpread(levels); !near(got, want) || n != pooled {
			t.Errorf("pooledSpread(%v) = %v of %d levels, want %v of %d",
				levels, got, n, want, pooled)
		}
	}
	test(0, 0)
	test(0, 0, []float64{1}, nil) // one clean round has no spread
	test(math.Sqrt(0.02), 1, []float64{0.1, 0.3})
	test(math.Sqrt(0.05), 2, []float64{0.1, 0.3}, []float64{5, 5.4}) // variances 0.02 and 0.08
	test(math.Sqrt(0.02), 1, []float64{0.1, 0.3}, []float64{7})
}

// TestHalfWidth compares with the arithmetic done by hand.
func TestHalfWidth(t *testing.T) {
	if got := halfWidth(0, 1, 10, 0.95); got != 0 {
		t.Errorf("without a spread: %v, want 0", got)
	}
	// 1.96 × 0.1 ÷ √(10 × 3/π) = 0.0634
	if got, want := halfWidth(0.1, 1, 10, 0.95), math.Exp(0.0634)-1; math.Abs(got-want) > 1e-4 {
		t.Errorf("spread 0.1 in 10 rounds: %v, want %v", got, want)
	}
	// With four degrees of freedom: 2.776 × 0.1 ÷ √(5 × 4 × 3/π) = 0.0635
	if got, want := halfWidth(0.1, 5, 4, 0.95), math.Exp(0.0635)-1; math.Abs(got-want) > 1e-4 {
		t.Errorf("spread 0.1 in 5 runs of 4 rounds: %v, want %v", got, want)
	}
}
