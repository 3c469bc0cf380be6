package stats_test

import (
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// The capacities of two made-up queues are found, and compared as any throughput.
func TestCapacity(t *testing.T) {
	t.Parallel()
	a := stats.Analyse(labtest.CapacityWorlds()["capacity"].Record(t))
	for i, limit := range []float64{18_400, 12_100} {
		found := a.Cells[i].Of(stats.Throughput)
		if found.Median < 0.95*limit || found.Median > 1.05*limit {
			t.Errorf("%v: %v, want about %v", a.Cells[i].Cell, found.Median, limit)
		}
	}
	if len(a.Comparisons) != 1 || a.Comparisons[0].Verdict != stats.Slower {
		t.Errorf("%+v, want one server slower", a.Comparisons)
	}
}

// A joined record that lacks a round has the capacities of all others.
func TestCapacityOfJoinedRounds(t *testing.T) {
	t.Parallel()
	a := stats.Judge(labtest.CapacityWorlds()["capacity-farm"].Record(t))
	for _, cell := range a.Cells {
		if cell.Clean() != 11 || cell.State != stats.Valid {
			t.Errorf("%v: %d rounds, %s; want all 11, valid", cell.Cell, cell.Clean(), cell.State)
		}
	}
}

// What is expected of a capacity beyond all rates is met or not only if every number there says so.
func TestChecksBeyondRates(t *testing.T) {
	t.Parallel()
	a := stats.Judge(labtest.CapacityWorlds()["capacity-mixed"].Record(t))
	for i, want := range []stats.Check{
		{Outcome: stats.CheckFailed, OpenLow: true},
		{Outcome: stats.CheckUndecided, Reason: stats.BeyondRates, OpenHigh: true},
		{Outcome: stats.CheckMet, OpenHigh: true},
	} {
		c := a.Checks[i]
		if c.Outcome != want.Outcome || c.Reason != want.Reason || c.OpenLow != want.OpenLow ||
			c.OpenHigh != want.OpenHigh {
			t.Errorf("line %d: %s %s, open below %v, above %v; want %+v", c.Expectation.Line,
				c.Outcome, c.Reason, c.OpenLow, c.OpenHigh, want)
		}
	}
}
