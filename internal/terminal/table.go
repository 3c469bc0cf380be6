package terminal

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// table is the result of a run in a few columns.
type table struct {
	head  []string
	rows  [][]string
	left  map[int]bool // the columns that are aligned at the left: words
	names []int        // the columns with servers' names, which may be shortened

	optional int // the column that is left out where there is no room for all; 0: none
}

// resultsOf returns the table of an analysis: a row for each level, or with more than two servers
// and in an open loop a row for each of them at each level.
func resultsOf(w *locale.Printer, a *stats.Analysis) table {
	servers := a.Started()
	switch {
	case a.Objective != nil:
		return capacityTable(w, a, servers)
	case a.OpenLoop():
		return openLoopTable(w, a, servers)
	case len(servers) == 1:
		return oneServerTable(w, a, servers[0])
	case len(servers) == 2:
		return twoServersTable(w, a, servers)
	}
	return manyServersTable(w, a, servers)
}

// levelHead is the head of the column of levels.
func levelHead(w *locale.Printer, a *stats.Analysis) string {
	if a.OpenLoop() {
		return w.Sprintf("arrivals/s")
	}
	return w.Sprintf("clients")
}

func oneServerTable(w *locale.Printer, a *stats.Analysis, server string) table {
	t := table{
		head: []string{levelHead(w, a), w.Sprintf("requests/s"), "p50 ms", "p99 ms", ""},
		left: map[int]bool{4: true},
	}
	for _, cell := range a.CellsOf(server) {
		t.rows = append(t.rows, []string{
			w.Integer(cell.Level.Value),
			throughput(w, cell),
			milliseconds(w, cell, stats.P50),
			milliseconds(w, cell, stats.P99),
			suspicion(w, cell),
		})
	}
	return t
}

func twoServersTable(w *locale.Printer, a *stats.Analysis, servers []string) table {
	compared := a.Compared()[0]
	short := shortNames(servers)
	t := table{
		head: []string{
			levelHead(w, a),
			short[a.Baseline],
			short[compared],
			w.Sprintf("difference"),
			"",
		},
		left:  map[int]bool{3: true, 4: true},
		names: []int{1, 2},
	}
	for _, level := range a.Levels {
		base := *a.Cell(plan.Cell{Server: a.Baseline, Level: level})
		cell := *a.Cell(plan.Cell{Server: compared, Level: level})
		t.rows = append(t.rows, []string{
			w.Integer(level.Value),
			throughput(w, base),
			throughput(w, cell),
			difference(w, a, cell),
			verdictText(w, a, cell, base),
		})
	}
	return t
}

func manyServersTable(w *locale.Printer, a *stats.Analysis, servers []string) table {
	short := shortNames(servers)
	t := table{
		head: []string{
			levelHead(w, a),
			w.Sprintf("server"),
			w.Sprintf("requests/s"),
			w.Sprintf("difference"),
			"",
		},
		left:  map[int]bool{1: true, 3: true, 4: true},
		names: []int{1},
	}
	for _, level := range a.Levels {
		base := *a.Cell(plan.Cell{Server: a.Baseline, Level: level})
		for i, server := range servers {
			cell := *a.Cell(plan.Cell{Server: server, Level: level})
			row := []string{"", short[server], throughput(w, cell), "", ""}
			if i == 0 {
				row[0] = w.Integer(level.Value)
			}
			if server == a.Baseline {
				row[3], row[4] = w.Sprintf("baseline"), suspicion(w, cell)
			} else {
				row[3], row[4] = difference(w, a, cell), verdictText(w, a, cell, base)
			}
			t.rows = append(t.rows, row)
		}
	}
	return t
}

// openLoopTable has what each server completed, and its slowest hundredth of the requests: at a
// rate with which it keeps up, only these tell servers apart.
func openLoopTable(w *locale.Printer, a *stats.Analysis, servers []string) table {
	short := shortNames(servers)
	t := table{
		head:  []string{levelHead(w, a), w.Sprintf("completed/s"), "p99 ms", ""},
		left:  map[int]bool{3: true},
		names: nil,
	}
	if len(servers) > 1 {
		t.head = append([]string{t.head[0], w.Sprintf("server")}, t.head[1:]...)
		t.head[4] = w.Sprintf("p99 difference")
		t.left = map[int]bool{1: true, 4: true}
		t.names = []int{1}
	}
	for _, level := range a.Levels {
		for i, server := range servers {
			cell := *a.Cell(plan.Cell{Server: server, Level: level})
			var row []string
			if i == 0 {
				row = append(row, w.Integer(level.Value))
			} else {
				row = append(row, "")
			}
			if len(servers) > 1 {
				row = append(row, short[server])
			}
			t.rows = append(t.rows, append(row,
				throughput(w, cell),
				milliseconds(w, cell, stats.P99),
				openLoopNote(w, a, cell),
			))
		}
	}
	return t
}

// openLoopNote returns how the slowest requests of a cell compare with the baseline's, and whether
// its server fell behind the arrivals.
func openLoopNote(w *locale.Printer, a *stats.Analysis, cell stats.Cell) string {
	var notes []string
	if ratio := a.Ratio(cell.Cell, stats.P99); ratio.N > 0 {
		notes = append(notes, w.Change(ratio.Ratio))
	}
	if cell.State != stats.Invalid && !cell.KeptUp() {
		notes = append(notes, w.Sprintf("fell behind"))
	}
	if s := suspicion(w, cell); s != "" {
		notes = append(notes, s)
	}
	if len(notes) == 0 && cell.Server == a.Baseline && len(a.Compared()) > 0 {
		return w.Sprintf("baseline")
	}
	return strings.Join(notes, ", ")
}

func throughput(w *locale.Printer, cell stats.Cell) string {
	switch s := cell.Of(stats.Throughput); {
	case cell.Unknown:
		return findings.Nothing
	case cell.State == stats.Invalid:
		return w.Sprintf("invalid")
	case s.N == 0:
		return findings.Nothing
	default:
		return w.Rate(s.Median)
	}
}

func milliseconds(w *locale.Printer, cell stats.Cell, metric *stats.Metric) string {
	s := cell.Of(metric)
	if s.N == 0 || cell.State == stats.Invalid {
		return findings.Nothing
	}
	return w.Milliseconds(s.Median)
}

// difference returns the throughput of a cell as a change from the baseline's: "−24%", "−18% or
// more" where the generator limited the faster side, nothing without a comparison.
func difference(w *locale.Printer, a *stats.Analysis, cell stats.Cell) string {
	c := a.Comparison(cell.Cell)
	if c == nil {
		return findings.Nothing
	}
	text := w.Change(c.Ratio)
	switch {
	case c.Limited != stats.FasterSide:
		return text
	case strings.HasPrefix(text, "1/"):
		return w.Sprintf("%s or less", text)
	}
	return w.Sprintf("%s or more", text)
}

// verdictText returns the verdict of a cell, and whether it can be trusted.
func verdictText(w *locale.Printer, a *stats.Analysis, cell, base stats.Cell) string {
	c := a.Comparison(cell.Cell)
	if c == nil {
		return w.Sprintf("not compared")
	}
	var words []string
	switch c.Verdict {
	case stats.Faster:
		words = append(words, findings.VerdictName(w, a, stats.Faster))
	case stats.Slower:
		words = append(words, findings.VerdictName(w, a, stats.Slower))
	case stats.Equivalent:
		words = append(words, w.Sprintf("within %s", w.Percentage(a.Margin)))
	case stats.Inconclusive:
		words = append(words, w.Sprintf("inconclusive"))
	case stats.Withheld:
		words = append(words, w.Sprintf("not yet"))
	case stats.NoVerdict:
		words = append(words, w.Sprintf(tooFew(a)))
	}
	for _, one := range []stats.Cell{cell, base} {
		if s := suspicion(w, one); s != "" {
			return strings.Join(append(words, s), ", ")
		}
	}
	return strings.Join(words, ", ")
}

// tooFew names what there is too little of for a verdict.
func tooFew(a *stats.Analysis) locale.Message {
	switch {
	case a.Imported:
		return "too few trials"
	case a.SeveralRuns():
		return "too few runs"
	}
	return "too few rounds"
}

func suspicion(w *locale.Printer, cell stats.Cell) string {
	if cell.State == stats.Suspect {
		return w.Sprintf("suspect")
	}
	return ""
}

// lines returns the table in so many columns. Names are shortened where there is no room for them.
func (t table) lines(columns int) []string {
	if t.optional > 0 && t.width(narrowGap) > columns {
		t = t.without(t.optional)
	}
	gap := wideGap
	if t.width(gap) > columns {
		gap = narrowGap
		t = t.narrowed(columns)
	}
	if t.width(gap) > columns { // the names are as short as they may be
		gap = tightGap
	}
	widths := t.widths()
	var lines []string
	for _, row := range append([][]string{t.head}, t.rows...) {
		var cells []string
		for i, cell := range row {
			if t.left[i] {
				cells = append(cells, padRight(plain(cell), widths[i]))
			} else {
				cells = append(cells, padLeft(plain(cell), widths[i]))
			}
		}
		lines = append(lines, strings.TrimRight(strings.Join(cells, gap), " "))
	}
	return lines
}

// What stands between two columns.
const (
	wideGap   = "   "
	narrowGap = "  "
	tightGap  = " "
)

// without returns a table without one of its columns.
func (t table) without(column int) table {
	left := map[int]bool{}
	for i := range t.head {
		if i != column {
			left[len(left)] = t.left[i]
		}
	}
	rows := make([][]string, len(t.rows))
	for i, row := range t.rows {
		rows[i] = slices.Delete(slices.Clone(row), column, column+1)
	}
	t.head, t.rows, t.left = slices.Delete(slices.Clone(t.head), column, column+1), rows, left
	t.optional = 0
	return t
}

// width returns the width of the table.
func (t table) width(gap string) int {
	width := len(gap) * (len(t.head) - 1)
	for _, w := range t.widths() {
		width += w
	}
	return width
}

func (t table) widths() []int {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(plain(cell)))
		}
	}
	return widths
}

// narrowed shortens the longest names, one column after the other, until the table fits or they
// have too few characters left to tell them apart.
func (t table) narrowed(columns int) table {
	const shortest = 6
	for {
		widths := t.widths()
		widest := -1
		for _, i := range t.names {
			if widths[i] > shortest && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if t.width(narrowGap) <= columns || widest < 0 {
			return t
		}
		before := widths[widest]
		t = t.withColumn(widest, before-1)
		if t.widths()[widest] == before { // the numbers below the name are as wide
			isWidest := func(column int) bool { return column == widest }
			t.names = slices.DeleteFunc(slices.Clone(t.names), isWidest)
		}
	}
}

// withColumn returns a table whose names in a column are at most so wide.
func (t table) withColumn(column, width int) table {
	cut := func(row []string) []string {
		row = slices.Clone(row)
		row[column] = shorten(row[column], width)
		return row
	}
	rows := make([][]string, len(t.rows))
	for i, row := range t.rows {
		rows[i] = row
		if t.left[column] { // numbers are never cut
			rows[i] = cut(row)
		}
	}
	t.head, t.rows = cut(t.head), rows
	return t
}
