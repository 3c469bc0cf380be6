//go:build linux

package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/stats"
)

// The noise of each server is 0 in the median, so the true ratio of the medians is 1.
func TestNoiseIsCentered(t *testing.T) {
	for _, n := range noises() {
		for side, d := range map[string]draw{"other": n.other, "base": n.base} {
			if middle := medianOf(d); math.Abs(middle) > 0.003 {
				t.Errorf("%s, %s: the median is %v, want 0", n.name, side, middle)
			}
		}
	}
}

// The ratio of a typical round is that of the medians unless one server alone is lopsided.
//
// With a slow mode of a share s, the quantile (0.5 − s) ÷ (1 − s) of a normal variable counts:
// −0.566 and −1.335 standard deviations for 0.30 and 0.45. A ratio varies √2 times as much as a
// rate, so its median is 0.08 · 0.414 times these below that of the rates.
func TestTypical(t *testing.T) {
	want := map[string]float64{
		"30 % slow outliers in one": -0.0082,
		"slow mode 30 % in one":     -0.0187,
		"slow mode 45 % in one":     -0.0442,
	}
	for _, n := range noises() {
		if got := n.typical(); math.Abs(got-want[n.name]) > 0.003 {
			t.Errorf("%s: %.4f, want %.4f", n.name, got, want[n.name])
		}
	}
}

// A memory is the correlation from one round to the next, and changes neither centre nor spread.
func TestRemember(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, memory := range []float64{0, 0.3, 0.9} {
		values := remember(random, normal(spread), memory, 200_000)
		var squares, products float64
		for i, v := range values {
			squares += v * v
			if i > 0 {
				products += v * values[i-1]
			}
		}
		sd := math.Sqrt(squares / float64(len(values)))
		if got := products / squares; math.Abs(got-memory) > 0.01 || math.Abs(sd/spread-1) > 0.03 {
			t.Errorf("memory %v: correlation %v, standard deviation %v", memory, got, sd)
		}
	}
}

func TestRun(t *testing.T) {
	find := func(name string) noise {
		i := slices.IndexFunc(noises(), func(n noise) bool { return n.name == name })
		return noises()[i]
	}
	random := rand.New(rand.NewPCG(5, 6))
	other, base := find("rates rounded to 1 %").run(random, 5, 20)
	if len(other) != 5 || len(base) != 5 || len(other[0]) != 20 {
		t.Fatalf("%d and %d levels of %d rounds", len(other), len(base), len(other[0]))
	}
	for _, v := range other[0] {
		if cents := 100 * v; math.Abs(cents-math.Round(cents)) > 1e-9 {
			t.Errorf("%v is not in whole hundredths", v)
		}
	}

	// What all share makes any two cells alike.
	other, base = find("drift that all share").run(random, 1, 100_000)
	var xy, xx, yy float64
	for i, x := range other[0] {
		y := base[0][i]
		xy, xx, yy = xy+x*y, xx+x*x, yy+y*y
	}
	if got := xy / math.Sqrt(xx*yy); math.Abs(got-0.5) > 0.03 {
		t.Errorf("the correlation of two cells is %v, want one half", got)
	}
}

// The same runs are made up on any number of cores, and they are judged as their noise tells.
func TestTally(t *testing.T) {
	quiet := noises()[0]
	c, again := tally(quiet, 0, 20, 20), tally(quiet, 0, 20, 20)
	if row := c.row("quiet", 20); row != again.row("quiet", 20) {
		t.Errorf("%s differs from %s", row, again.row("quiet", 20))
	}
	if c.runs != 20 || c.intervals != 100 || c.covers != c.coversMedians || c.covers < 90 {
		t.Errorf("%+v, want 20 runs and about 95 of 100 intervals that contain 1", c)
	}
	if c.found < 90 || c.wrong > 3 || c.equivalent > 5 {
		t.Errorf("%+v, want nearly all true differences and next to no false one", c)
	}

	// The logarithms differ by 1 in truth, so no interval contains a ratio of 1.
	shifted := noise{name: "shifted", other: func(r *rand.Rand) float64 {
		return 1 + quiet.other(r)
	}, base: quiet.base}
	c = tally(shifted, 1, 10, 4)
	if c.coversMedians != 0 || c.wrongMedians != 4 || c.wrong != 0 || c.covers < 17 {
		t.Errorf("%+v, want a wrong verdict by the medians in each run, and none by the ratio", c)
	}
}

func TestRow(t *testing.T) {
	c := counts{
		runs:          200,
		intervals:     1000,
		covers:        950,
		coversMedians: 940,
		wrong:         10,
		doubts:        map[stats.Code]int{stats.Noisy: 3},
	}
	got := c.row("quiet", 10)
	const want = "| quiet | 10 | 95.0 | 94.0 | 5.0 | 0.0 | – | 0.0 / 0.0 | 0.0 | noisy 1.5 |"
	if got != want {
		t.Errorf("row = %s, want %s", got, want)
	}
	c.wrongMedians, c.named = 4, 3
	if got := c.row("quiet", 10); !strings.Contains(got, "| 2.0 | 75.0 |") {
		t.Errorf("row = %s, want three of four errors named", got)
	}
}
