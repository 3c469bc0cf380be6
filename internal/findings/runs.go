package findings

import (
	"slices"

	"labbook/internal/locale"
	"labbook/internal/record"
	"labbook/internal/stats"
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
		return w.Sprintf("The intervals cover how much runs differ, but two runs leave them wide. "+
			"From %d runs on they hold on this machine.", stats.MinRunsForMachine)
	}
	isShared := func(warning stats.Warning) bool { return warning.Code == stats.OtherLoad }
	if slices.ContainsFunc(a.Warnings, isShared) {
		return w.Sprintf("The intervals hold on this machine as it was, with other programs at "+
			"work (other-load): they cover how much its %d runs differ.", covered)
	}
	return w.Sprintf("The intervals hold on this machine: they cover how much its %d runs differ.",
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

// neededSentence states how many rounds, or runs, would likely settle what is inconclusive; nothing
// if more of them cannot.
func neededSentence(w *locale.Printer, a *stats.Analysis, v verdicts) []string {
	needed, tooMany := v.needed()
	switch {
	case tooMany && a.SeveralRuns():
		return []string{w.Sprintf("More than %d runs would be needed to settle all that is "+
			"inconclusive: if there is a difference, it is too small for this machine.",
			stats.MaxRunsNeeded)}
	case tooMany:
		return []string{w.Sprintf("More than %d rounds would be needed to settle "+
			"all that is inconclusive: if there is a difference, it is too small for this machine.",
			stats.MaxRoundsNeeded)}
	case needed > 0 && a.SeveralRuns():
		return []string{
			w.Sprintf("About %d runs would likely settle what is inconclusive.", needed),
		}
	case needed > 0:
		return []string{
			w.Sprintf("About %d rounds would likely settle what is inconclusive.", needed),
		}
	}
	return nil
}

// needed returns how many rounds, or of several runs how many of these, would likely settle
// everything that more of them can settle. It returns 0 if there is nothing, and tooMany if that is
// more than is ever proposed.
func (v verdicts) needed() (number int, tooMany bool) {
	for _, c := range v.byVerdict[stats.Inconclusive] {
		if c.Limited != stats.NoSide || c.WithinControl || c.Dependent {
			continue
		}
		ofThis := c.RoundsNeeded
		if c.Runs != nil {
			ofThis = c.RunsNeeded
		}
		if ofThis == 0 {
			return 0, true
		}
		number = max(number, ofThis)
	}
	return number, false
}

// interruptedWithinRun reports whether an interruption was in the middle of a run, and not between
// two of several: there, servers are started afresh anyway.
func interruptedWithinRun(rec *record.Record) bool {
	before := 0
	for i, r := range rec.InRunOrder() {
		if r.Resumed != nil && (i == 0 || r.Run == before) {
			return true
		}
		before = r.Run
	}
	return false
}
