package chart

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

func TestRatioTicks(t *testing.T) {
	t.Parallel()
	test := func(low, high float64, want string) {
		t.Helper()
		reach := ratioReach(low, high)
		ticks := newRatioAxis(nil, 1/reach, reach).ticks
		slices.SortFunc(ticks, func(a, b plot.Tick) int { return cmp.Compare(a.Value, b.Value) })
		if got := labels(ticks); got != want {
			t.Errorf("ticks of %v to %v = %s, want %s", low, high, got, want)
		}
	}
	test(1, 1, "0.8 0.9 1 1.1 1.2")
	test(0.7, 1.1, "0.7 0.8 0.9 1 1.1 1.2 1.3 1.4")
	test(0.72, 1.8, "0.6 0.8 1 1.2 1.4 1.6 1.8")
	test(0.9, 3, "0.5 0.7 1 1.5 2 3")
	test(0.02, 1, "0.02 0.05 0.1 0.2 0.5 1 2 5 10 20 50")
	test(0.001, 1, "0.001 0.01 0.1 1 10 100 1,000")
}

// TestTicksCoverTheirAxis tries many axes: the first and the last label are less than a step away
// from their ends, so that no value is beyond what can be read off.
func TestTicksCoverTheirAxis(t *testing.T) {
	t.Parallel()
	covers := func(name string, a axis) {
		t.Helper()
		var places []float64
		for _, i := range withLabel(a.ticks) {
			places = append(places, a.ticks[i].Value)
		}
		if len(places) < 2 || !slices.IsSorted(places) {
			t.Fatalf("%s: the labels of %v to %v are at %v", name, a.low, a.high, places)
		}
		step := 0.0
		for i := 1; i < len(places); i++ {
			step = max(step, places[i]-places[i-1])
		}
		low, high := places[0]-a.place(a.low), a.place(a.high)-places[len(places)-1]
		if low > 1.2*step || high > 1.2*step {
			t.Errorf("%s: %v to %v has the labels %s", name, a.low, a.high, labels(a.ticks))
		}
	}
	for _, low := range []float64{1e-6, 0.003, 0.02, 0.3, 0.5, 0.72, 0.9, 0.97, 1} {
		for _, high := range []float64{1, 1.02, 1.1, 1.3, 1.8, 2.4, 3.9, 7, 40, 2e5} {
			covers("ratios", newRatioAxis(nil, low/1.03, high*1.03*1.01))
			reach := ratioReach(low, high)
			covers("ratios to both sides", newRatioAxis(nil, 1/reach, reach))
			for _, size := range []float64{1e-3, 1, 70, 12345} {
				y := newValueAxis(nil, low*size, high*size, true)
				covers("values", y)
				y.ticks = sparse(y)
				covers("values in a small panel", y)
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

func TestValueTicks(t *testing.T) {
	t.Parallel()
	test := func(low, high float64, mayLog bool, want string) {
		t.Helper()
		y := newValueAxis(nil, low, high, mayLog)
		if got := labels(y.ticks); got != want {
			t.Errorf("ticks of %v to %v, log %v = %s, want %s", low, high, mayLog, got, want)
		}
		if y.place(y.low) > y.place(max(low, y.low)) || y.place(high) > y.place(y.high) {
			t.Errorf("%v to %v are outside of the axis %+v", low, high, y)
		}
	}
	test(3000, 9500, false, "0 2,000 4,000 6,000 8,000 10,000")
	test(0, 0, false, "0.0 0.2 0.4 0.6 0.8 1.0")
	test(1, 7, true, "0 1 2 3 4 5 6 7")
	test(0, 500, true, "0 100 200 300 400 500")
	test(0.25, 3.4, true, "0.2 0.5 1 2 5")
	test(1, 1000, true, "0.5 1 2 5 10 20 50 100 200 500 1,000 2,000")
	test(0.3, 70_000, true, "1 10 100 1,000 10,000 100,000")
	many := strings.Fields(labels(newValueAxis(nil, 3e-320, 1e300, true).ticks))
	if n := len(many); n < 4 || n > maxDecades+2 {
		t.Errorf("600 decades have %d labels, want 4 to %d", n, maxDecades+2)
	}
}

func TestRound(t *testing.T) {
	t.Parallel()
	test := func(x, down, up float64) {
		t.Helper()
		if got := roundDown(x); got != down {
			t.Errorf("roundDown(%v) = %v, want %v", x, got, down)
		}
		if got := roundUp(x); got != up {
			t.Errorf("roundUp(%v) = %v, want %v", x, got, up)
		}
	}
	test(1, 1, 1)
	test(1.1, 1, 2)
	test(4.9, 2, 5)
	test(7, 5, 10)
	test(1000, 1000, 1000)
	test(0.03, 0.02, 0.05)
	test(math.MaxFloat64, math.MaxFloat64, math.MaxFloat64)
}
