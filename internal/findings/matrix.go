package findings

import (
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// Matrix is a number of each server at each level.
type Matrix struct {
	Caption string
	Columns []string // the first one is of the servers' names
	Rows    []MatrixRow
	Note    string // that levels were left out; usually ""
}

// MatrixRow are the numbers of a server.
type MatrixRow struct {
	Server string
	Series int    // the number of its colour, from 1
	Note   string // "baseline"; usually ""
	Cells  []MatrixCell
}

// MatrixCell is one number.
type MatrixCell struct {
	Value  string // "2,589"
	Note   string // "suspect"; usually ""
	Change string // compared with the baseline: "−74%"
	Mark   string // "■", "□" or "≈"
	Fill   Fill   // of the change
	Spoken string // of the fill
	Bad    bool   // the data are invalid
	Open   bool   // the value does not hold at every level
}

// maxColumns is how many levels a matrix has. Of more, it shows this number of them.
const maxColumns = 6

// shownLevels returns the levels of a matrix: all, or some from the first to the last at even
// distances.
func shownLevels(a *stats.Analysis) []plan.Level {
	n := len(a.Levels)
	if n <= maxColumns {
		return a.Levels
	}
	shown := make([]plan.Level, maxColumns)
	for i := range shown {
		shown[i] = a.Levels[i*(n-1)/(maxColumns-1)]
	}
	return shown
}

// throughputMatrix returns the throughput of each server at each level, and how much more or less
// that is than the baseline's. Its last columns are the ratios of what has no verdict.
func throughputMatrix(w *locale.Printer, a *stats.Analysis) *Matrix {
	levels := shownLevels(a)
	title := w.Sprintf(rateWords(a, "Requests per second", "Good answers per second"))
	m := newMatrix(w, a, title, levels)
	measured := []*stats.Metric{}
	for _, metric := range []*stats.Metric{stats.P99, stats.CPUPerRequest} {
		if anyRatio(a, metric) {
			measured = append(measured, metric)
			m.Columns = append(m.Columns, w.Sprintf(measureTitles[metric]))
		}
	}

	for i, server := range a.Started() {
		row := &m.Rows[i]
		for _, level := range levels {
			row.Cells = append(row.Cells, throughputCell(w, a, server, level))
		}
		for _, metric := range measured {
			row.Cells = append(row.Cells, spanCell(w, a, server, metric))
		}
	}
	return m
}

// measureTitles are the columns of the ratios.
var measureTitles = map[*stats.Metric]locale.Message{
	stats.P99:           "p99 latency, at all levels",
	stats.CPUPerRequest: "CPU per request, at all levels",
}

func anyRatio(a *stats.Analysis, metric *stats.Metric) bool {
	for _, server := range a.Compared() {
		if _, ok := spanOf(a, server, metric); ok {
			return true
		}
	}
	return false
}

// newMatrix returns a matrix without its cells.
func newMatrix(
	w *locale.Printer, a *stats.Analysis, title string, levels []plan.Level,
) *Matrix {
	m := &Matrix{Caption: title, Columns: []string{title}}
	for _, level := range levels {
		name := strings.ReplaceAll(levelName(w, level), " ", "\u00a0")
		m.Columns = append(m.Columns, name)
	}
	for _, server := range a.Started() {
		row := MatrixRow{Server: server, Series: Series(a, server)}
		if server == a.Baseline && len(a.Compared()) > 0 {
			row.Note = w.Sprintf("baseline")
		}
		m.Rows = append(m.Rows, row)
	}
	if len(levels) > 0 && len(levels) < len(a.Levels) {
		m.Note = w.Sprintf("%s of %s levels; the tables below have all of them.",
			w.Integer(len(levels)), w.Integer(len(a.Levels)))
	}
	return m
}

// levelName returns the name of a level: "3 clients", "2,000/s", "capacity".
func levelName(w *locale.Printer, level plan.Level) string {
	switch level.Kind {
	case plan.Rate:
		return w.Sprintf("%s/s", w.Integer(level.Value))
	case plan.Capacity:
		return w.Sprintf("capacity")
	}
	return w.Clients(level.Value)
}

// numberCell returns the median of a metric of a cell; done reports that there is nothing to add.
func numberCell(
	w *locale.Printer, cell stats.Cell, metric *stats.Metric, format func(float64) string,
) (m MatrixCell, done bool) {
	switch {
	case cell.Unknown:
		return MatrixCell{Value: Nothing}, true
	case cell.State == stats.Invalid:
		return MatrixCell{Value: w.Sprintf("invalid"), Bad: true}, true
	case cell.Of(metric).N == 0:
		return MatrixCell{Value: Nothing}, false
	}
	m.Value = format(cell.Of(metric).Median)
	if cell.State == stats.Suspect {
		m.Note = w.Sprintf("suspect")
	}
	return m, false
}

// throughputCell returns the throughput of a server at a level and its difference to the baseline.
func throughputCell(
	w *locale.Printer, a *stats.Analysis, server string, level plan.Level,
) MatrixCell {
	place := plan.Cell{Server: server, Level: level}
	m, done := numberCell(w, *a.Cell(place), stats.Throughput, w.Rate)
	c := a.Comparison(place)
	if done || c == nil {
		return m
	}
	m.Fill = fillOf(*c)
	m.Spoken = spoken(w, a, m.Fill)
	m.Change = w.Change(c.Ratio) + markOf(*c)
	m.Mark = marks[m.Fill]
	return m
}

// spanCell returns the ratios of a metric to the baseline's at all levels.
func spanCell(
	w *locale.Printer, a *stats.Analysis, server string, metric *stats.Metric,
) MatrixCell {
	span, ok := spanOf(a, server, metric)
	if !ok {
		return MatrixCell{Value: Nothing}
	}
	m := MatrixCell{Value: changes(w, span.low, span.high), Open: !span.sure()}
	switch {
	case span.suspect:
		m.Note = w.Sprintf("suspect")
	case span.sure() && span.everywhere(a):
		m.Note = w.Sprintf("at every level")
	}
	return m
}

// latencyMatrix returns the p99 of each server at each arrival rate, and where a server did not
// keep up with it.
func latencyMatrix(w *locale.Printer, a *stats.Analysis) *Matrix {
	levels := shownLevels(a)
	m := newMatrix(w, a, w.Sprintf("p99 latency (ms), by arrival rate"), levels)
	for i, server := range a.Started() {
		for _, level := range levels {
			m.Rows[i].Cells = append(m.Rows[i].Cells, latencyCell(w, a, server, level))
		}
	}
	return m
}

// latencyCell returns the p99 of a server at a rate and its ratio to the baseline's.
func latencyCell(
	w *locale.Printer, a *stats.Analysis, server string, level plan.Level,
) MatrixCell {
	place := plan.Cell{Server: server, Level: level}
	cell := a.Cell(place)
	m, done := numberCell(w, *cell, stats.P99, w.Rough)
	if done {
		return m
	}
	if !cell.KeptUp() {
		m.Note = w.Sprintf("fell behind")
	}
	if c := a.Ratio(place, stats.P99); c.N > 0 {
		m.Change = w.Change(c.Ratio)
	}
	return m
}
