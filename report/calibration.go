package report

import (
	"labbook/internal/findings"
	"labbook/internal/locale"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// calibration is what the report says of the two instruments. Its zero value says nothing.
type calibration struct {
	Lead  string // which they are, and how they were compared
	Says  string // what came out
	Table table
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
			"Every round measured every cell with %s and with the embedded %s, in an order of "+
				"its own. A ratio is the embedded one's figure divided by ab's, paired by round.",
			installed.String(),
			embedded.String(),
		),
		Says:  findings.Calibration(w, rec, a),
		Table: calibrationTable(w, a),
	}
}

func calibrationTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{Caption: w.Sprintf("The embedded ab against the installed one"),
		Columns: w.Strings(
			"Server and level",
			"ab (#/sec)",
			"Embedded (#/sec)",
			"Ratio",
			"Interval of the ratio",
			"Ratio of the p50",
			"ab's own CPU a request (µs)",
			"The embedded one's (µs)",
			"Rounds",
			"Finding",
		)}
	for _, c := range a.Calibration {
		row := []string{
			c.Cell.String(),
			rateOf(w, c.Installed.Throughput),
			rateOf(w, c.Embedded.Throughput),
			nothing,
			nothing,
			nothing,
			rateOf(w, c.Installed.CPUPerRequest),
			rateOf(w, c.Embedded.CPUPerRequest),
			w.Sprintf("%d of %d", c.Throughput.N, c.Rounds),
			nothing,
		}
		if c.Throughput.N > 0 {
			row[3] = w.Ratio(c.Throughput.Ratio) + "×"
		}
		if c.Throughput.HasInterval() {
			row[4] = w.Span(c.Throughput.Low, c.Throughput.High, w.Ratio)
		}
		if c.P50.N > 0 {
			row[5] = w.Ratio(c.P50.Ratio) + "×"
		}
		if c.Agreement != stats.Unknown {
			row[9] = w.Sprintf(locale.Message(c.Agreement))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// rateOf gives a median with four digits, or nothing where there is none.
func rateOf(w *locale.Printer, s stats.Summary) string {
	if s.N == 0 {
		return nothing
	}
	return w.Rate(s.Median)
}
