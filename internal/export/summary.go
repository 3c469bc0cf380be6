package export

import (
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// row is what a row of summary.csv is about.
type row struct {
	experiment *spec.Experiment
	server     spec.Server
	cell       stats.Cell
}

// column is one column of summary.csv.
type column struct {
	name  string
	value func(row) string // "": not known, or not measured in this kind of loop
}

// columns are those of summary.csv, in its order. New ones come at the end, so that programs that
// count columns keep working.
var columns = []column{
	{"server", func(r row) string { return quoteFormula(r.server.Name) }},
	{"address", func(r row) string { return r.server.Address }},
	{"model", func(r row) string { return r.server.Model }},
	{"concurrency", connections},
	{"rounds", func(r row) string { return strconv.Itoa(r.cell.Clean()) }},
	{"state", func(r row) string { return string(r.cell.State) }},
	median(stats.Throughput),
	{"requests_per_second_low", bound(lowEnd)},
	{"requests_per_second_high", bound(highEnd)},
	median(stats.P50),
	median(stats.P90),
	median(stats.P99),
	{"complete", complete},
	{"failed", func(r row) string { return strconv.Itoa(r.cell.Failed) }},
	{"non_2xx", func(r row) string { return strconv.Itoa(r.cell.Non2xx) }},
	{"total_transferred_bytes", transferred},
	{"rate", rate},
	{"unsent", inOpenLoop(func(c stats.Cell) int { return c.Unsent })},
	median(stats.MeanTime),
	median(stats.Occupancy),
	median(stats.GeneratorShare),
	median(stats.P95),
	median(stats.P999),
	median(stats.MeanAtMost),
}

// machineColumns are at the end where the spec names machines.
var machineColumns = []column{
	{"machine", func(r row) string { return r.server.On }},
	{"generators", func(r row) string { return strconv.Itoa(max(1, len(r.cell.Generators()))) }},
	{"overlap", func(r row) string {
		overlap, ok := r.cell.Overlap()
		if !ok {
			return ""
		}
		return fixed(overlap, 3)
	}},
}

// Summary returns summary.csv, a row per cell. Where a capacity was looked for, there is a row for
// it, whose requests_per_second are the capacity, and one for each rate; the column kind tells them
// apart. The numbers are medians over its clean trials, empty where there is
// none. rounds counts the clean trials; complete and total_transferred_bytes are those of the trial
// in the table; failed, non_2xx and unsent are sums over all trials, so that none is hidden. In an
// open loop concurrency is the maximum number of connections; in a closed loop rate and unsent are
// empty. Where requests may fail, rates and response times are those of good answers, and a column
// is the share of them. Where it is known how late requests were sent, the last columns tell.
func Summary(rec *record.Record, a *stats.Analysis) ([]byte, error) {
	columns := slices.Clone(columns)
	if a.Goodput { // then requests_per_second counts good answers alone
		share := median(stats.GoodShare)
		share.name = stats.GoodShare.Key
		columns = append(columns, share)
	}
	if a.Objective != nil { // a row of a capacity, and rows of the rates that it is from
		kind := func(r row) string { return string(r.cell.Level.Kind) }
		columns = append(columns, column{"kind", kind})
	}
	if len(rec.Machines) > 0 {
		columns = append(columns, machineColumns...)
	}
	columns = append(columns, lateColumns(a)...)
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.name
	}
	rows := [][]string{header}
	for _, cell := range slices.Concat(a.Cells, a.Rates) {
		server, _ := rec.Experiment.Server(cell.Server)
		r := row{rec.Experiment, server, cell}
		fields := make([]string, len(columns))
		for i, c := range columns {
			fields[i] = c.value(r)
		}
		rows = append(rows, fields)
	}

	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing summary.csv: %w", err)
	}
	return []byte(b.String()), nil
}

// lateColumns are there only if it is known of a cell how late its requests were sent.
func lateColumns(a *stats.Analysis) []column {
	var columns []column
	for _, m := range []*stats.Metric{stats.LateP50, stats.LateP99} {
		known := func(c stats.Cell) bool { return c.Of(m).N > 0 }
		if slices.ContainsFunc(a.Cells, known) || slices.ContainsFunc(a.Rates, known) {
			late := median(m)
			late.name = m.Key
			columns = append(columns, late)
		}
	}
	return columns
}

// median is the column of a metric.
func median(m *stats.Metric) column {
	return column{m.Column, func(r row) string {
		s := r.cell.Of(m)
		if s.N == 0 {
			return ""
		}
		return fixed(s.Median, m.Decimals)
	}}
}

// lowEnd and highEnd return the ends of an interval; NaN if it has none on that side.
func lowEnd(s stats.Summary) float64 {
	if s.OpenLow {
		return math.NaN()
	}
	return s.Low
}

func highEnd(s stats.Summary) float64 {
	if s.OpenHigh {
		return math.NaN()
	}
	return s.High
}

// bound is a bound of the throughput's confidence interval.
func bound(of func(stats.Summary) float64) func(row) string {
	return func(r row) string {
		s := r.cell.Of(stats.Throughput)
		if !s.HasInterval() || math.IsNaN(of(s)) {
			return ""
		}
		return fixed(of(s), stats.Throughput.Decimals)
	}
}

// inOpenLoop is a number that only an open loop has.
func inOpenLoop(of func(stats.Cell) int) func(row) string {
	return func(r row) string {
		if !r.experiment.Load.OpenLoop() {
			return ""
		}
		return strconv.Itoa(of(r.cell))
	}
}

// rate is the arrival rate of an open loop. Of a capacity, that is the number itself.
func rate(r row) string {
	if r.cell.Level.Kind == plan.Capacity {
		return ""
	}
	return inOpenLoop(func(c stats.Cell) int { return c.Level.Value })(r)
}

func connections(r row) string {
	return strconv.Itoa(plan.Connections(r.experiment, r.cell.Level))
}

func complete(r row) string {
	if r.cell.Representative == nil {
		return ""
	}
	return strconv.Itoa(r.cell.Representative.Measurement().Complete)
}

func transferred(r row) string {
	if r.cell.Representative == nil {
		return ""
	}
	n := r.cell.Representative.Measurement().TotalTransferred
	if n == 0 && r.cell.Representative.Imported != nil {
		return "" // the text has lost the line
	}
	return strconv.FormatInt(n, 10)
}

// quoteFormula keeps a spreadsheet from running a name as a formula: such a name gets an apostrophe
// before it. So does a name that looks as if it had got one already, so that two names never become
// the same.
func quoteFormula(name string) string {
	const formula = "=+-@＝＋－＠" // what begins a formula, in both widths
	ignored := func(r rune) bool { return r == '\'' || unicode.IsSpace(r) }
	bare := strings.TrimLeftFunc(name, ignored)
	first, size := utf8.DecodeRuneInString(bare)
	if size > 0 && strings.ContainsRune(formula, first) {
		return "'" + name
	}
	return name
}
