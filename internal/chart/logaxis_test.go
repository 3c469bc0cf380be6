package chart

import (
	"math"
	"testing"
)

func TestLogTicks(t *testing.T) {
	t.Parallel()
	test := func(low, high float64, want string) {
		t.Helper()
		a := newLogAxis(nil, low, high, 7)
		if got := labels(a.ticks); got != want {
			t.Errorf("labels of %v to %v = %s, want %s", low, high, got, want)
		}
	}
	test(0.06, 1.6, "0.05 0.1 0.2 0.5 1 2")
	test(0.13, 3200, "0.1 1 10 100 1,000 10,000")
	test(10.1, 10.9, "9 10 11 12 13")
	test(3, 3, "2.6 2.8 3.0 3.2 3.4")
	test(40, 90, "30 50 70 100")
	test(40, 200, "30 50 70 100 150 200 300")
	test(1, 1e30, "1e-07 1 10,000,000 1e+14 1e+21 1e+28 1e+35")
}

// TestLogAxesCoverTheirValues tries many ranges: no value is beyond the last label, to either side.
func TestLogAxesCoverTheirValues(t *testing.T) {
	t.Parallel()
	for _, low := range []float64{1e-290, 1e-9, 0.003, 0.07, 1, 3, 99, 12345, 1e200} {
		for _, factor := range []float64{1, 1.0001, 1.1, 1.5, 2, 3, 9, 40, 700, 1e5, 1e40} {
			for _, most := range []int{4, 7, 10} {
				high := low * factor
				a := newLogAxis(nil, low, high, most)
				first, last := a.ticks[0], a.ticks[len(a.ticks)-1]
				if n := len(a.ticks); n < 2 || n > most {
					t.Errorf("%v to %v has %d labels, want 2 to %d", low, high, n, most)
				}
				if first.Value > a.place(low) || last.Value < a.place(high) ||
					a.place(a.low) > first.Value || a.place(a.high) < last.Value ||
					math.IsInf(a.place(a.low), 0) {
					t.Errorf("%v to %v: axis from %v to %v with labels %s", low, high, a.low,
						a.high, labels(a.ticks))
				}
			}
		}
	}
}
