package chart

import (
	"math"
	"math/rand/v2"
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
}

// TestLevelsKeepTheirRoom tries random levels: labels do not overlap, one of the ends has a label,
// and no server's trials reach into the next level.
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
		ticks, end := x.ticks(), math.Inf(-1)
		if ticks[0].Label == "" && len(ticks) > 1 && ticks[len(ticks)-1].Label == "" {
			t.Fatalf("%v: neither end has a label", x.levels)
		}
		for _, tick := range ticks {
			half := float64(len(tick.Label)) * 2.8
			if tick.Label != "" && tick.Value-half < end {
				t.Fatalf("%v: the label %s runs into the one before", x.levels, tick.Label)
			} else if tick.Label != "" {
				end = tick.Value + half
			}
		}
		lastTrial := x.afterMedian(9, 10)
		for i, level := range x.levels {
			left, right := x.median(0, level), x.median(servers-1, level)+lastTrial
			if left < 0 || right > axisWidth {
				t.Fatalf("%v: level %v is drawn from %v to %v", x.levels, level, left, right)
			}
			if i > 0 && left < x.median(servers-1, x.levels[i-1])+lastTrial {
				t.Fatalf("%v: level %v reaches into the one before", x.levels, level)
			}
		}
	}
}
