package report

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// loopOf returns which kind of loop the load was.
func loopOf(w *locale.Printer, e *spec.Experiment) string {
	if !e.Load.OpenLoop() {
		return w.Sprintf("closed loop")
	}
	connections := w.Count(e.Load.Connections, "1 connection", "%s connections")
	if e.Load.RandomArrivals() {
		return w.Sprintf("open loop with random (Poisson) arrivals, at most %s at a time",
			connections)
	}
	return w.Sprintf("open loop, at most %s at a time", connections)
}

// generatorTables returns how the generator did, a table per metric. There are none if nothing is
// known.
func generatorTables(w *locale.Printer, a *stats.Analysis, e *spec.Experiment) several {
	name := w.Sprintf("How the generator did")
	if !known(a, stats.MeanTime, stats.GeneratorShare) {
		return several{Name: name}
	}
	means := newMatrix(a, w.Sprintf("Mean latency (ms)"), func(c stats.Cell) cell {
		return cell{Text: meanOf(w, c)}
	})
	means.rows = append(means.rows, referenceMeans(w, a, e)...)
	share := w.Sprintf("CPU used by the load generator (1 = one core)")
	tables := []table{means.table(w), metricMatrix(w, a, share, stats.GeneratorShare)}
	if !a.OpenLoop() {
		busy := w.Sprintf("Client utilisation (1 = all clients busy)")
		tables = append(tables, metricMatrix(w, a, busy, stats.Occupancy))
	}
	return newSeveral(name, generatorMeans(w, a), tables...)
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

// referenceMeans returns the mean latencies that references have at the experiment's levels.
func referenceMeans(w *locale.Printer, a *stats.Analysis, e *spec.Experiment) []matrixRow {
	var rows []matrixRow
	for _, r := range e.References {
		for _, p := range r.Points {
			level := plan.Level{Kind: plan.Concurrency, Value: p.Concurrency}
			at := slices.Index(a.Levels, level)
			if p.MeanMS == 0 || at < 0 {
				continue
			}
			name := w.Sprintf("%s (reference)", p.Server+", "+r.Name)
			i := slices.IndexFunc(rows, func(row matrixRow) bool { return row.name == name })
			if i < 0 {
				i = len(rows)
				empty := cellsOf(nothings(len(a.Levels))...)
				rows = append(rows, matrixRow{name: name, cells: empty})
			}
			rows[i].cells[at].Text = formatValue(w, stats.MeanTime, p.MeanMS)
		}
	}
	return rows
}

// generatorMeans explains the table of the generator.
func generatorMeans(w *locale.Printer, a *stats.Analysis) string {
	text := w.Sprintf("Medians over the valid trials. The CPU used by the load generator is the " +
		"CPU time of its process divided by the time that it ran: near 1 it may itself be the " +
		"limit.")
	if a.OpenLoop() {
		return text
	}
	return text + " " + w.Sprintf("Client utilisation is the share of its clients that the "+
		"closed loop kept busy.")
}
