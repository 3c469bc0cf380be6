package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// abColumn is a column of a server's table: a number of one call of ab.
type abColumn struct {
	name   string // in ab's words, in every language
	number func(*locale.Printer, stats.Cell) string
}

// closedColumns are the columns in a closed loop: those of the experiment that Labbook grew from.
var closedColumns = []abColumn{
	{"Time taken for test (s)", timeTaken},
	{"Complete request", complete},
	{"Failed request", failed},
	{"Total transferred (bytes)", transferred},
	{"Request per second (#/sec)", requestRate},
	{"Time per request (ms)", timePerRequest},
	{"Transfer rate (Kbytes/sec)", transferRate},
}

// openColumns are the columns in an open loop, where ab's time per request has no meaning.
var openColumns = []abColumn{
	{"Time taken for test (s)", timeTaken},
	{"Complete request", complete},
	{"Failed request", failed},
	{"Unsent request", unsent},
	{"Total transferred (bytes)", transferred},
	{"Request per second (#/sec)", requestRate},
	{"Response time p50 (ms)", percentile(50)},
	{"Response time p99 (ms)", percentile(99)},
	{"Transfer rate (Kbytes/sec)", transferRate},
}

func timeTaken(w *locale.Printer, c stats.Cell) string {
	return w.Fixed(c.Representative.Measurement().TimeTakenSeconds, 3)
}

func complete(_ *locale.Printer, c stats.Cell) string {
	return strconv.Itoa(c.Representative.Measurement().Complete)
}

func failed(_ *locale.Printer, c stats.Cell) string {
	return strconv.Itoa(c.Representative.Measurement().Failed)
}

func unsent(_ *locale.Printer, c stats.Cell) string {
	return strconv.Itoa(c.Representative.Measurement().Unsent)
}

func transferred(_ *locale.Printer, c stats.Cell) string {
	n := c.Representative.Measurement().TotalTransferred
	if isLost(c, float64(n)) {
		return nothing
	}
	return strconv.FormatInt(n, 10)
}

func requestRate(w *locale.Printer, c stats.Cell) string {
	return w.Fixed(c.Representative.Measurement().RequestsPerSecond, 2)
}

func timePerRequest(w *locale.Printer, c stats.Cell) string {
	ms := c.Representative.Measurement().TimePerRequestMS
	if isLost(c, ms) {
		return nothing
	}
	return w.Fixed(ms, 3)
}

func transferRate(w *locale.Printer, c stats.Cell) string {
	rate := c.Representative.Measurement().TransferRateKBs
	if isLost(c, rate) {
		return nothing
	}
	return w.Fixed(rate, 2)
}

// isLost reports whether a number of 0 stands for a line that an imported text has lost.
func isLost(c stats.Cell, number float64) bool {
	return number == 0 && c.Representative.Imported != nil
}

func percentile(i int) func(*locale.Printer, stats.Cell) string {
	return func(w *locale.Printer, c stats.Cell) string {
		ms, ok := c.Representative.GoodPercentile(i)
		if !ok {
			return nothing
		}
		return w.Fixed(ms, 3)
	}
}

// abColumns returns the name of the level's column and the columns after it.
func abColumns(a *stats.Analysis) (level string, columns []abColumn) {
	if a.OpenLoop() || a.Objective != nil {
		return "Arrival rate (#/sec)", openColumns
	}
	return "Concurrency level", closedColumns
}

// abTable is the table of a server: a row per level, each from the one call of ab with the median
// throughput.
// abTables returns a table of ab's numbers for each server.
func abTables(w *locale.Printer, rec *record.Record, a *stats.Analysis) []table {
	var tables []table
	for _, s := range rec.Experiment.Servers {
		tables = append(tables, abTable(w, rec, a, s))
	}
	return tables
}

// abCells returns the cells of a server's table: those at its rates where a capacity was looked
// for.
func abCells(a *stats.Analysis, server string) []stats.Cell {
	if a.Objective != nil {
		return a.RatesOf(server)
	}
	return a.CellsOf(server)
}

func abTable(w *locale.Printer, rec *record.Record, a *stats.Analysis, s spec.Server) table {
	level, columns := abColumns(a)
	t := table{
		Caption: fmt.Sprintf("%s ('%s')", s.Name, s.Address),
		Of:      s.Name,
		Lead: leadOf(
			versionOf(w, rec, s),
			workOf(w, s),
			cpusOf(w, s),
			sameOf(w, rec.Experiment, s),
			hooksOf(w, s),
			outsideOf(w, a, s),
		),
		Columns: []string{"No Test", level},
		Note:    abNote(w, abCells(a, s.Name)),
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.name)
	}
	for i, cell := range abCells(a, s.Name) {
		row := []string{strconv.Itoa(i + 1), strconv.Itoa(cell.Level.Value)}
		t.Rows = append(t.Rows, cellsOf(append(row, abNumbers(w, cell, columns)...)...))
	}
	return t
}

func abNumbers(w *locale.Printer, cell stats.Cell, columns []abColumn) []string {
	if cell.Representative == nil {
		return nothings(len(columns))
	}
	numbers := make([]string, len(columns))
	for i, c := range columns {
		numbers[i] = c.number(w, cell)
	}
	return numbers
}

// abNote states which responses were outside 2xx or not as expected, and which arrivals were not
// sent. ab's own text does not call them failures.
func abNote(w *locale.Printer, cells []stats.Cell) string {
	var non2xx, unexpected, unsent []string
	for _, c := range cells {
		if c.Unexpected > 0 && c.Unexpected != c.Non2xx {
			found, of := w.Integer(c.Unexpected), w.Integer(c.Complete)
			unexpected = append(unexpected, w.Sprintf("%s of %s at %v", found, of, c.Level))
		}
		if c.Non2xx > 0 {
			found, of := w.Integer(c.Non2xx), w.Integer(c.Complete)
			non2xx = append(non2xx, w.Sprintf("%s of %s at %v", found, of, c.Level))
		}
		if c.Unsent > 0 {
			unsent = append(unsent, w.Sprintf("%s at %v", w.Integer(c.Unsent), c.Level))
		}
	}

	var sentences []string
	if len(non2xx) > 0 {
		sentences = append(sentences,
			w.Sprintf("Non-2xx responses in all trials: %s.", w.List(non2xx)))
	}
	if len(unexpected) > 0 {
		sentences = append(sentences, w.Sprintf(
			"Unexpected answers in all trials: %s.", w.List(unexpected)))
	}
	if len(unsent) > 0 {
		sentences = append(sentences,
			w.Sprintf("Requests that could not be sent in all trials: %s.", w.List(unsent)))
	}
	return strings.Join(sentences, " ")
}

// outsideOf states that nothing is known of what a server used, because it was no process of its
// command; "" if it was one.
func outsideOf(w *locale.Printer, a *stats.Analysis, s spec.Server) string {
	outside := func(c stats.Cell) bool {
		return c.Representative != nil && c.Representative.Outside
	}
	if !slices.ContainsFunc(a.CellsOf(s.Name), outside) {
		return ""
	}
	return w.Sprintf("The server is not a process of its command (it runs in a container or " +
		"belongs to another program), so its resource use is unknown.")
}

// hooksOf lists the commands around the life of a server; "" if there are none.
func hooksOf(w *locale.Printer, s spec.Server) string {
	var found []string
	for _, hook := range s.Hooks.All() {
		found = append(found, hook.Key+" = "+strings.Join(hook.Command, " "))
	}
	if len(found) == 0 {
		return ""
	}
	return w.Sprintf("Hooks: %s.", strings.Join(found, "; "))
}

// workOf states what a request costs the server's model besides HTTP; "" if nothing.
func workOf(w *locale.Printer, s spec.Server) string {
	work := s.Work.String()
	if work == "" {
		return ""
	}
	return w.Sprintf("Model %s with %s.", s.Model, work)
}

// cpusOf states the CPUs to which the server is bound; "" if it may use all.
func cpusOf(w *locale.Printer, s spec.Server) string {
	switch len(s.CPUs) {
	case 0:
		return ""
	case 1:
		return w.Sprintf("Pinned to CPU %v.", s.CPUs)
	}
	return w.Sprintf("Pinned to CPUs %v.", s.CPUs)
}

// leadOf joins the sentences before a server's table, some of which may be empty.
func leadOf(sentences ...string) string {
	isEmpty := func(text string) bool { return text == "" }
	return strings.Join(slices.DeleteFunc(sentences, isEmpty), " ")
}

// rowsMean explains the rows of the servers' tables. Imported trials have no rounds.
func rowsMean(w *locale.Printer, a *stats.Analysis) string {
	if a.Imported {
		return w.Sprintf(
			"Each row is the call of ab with the median throughput of its trials.",
		)
	}
	return w.Sprintf(
		"Each row is the call of ab with the median throughput of its rounds.",
	)
}
