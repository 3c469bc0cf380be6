package report

import (
	"cmp"
	"strings"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// table is a table as a reader sees it, in HTML and in Markdown alike.
type table struct {
	Caption string
	Of      string // the server that it is about; "" if it is about several
	Lead    string // a sentence before the table; may be empty
	Columns []string
	Rows    [][]cell // each as long as Columns; the first cell of a row names it
	Words   bool     // all cells are text; otherwise all but the first column are numbers
	Wording bool     // the last column is text, in a table of numbers
	Folds   bool     // where a screen is narrow, the last column is under the one before it
	Note    string   // a bold sentence under the table; may be empty
	Fine    string   // small print under the table; may be empty
}

// cell is a cell of a table: mostly one text, sometimes a number with its interval under it.
type cell struct {
	Mark   string // before the text: "■"; usually ""
	Text   string
	Link   string   // the id to which the text leads; usually ""
	Under  []string // lines in small letters: an interval, a reason
	Strong bool     // the number is the finding of its row
	Bad    bool     // the data are invalid
	Series int      // of the server that it names: the number of its colour, from 1; otherwise 0

	// Outcome is that of the check that the cell is about; otherwise "".
	Outcome stats.Outcome
}

// cellsOf returns cells of plain texts.
func cellsOf(texts ...string) []cell {
	cells := make([]cell, len(texts))
	for i, text := range texts {
		cells[i].Text = text
	}
	return cells
}

// lines returns the lines of a cell, as Markdown has them.
func (c cell) lines() []string {
	first := strings.TrimSpace(c.Mark + " " + c.Text)
	return append([]string{first}, c.Under...)
}

// nothing stands where there is no number.
const nothing = findings.Nothing

// nothings returns n cells without a number.
func nothings(n int) []string {
	cells := make([]string, n)
	for i := range cells {
		cells[i] = nothing
	}
	return cells
}

// formatValue returns a value of a metric without its unit, as tables and notes have it.
func formatValue(w *locale.Printer, m *stats.Metric, value float64) string {
	const bytesPerMB = 1e6
	switch m.Unit {
	case stats.PerSecond:
		return w.Rate(value)
	case stats.Microseconds:
		return w.Microseconds(value)
	case stats.Milliseconds:
		return w.Fixed(value, 3)
	case stats.Bytes:
		return w.Fixed(value/bytesPerMB, 1)
	case stats.Count:
		return w.Fixed(value, 0)
	}
	return w.Fixed(value, 2) // shares
}

// medianOf returns a metric's median of a cell, or nothing if it is not known or must not be used.
func medianOf(w *locale.Printer, c stats.Cell, m *stats.Metric) string {
	s := c.Of(m)
	if c.State == stats.Invalid || s.N == 0 {
		return nothing
	}
	return formatValue(w, m, s.Median)
}

// intervalOf returns a metric's confidence interval in a cell, "6,310 to 6,702", or nothing if it
// is not known or must not be used.
func intervalOf(w *locale.Printer, c stats.Cell, m *stats.Metric) string {
	s := c.Of(m)
	if c.State == stats.Invalid || !s.HasInterval() {
		return nothing
	}
	format := func(value float64) string { return formatValue(w, m, value) }
	if s.OpenLow || s.OpenHigh {
		return cmp.Or(findings.Interval(w, s, format), nothing)
	}
	return w.NoBreakRange(s.Low, s.High, format)
}

// known reports whether a metric of a valid cell is known.
func known(a *stats.Analysis, metrics ...*stats.Metric) bool {
	for _, c := range a.Cells {
		for _, m := range metrics {
			if c.State != stats.Invalid && c.Of(m).N > 0 {
				return true
			}
		}
	}
	return false
}

// WordingColumn returns the index of the column of text in a table of numbers; -1 if it has none.
func (t table) WordingColumn() int {
	if !t.Wording {
		return -1
	}
	return len(t.Columns) - 1
}

// Folded returns the last cell of a row for a narrow screen, if the cell at an index is to have it
// under itself; otherwise nil.
func (t table) Folded(row []cell, index int) *cell {
	if !t.Folds || index != len(row)-2 {
		return nil
	}
	return &row[len(row)-1]
}

// Class returns the classes of a cell that is not the first of its row.
func (c cell) Class(isWording bool) string {
	var classes []string
	add := func(is bool, name string) {
		if is {
			classes = append(classes, name)
		}
	}
	add(isWording, "word")
	add(c.Strong, "strong")
	add(c.Bad, "bad")
	add(c.Outcome != "", string(c.Outcome))
	return strings.Join(classes, " ")
}

// numbersOf returns the table of the numbers of a chart.
func numbersOf(c chart.Chart) table {
	t := table{Caption: c.Title, Columns: c.Columns}
	for _, row := range c.Rows {
		t.Rows = append(t.Rows, cellsOf(row...))
	}
	return t
}
