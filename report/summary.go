package report

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook/internal/plan"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// summaryColumns are the columns of summary.csv, in its order.
var summaryColumns = []string{
	"server",
	"address",
	"model",
	"concurrency",
	"rounds",
	"state",
	"requests_per_second",
	"requests_per_second_low",
	"requests_per_second_high",
	"p50_ms",
	"p90_ms",
	"p99_ms",
	"complete",
	"failed",
	"non_2xx",
	"total_transferred_bytes",
	"rate",
	"unsent",
	"mean_ms",
	"occupancy",
	"generator_share",
}

// summaryCSV gives a row a cell: medians over its clean trials, empty where there is none. rounds
// counts the clean trials; complete and total_transferred_bytes are those of the trial in the
// table; failed, non_2xx and unsent are summed over all trials, so that none can hide. In an open
// loop concurrency is the most connections; in a closed one rate and unsent are empty.
func summaryCSV(e *spec.Experiment, a *stats.Analysis) ([]byte, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{summaryColumns}
	for _, cell := range a.Cells {
		s, _ := e.Server(cell.Server)
		t := cell.Of(stats.Throughput)
		row := []string{
			cellText(s.Name),
			s.Address,
			s.Model,
			strconv.Itoa(plan.Connections(e, cell.Level)),
			strconv.Itoa(
				cell.Clean(),
			),
			string(cell.State),
			median(t, 2),
			"",
			"",
			median(cell.Of(stats.P50), 3),
			median(
				cell.Of(stats.P90),
				3,
			),
			median(cell.Of(stats.P99), 3),
			"",
			strconv.Itoa(cell.Failed),
			strconv.Itoa(cell.Non2xx),
			"",
			"",
			"",
			median(cell.Of(stats.MeanTime), 3),
			median(cell.Of(stats.Occupancy), 3),
			median(cell.Of(stats.GeneratorShare), 3),
		}
		if t.HasInterval() {
			row[7], row[8] = fixed(t.Low, 2), fixed(t.High, 2)
		}
		if cell.Table != nil {
			m := cell.Table.Measurement()
			row[12], row[15] = strconv.Itoa(m.Complete), strconv.FormatInt(m.TotalTransferred, 10)
		}
		if a.OpenLoop() {
			row[16], row[17] = strconv.Itoa(cell.Level.Value), strconv.Itoa(cell.Unsent)
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing summary.csv: %w", err)
	}
	return []byte(b.String()), nil
}

func median(s stats.Summary, places int) string {
	if s.N == 0 {
		return ""
	}
	return fixed(s.Median, places)
}

// formulas are the characters with which a spreadsheet takes a field for a formula, in both their
// widths.
const formulas = "=+-@＝＋－＠"

// cellText keeps a name from running as a formula in a spreadsheet: one that would gets an
// apostrophe before it. So does one that looks as if it had got one already, so that two names
// never become the same.
func cellText(name string) string {
	bare := strings.TrimLeftFunc(name, func(r rune) bool { return r == '\'' || unicode.IsSpace(r) })
	if first, size := utf8.DecodeRuneInString(bare); size > 0 &&
		strings.ContainsRune(formulas, first) {
		return "'" + name
	}
	return name
}
