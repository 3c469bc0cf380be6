package report

import (
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// calibration compares the two generators. Its zero value is that of a run without a calibration.
type calibration struct {
	Lead   string // which generators they are, and how they were compared
	Says   string // the finding
	Tables []table
}

func newCalibration(w *locale.Printer, rec *record.Record, a *stats.Analysis) calibration {
	if len(a.Calibration) == 0 {
		return calibration{}
	}
	installed, embedded := rec.Generator, *rec.Calibration
	if installed.Name == record.EmbeddedAB {
		installed, embedded = embedded, installed
	}
	return calibration{
		Lead: w.Sprintf(
			"Every round measured every server at every level with %s and with the embedded "+
				"%s, in random order. A ratio is the embedded one's figure divided by ab's, "+
				"paired by round.",
			installed.String(),
			embedded.String(),
		),
		Says:   findings.Calibration(w, rec, a),
		Tables: calibrationTables(w, a),
	}
}

// calibrationTables compares the generators, a table per server.
func calibrationTables(w *locale.Printer, a *stats.Analysis) []table {
	var tables []table
	for _, server := range a.Servers {
		t := table{
			Caption: w.Sprintf("The embedded ab against the installed one, on %s", server),
			Wording: true,
			Columns: append([]string{levelHead(w, a.Levels)}, w.Strings(
				"ab (#/s)",
				"Embedded (#/s)",
				"Ratio",
				"Ratio of the p50",
				"Generator's CPU per request (µs)",
				"Finding",
			)...),
		}
		for _, c := range a.Calibration {
			if c.Cell.Server == server {
				t.Rows = append(t.Rows, calibrationRow(w, c))
			}
		}
		if len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

func calibrationRow(w *locale.Printer, c stats.Calibrated) []cell {
	median := func(s stats.Summary, format func(float64) string) string {
		if s.N == 0 {
			return nothing
		}
		return format(s.Median)
	}
	ratio := func(c stats.Comparison) cell {
		if c.N == 0 {
			return cell{Text: nothing}
		}
		return cell{Text: w.Times(c.Ratio) + "×", Under: ratioInterval(w, c)}
	}

	cpu := cell{Text: nothing}
	if c.Installed.CPUPerRequest.N+c.Embedded.CPUPerRequest.N > 0 {
		cpu.Text = w.Sprintf("ab %s", median(c.Installed.CPUPerRequest, w.Microseconds))
		cpu.Under = []string{
			w.Sprintf("embedded %s", median(c.Embedded.CPUPerRequest, w.Microseconds)),
		}
	}
	finding := nothing
	if c.Agreement != stats.Unknown {
		finding = w.Sprintf(locale.Message(c.Agreement))
	}
	return []cell{
		{Text: levelValue(w, c.Cell.Level)},
		{Text: median(c.Installed.Throughput, w.Rate)},
		{Text: median(c.Embedded.Throughput, w.Rate)},
		ratio(c.Throughput),
		ratio(c.P50),
		cpu,
		{Text: finding, Under: []string{w.Sprintf("%d of %d rounds", c.Throughput.N, c.Rounds)}},
	}
}
