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
	test(1, 1, "0.8 0.9 1 1.1 1.25")
	test(0.7, 1.1, "0.8 0.9 1 1.1 1.25")
	test(0.9, 3, "0.5 0.8 1 1.25 2")
	test(0.02, 1, "0.1 0.2 0.5 1 2 5 10")
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
