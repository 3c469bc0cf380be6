//go:build linux

package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// The run as the unit keeps its promise where runs differ, and pooled rounds do not.
func TestRunsAreHonestAndPooledRoundsAreNot(t *testing.T) {
	if testing.Short() {
		t.Skip("makes up and analyses hundreds of experiments")
	}
	c := runsDesign{runs: 5, rounds: 4, tau: 0.06}.tally(100)
	if levels := c.experiments * simulatedLevels; c.byRun.covers < levels*92/100 ||
		c.pooled.covers > levels*90/100 {
		t.Errorf("of %d intervals %d by run contain the truth, want 92 %% or more; pooled %d, "+
			"want 90 %% or fewer", levels, c.byRun.covers, c.pooled.covers)
	}
	row := c.row()
	if !strings.HasPrefix(row, "| 6 % | 5 × 4 | 9") || strings.Count(row, "|") != 13 {
		t.Errorf("row %q", row)
	}
}

// The made-up runs differ by tau, and their rounds by the spread.
func TestDrawnRuns(t *testing.T) {
	d := runsDesign{runs: 4000, rounds: 2, tau: 0.06}
	other, base := d.draw(rand.New(rand.NewPCG(1, 2)))
	if len(other) != simulatedLevels || len(base[0]) != 8000 {
		t.Fatalf("%d levels, %d rounds", len(other), len(base[0]))
	}
	var between, within float64
	for i := 0; i < 8000; i += 2 {
		a, b := other[0][i], other[0][i+1]
		between += a * b / 4000            // what two rounds of a run share
		within += (a - b) * (a - b) / 8000 // half of the squared difference
	}
	tau, spread := math.Sqrt(between), math.Sqrt(within)
	if math.Abs(tau/0.06-1) > 0.05 || math.Abs(spread/runsSpread-1) > 0.05 {
		t.Errorf("between %v, within %v; want 0.06 and 0.07", tau, spread)
	}
}
