package chart

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

// TestTicksCoverTheirAxis tries many axes: the first and the last label are about a step or less
// from their ends, so that no value is beyond what can be read off.
func TestTicksCoverTheirAxis(t *testing.T) {
	t.Parallel()
	covers := func(name string, low, high float64, a axis) {
		t.Helper()
		places := make([]float64, len(a.ticks))
		for i, tick := range a.ticks {
			places[i] = tick.Value
		}
		if len(places) < 2 || !slices.IsSorted(places) || a.low > low || a.high < high {
			t.Fatalf("%s: the labels of %v to %v are at %v", name, low, high, places)
		}
		step := 0.0
		for i := 1; i < len(places); i++ {
			step = max(step, places[i]-places[i-1])
		}
		first, last := places[0]-a.place(a.low), a.place(a.high)-places[len(places)-1]
		if first > 1.3*step || last > 1.3*step {
			t.Errorf("%s: %v to %v has the labels %s", name, low, high, labels(a.ticks))
		}
	}
	for _, low := range []float64{1e-6, 0.003, 0.02, 0.3, 0.5, 0.72, 0.9, 0.97, 1} {
		for _, high := range []float64{1, 1.02, 1.1, 1.3, 1.8, 2.4, 3.9, 7, 40, 2e5} {
			covers("changes", low, high, newChangeAxis(nil, low/1.1, high*1.1, 150))
			for _, size := range []float64{1e-3, 1, 70, 12345} {
				covers("values", 0, high*size, zeroAxis(nil, high*size))
				covers("logarithms", low*size, high*size, newLogAxis(nil, low*size, high*size, 7))
			}
		}
	}
}

func labels(ticks plot.ConstantTicks) string {
	var words []string
	for _, tick := range ticks {
		if tick.Label != "" {
			words = append(words, tick.Label)
		}
	}
	return strings.Join(words, " ")
}

func TestRoundUp(t *testing.T) {
	t.Parallel()
	test := func(x, want float64) {
		t.Helper()
		if got := roundUp(x); got != want {
			t.Errorf("roundUp(%v) = %v, want %v", x, got, want)
		}
	}
	test(1, 1)
	test(1.1, 2)
	test(4.9, 5)
	test(7, 10)
	test(1000, 1000)
	test(0.03, 0.05)
	test(math.MaxFloat64, math.MaxFloat64)
}
