package chart

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"labbook/internal/plan"
)

func levelsOf(values ...int) (levels []plan.Level) {
	for _, v := range values {
		levels = append(levels, plan.Level{Kind: plan.Concurrency, Value: v})
	}
	return levels
}

func TestLevelAxis(t *testing.T) {
	t.Parallel()
	test := func(want string, log bool, values ...int) {
		t.Helper()
		x := newLevelAxis(nil, levelsOf(values...), 2)
		if got := labels(x.ticks()); got != want || x.log != log {
			t.Errorf("levels %v: labels %s, log %v; want %s, %v", values, got, x.log, want, log)
		}
	}
	test("1 3 5 8 10", false, 10, 8, 5, 3, 1)
	test("7", false, 7)
	test("1 10 100 1,000", true, 1, 10, 100, 1000)
	test("1 20,000", false, 1, 20_000)
	test("19,990 20,000", false, 19_990, 20_000)
	test("1,000 \n2,000 4,000 8,000 16,000 24,000", false, 1000, 2000, 4000, 8000, 16000, 24000)
}

// TestLevelsKeepTheirRoom tries random levels: labels do not overlap, both ends have a label.
func TestLevelsKeepTheirRoom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		values := map[int]bool{}
		for range 1 + random.IntN(20) {
			values[1+random.IntN(1+random.IntN(20_000))] = true
		}
		var levels []plan.Level
		for v := range values {
			levels = append(levels, levelsOf(v)...)
		}
		servers := 1 + random.IntN(8)
		x := newLevelAxis(nil, levels, servers)
		ticks, ends := x.ticks(), [maxLabelRows]float64{math.Inf(-1), math.Inf(-1)}
		if ticks[0].Label == "" || ticks[len(ticks)-1].Label == "" {
			t.Fatalf("%v: an end has no label", x.levels)
		}
		for _, tick := range ticks {
			text := strings.TrimLeft(tick.Label, "\n")
			row, half := len(tick.Label)-len(text), float64(len(text))*2.8
			if text != "" && tick.Value-half < ends[row] {
				t.Fatalf("%v: the label %s runs into the one before", x.levels, text)
			} else if text != "" {
				ends[row] = tick.Value + half
			}
		}
	}
}
