package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// theseRuns states what the intervals of several runs hold for: from stats.MinRunsForMachine runs
// on, for the machine. Where some runs have no clean trial of a cell, the runs that its interval
// covers count.
func theseRuns(w *locale.Printer, a *stats.Analysis) string {
	covered := a.Runs
	for _, cell := range a.Cells {
		if s := cell.Of(stats.Throughput); cell.State != stats.Invalid && s.HasInterval() {
			covered = min(covered, len(s.Runs))
		}
	}
	if covered < stats.MinRunsForMachine {
		return w.Sprintf("The confidence intervals cover the variation between runs, but with "+
			"two runs they are wide. With %d or more they hold for this "+
			"machine.", stats.MinRunsForMachine)
	}
	if code, shared := sharedBy(a); shared {
		return w.Sprintf("The confidence intervals hold for this machine while other programs "+
			"run (%s): they cover the variation between its %d runs.", code, covered)
	}
	return w.Sprintf("The confidence intervals hold for this machine: they cover the variation "+
		"between its %d runs.",
		covered)
}

// trialsInRuns returns a number of trials of a cell, and of how many runs they are if there are
// several.
func trialsInRuns(w *locale.Printer, cell stats.Cell, n int) string {
	runs := len(cell.Of(stats.Throughput).Runs)
	if runs == 0 {
		return trials(w, n)
	}
	return w.Sprintf("%s in %s", trials(w, n), w.Count(runs, "1 run", "%s runs"))
}

// roundsInRuns returns from how many rounds and runs the comparisons are: "20 rounds in 5 runs".
func roundsInRuns(w *locale.Printer, comparisons []stats.Comparison, rounds string) string {
	low, high := extent(comparisons, func(c stats.Comparison) int { return len(c.Runs) })
	runs := w.Count(high, "1 run", "%s runs")
	if low < high {
		runs = w.Sprintf("%d to %d runs", low, high)
	}
	return w.Sprintf("%s in %s", rounds, runs)
}

// interruptedWithinRun reports whether an interruption was in the middle of a run, and not between
// two of several: there, servers are started afresh anyway.
func interruptedWithinRun(rec *record.Record) bool {
	before := 0
	for i, r := range rec.InRunOrder() {
		interrupted := r.Resumed != nil && r.Resumed.MoreRounds == 0
		if interrupted && (i == 0 || r.Run == before) {
			return true
		}
		before = r.Run
	}
	return false
}
