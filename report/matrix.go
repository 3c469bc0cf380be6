package report

import (
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// maxAcross is how many servers or levels stand side by side, so that a table has at most seven
// columns.
const maxAcross = 6

// matrix is a table of servers by levels.
type matrix struct {
	caption string
	levels  []plan.Level
	rows    []matrixRow
}

// matrixRow is what a matrix has of a server, or of a reference.
type matrixRow struct {
	name   string
	series int // the number of its colour, from 1; 0: it has none
	cells  []cell
}

// newMatrix returns a matrix of all servers, the control among them.
func newMatrix(a *stats.Analysis, caption string, of func(stats.Cell) cell) matrix {
	m := matrix{caption: caption, levels: a.Levels}
	for _, server := range a.Servers {
		row := matrixRow{name: server, series: findings.Series(a, server)}
		for _, level := range a.Levels {
			row.cells = append(row.cells, of(*a.Cell(plan.Cell{Server: server, Level: level})))
		}
		m.rows = append(m.rows, row)
	}
	return m
}

// levelHead returns the head of a column of levels.
func levelHead(w *locale.Printer, levels []plan.Level) string {
	switch {
	case len(levels) > 0 && levels[0].Kind == plan.Rate:
		return w.Sprintf("Arrivals per second")
	case len(levels) > 0 && levels[0].Kind == plan.Capacity:
		return w.Sprintf("Level")
	}
	return w.Sprintf("Clients")
}

// levelValue returns a level as the name of a row.
func levelValue(w *locale.Printer, level plan.Level) string {
	if level.Kind == plan.Capacity {
		return w.Sprintf("capacity")
	}
	return w.Integer(level.Value)
}

// table returns the matrix with a row per level or a row per server: whichever has fewer columns,
// if not all of them fit.
func (m matrix) table(w *locale.Printer) table {
	if len(m.rows) > maxAcross && len(m.levels) <= maxAcross ||
		len(m.rows) > len(m.levels) && len(m.levels) <= maxAcross {
		return m.byServer(w)
	}
	t := table{Caption: m.caption, Columns: []string{levelHead(w, m.levels)}}
	for _, row := range m.rows {
		t.Columns = append(t.Columns, row.name)
	}
	for i, level := range m.levels {
		cells := cellsOf(levelValue(w, level))
		for _, row := range m.rows {
			cells = append(cells, row.cells[i])
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// byServer returns the matrix with a row per server.
func (m matrix) byServer(w *locale.Printer) table {
	t := table{Caption: m.caption, Columns: w.Strings("Server")}
	for _, level := range m.levels {
		t.Columns = append(t.Columns, findings.LevelName(w, level))
	}
	for _, row := range m.rows {
		name := cell{Text: row.name, Series: row.series}
		t.Rows = append(t.Rows, append([]cell{name}, row.cells...))
	}
	return t
}

// metricMatrix returns the medians of a metric with their intervals. It has no rows if nothing is
// known of it.
func metricMatrix(
	w *locale.Printer, a *stats.Analysis, caption string, metric *stats.Metric,
) table {
	if !known(a, metric) {
		return table{Caption: caption}
	}
	return newMatrix(a, caption, func(c stats.Cell) cell {
		return medianCell(w, c, metric)
	}).table(w)
}

// medianCell returns a metric's median of a cell with its interval.
func medianCell(w *locale.Printer, c stats.Cell, metric *stats.Metric) cell {
	return cell{
		Text:  medianOf(w, c, metric),
		Under: intervalUnder(w, c, metric),
	}
}

// intervalUnder returns the line with a metric's interval in a cell; none if it is not known, and
// none if both ends look the same.
func intervalUnder(w *locale.Printer, c stats.Cell, metric *stats.Metric) []string {
	s := c.Of(metric)
	text := intervalOf(w, c, metric)
	if text == nothing || formatValue(w, metric, s.Low) == formatValue(w, metric, s.High) {
		return nil
	}
	return []string{text}
}

// several are tables that belong together, under one name.
type several struct {
	Name   string
	Lead   string
	Tables []table
}

// newSeveral returns those of the tables that have rows.
func newSeveral(name, lead string, tables ...table) several {
	all := several{Name: name, Lead: lead}
	for _, t := range tables {
		if len(t.Rows) > 0 {
			all.Tables = append(all.Tables, t)
		}
	}
	return all
}
