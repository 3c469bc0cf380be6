package report

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// roundsIn returns how many rounds a record holds, "4 of 10 rounds" if its run has not ended.
func roundsIn(w *locale.Printer, rec *record.Record) string {
	if u := rec.Unfinished; u != nil {
		return w.Sprintf("%s of %s", w.Integer(u.Rounds), w.Count(u.Of, "1 round", "%s rounds"))
	}
	return roundsOf(w, rec.Experiment.Design)
}

// roundsOf returns how many rounds an experiment has: "10 rounds", or "4 rounds × 5 runs".
func roundsOf(w *locale.Printer, d spec.Design) string {
	rounds := w.Count(d.Rounds, "1 round", "%s rounds")
	if d.Runs > 1 {
		rounds = w.Sprintf("%s × %s", rounds, w.Count(d.Runs, "1 run", "%s runs"))
	}
	return rounds
}

// runsText returns how many runs there are, "" if there is one.
func runsText(w *locale.Printer, a *stats.Analysis) string {
	if !a.SeveralRuns() {
		return ""
	}
	return w.Integer(a.Runs)
}

// maxRunColumns is the maximum number of runs that have a column each. Of more, only the lowest,
// the middle and the highest one are shown; results.json has all.
const maxRunColumns = 5

// runsTables returns the tables of runs that have rows, one per compared server, or one of a single
// server.
func runsTables(w *locale.Printer, a *stats.Analysis) []table {
	servers := comparedOrControl(a)
	if len(a.Compared()) == 0 {
		servers = append([]string{a.Baseline}, servers...)
	}
	var tables []table
	for _, server := range servers {
		if t := runsTable(w, a, server); len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// runsTable returns the ratio of a server to the baseline in each run, or of the only server its
// median, a row per level. It has no rows if the experiment has one run, or if a capacity is below
// all rates.
func runsTable(w *locale.Printer, a *stats.Analysis, server string) table {
	t := table{
		Caption: w.Sprintf("%s against %s, run by run: ratios", server, a.Baseline),
		Columns: append([]string{levelHead(w, a.Levels)}, runColumns(w, a.Runs)...),
	}
	single := len(a.Compared()) == 0 && server == a.Baseline
	if single {
		t.Caption = w.Sprintf("%s, run by run: medians", server)
	} else {
		t.Lead = w.Sprintf("The ratio of a run is what a report of that run alone would have. " +
			"Between runs: how much runs differ beyond what their rounds explain; within a run: " +
			"how much its rounds differ (standard deviations).")
		t.Columns = append(t.Columns, w.Sprintf("Between runs"))
	}
	if !a.SeveralRuns() || hasNoNumber(a, server) {
		return t
	}

	for _, level := range a.Levels {
		place := plan.Cell{Server: server, Level: level}
		row := []string{levelValue(w, level)}
		if single {
			cell := a.Cell(place)
			if runs := cell.Of(stats.Throughput).Runs; cell.State != stats.Invalid {
				row = append(row, runCells(runs, a.Runs, w.Rate)...)
				t.Rows = append(t.Rows, cellsOf(row...))
			}
			continue
		}
		if c := a.Comparison(place); c != nil {
			row = append(row, runCells(c.Runs, a.Runs, timesOf(w))...)
			t.Rows = append(t.Rows, append(cellsOf(row...), spreadCell(w, *c)))
		}
	}
	return t
}

// timesOf returns the format of a ratio: "1.52×".
func timesOf(w *locale.Printer) func(float64) string {
	return func(ratio float64) string { return w.Ratio(ratio) + "×" }
}

// runColumns returns the columns of the runs.
func runColumns(w *locale.Printer, runs int) []string {
	if runs > maxRunColumns {
		return w.Strings("Lowest run", "Middle run", "Highest run")
	}
	var names []string
	for run := 1; run <= runs; run++ {
		names = append(names, w.Sprintf("Run %d", run))
	}
	return names
}

// runCells returns the estimates of the runs for these columns.
func runCells(estimates []stats.RunEstimate, runs int, format func(float64) string) []string {
	if runs > maxRunColumns {
		var values []float64
		for _, e := range estimates {
			values = append(values, e.Value)
		}
		if len(values) == 0 {
			return nothings(3)
		}
		slices.Sort(values)
		return []string{
			format(values[0]),
			format(values[len(values)/2]),
			format(values[len(values)-1]),
		}
	}

	cells := nothings(runs)
	for _, e := range estimates {
		cells[e.Run-1] = format(e.Value)
	}
	return cells
}

// spreadCell returns how much the ratio differs between runs, and under it how much within one.
func spreadCell(w *locale.Printer, c stats.Comparison) cell {
	spread := cell{Text: nothing}
	if tau, ok := c.Between(); ok {
		spread.Text = w.Percent(tau, 1)
	}
	if within, ok := c.Within(); ok {
		spread.Under = []string{w.Sprintf("%s within a run", w.Percent(within, 1))}
	}
	return spread
}
