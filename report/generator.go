package report

import (
	"slices"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// loopOf returns which kind of loop the load was.
func loopOf(w *locale.Printer, e *spec.Experiment) string {
	if !e.Load.OpenLoop() {
		return w.Sprintf("closed loop")
	}
	connections := w.Count(e.Load.Connections, "1 connection", "%s connections")
	return w.Sprintf("open loop, at most %s at a time", connections)
}

// generatorTable returns how the generator did, a row per cell. It has no rows if nothing is known.
func generatorTable(w *locale.Printer, a *stats.Analysis, e *spec.Experiment) table {
	t := table{
		Caption: w.Sprintf("How the generator did"),
		Columns: w.Strings("Server and level", "Mean response time (ms)", "Generator's share"),
	}
	if !a.OpenLoop() {
		t.Columns = append(t.Columns, w.Sprintf("Occupancy"))
	}
	if !known(a, stats.MeanTime, stats.GeneratorShare) {
		return t
	}
	for _, cell := range a.Cells {
		row := []string{
			cell.Cell.String(),
			meanOf(w, cell),
			medianOf(w, cell, stats.GeneratorShare),
		}
		if !a.OpenLoop() {
			row = append(row, medianOf(w, cell, stats.Occupancy))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, referenceMeans(w, a, e, len(t.Columns))...)
	return t
}

// meanOf returns the mean response time of a cell, or the bounds that are known of it.
func meanOf(w *locale.Printer, cell stats.Cell) string {
	least := medianOf(w, cell, stats.MeanTime)
	if least == nothing || cell.OneMean() {
		return least
	}
	return meanSpan(w, cell)
}

// meanSpan returns the bounds of a cell's mean response time, "0.560 to 0.870".
func meanSpan(w *locale.Printer, cell stats.Cell) string {
	low, high := cell.Of(stats.MeanTime).Median, cell.Of(stats.MeanAtMost).Median
	return w.Span(low, high, func(ms float64) string { return formatValue(w, stats.MeanTime, ms) })
}

// referenceMeans returns the mean response times that references have at the experiment's levels,
// as rows of so many columns.
func referenceMeans(
	w *locale.Printer, a *stats.Analysis, e *spec.Experiment, columns int,
) [][]string {
	var rows [][]string
	for _, r := range e.References {
		for _, p := range r.Points {
			level := plan.Level{Kind: plan.Concurrency, Value: p.Concurrency}
			if p.MeanMS == 0 || !slices.Contains(a.Levels, level) {
				continue
			}
			cell := plan.Cell{Server: p.Server + ", " + r.Name, Level: level}
			rows = append(rows, slices.Concat(
				[]string{w.Sprintf("%s (reference)", cell.String())},
				[]string{formatValue(w, stats.MeanTime, p.MeanMS)},
				nothings(columns-2),
			))
		}
	}
	return rows
}

// generatorMeans explains the table of the generator.
func generatorMeans(w *locale.Printer, a *stats.Analysis) string {
	text := w.Sprintf("Medians over the clean trials. The generator's share is the CPU time of " +
		"its process by the time that it ran: near 1 it may itself be the limit.")
	if a.OpenLoop() {
		return text
	}
	return text + " " + w.Sprintf("Occupancy is the share of its clients that the closed loop "+
		"kept busy: 1 is all of them, all the time.")
}
