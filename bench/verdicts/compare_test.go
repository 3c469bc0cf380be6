//go:build linux

package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Where runs differ by 5 %, the numbers of the same two programs move in a third of all pairs of
// records or more, and relative to each other they change in no more than 5 % of them. The error of
// 300 pairs is some 1.3 %, once.
func TestChangesAreHonestAndNumbersAreNot(t *testing.T) {
	if testing.Short() {
		t.Skip("makes up and analyses hundreds of experiments")
	}
	o := occasions{
		common: 0.05,
		runs:   1,
		rounds: 10,
	}
	c := o.tally(300)
	if c.changed > c.pairs*65/1000 || c.moved < c.pairs/3 {
		t.Errorf("of %d pairs %d change and in %d numbers move, want at most 6.5 %% and at least "+
			"a third", c.pairs, c.changed, c.moved)
	}
	if c.covers < c.cells*935/1000 {
		t.Errorf("%d of %d intervals contain the truth, want 93.5 %% or more", c.covers, c.cells)
	}
	if c.found < c.cells*80/100 || c.equivalent > c.cells*5/100 {
		t.Errorf("of %d cells a true 1.2 is found in %d, want 80 %% or more, and a true 1.10 is "+
			"equivalent in %d, want 5 %% or fewer", c.cells, c.found, c.equivalent)
	}
	if row := c.row(); !strings.HasPrefix(row, "| 5 % | 0 % | 1 × 10 | ") ||
		strings.Count(row, "|") != 9 {
		t.Errorf("row %q", row)
	}
}

// The made-up runs differ by what they have in common, by what one server has alone, and by the
// spread of their trials.
func TestDrawnOccasions(t *testing.T) {
	const runs = 4000
	o := occasions{
		common: 0.05,
		own:    0.03,
		runs:   runs,
		rounds: 2,
	}
	other, base := o.draw(rand.New(rand.NewPCG(1, 2)))
	if len(other) != simulatedLevels || len(base[0]) != 2*runs {
		t.Fatalf("%d levels, %d rounds", len(other), len(base[0]))
	}
	var common, alone, within float64
	for i := 0; i < 2*runs; i += 2 {
		common += base[0][i] * base[1][i+1] / runs // what two levels of a run share
		first, second := other[0][i]-base[0][i], other[0][i+1]-base[0][i+1]
		alone += first * second / runs // what two rounds of its ratio share
		within += (first - second) * (first - second) / 4 / runs
	}
	for _, x := range []struct{ got, want float64 }{
		{math.Sqrt(common), 0.05}, {math.Sqrt(alone), 0.03}, {math.Sqrt(within), compareSpread},
	} {
		if math.Abs(x.got/x.want-1) > 0.10 {
			t.Errorf("common %v, own %v, within %v; want 0.05, 0.03, 0.08",
				math.Sqrt(common), math.Sqrt(alone), math.Sqrt(within))
		}
	}
}
