package report

import (
	"labbook/internal/findings"
	"labbook/internal/locale"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// calibration compares the two generators. Its zero value is that of a run without a calibration.
type calibration struct {
	Lead  string // which generators they are, and how they were compared
	Says  string // the finding
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
	t := table{
		Caption: w.Sprintf("The embedded ab against the installed one"),
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
		),
	}
	for _, c := range a.Calibration {
		t.Rows = append(t.Rows, calibrationRow(w, c))
	}
	return t
}

func calibrationRow(w *locale.Printer, c stats.Calibrated) []string {
	rate := func(s stats.Summary) string {
		if s.N == 0 {
			return nothing
		}
		return w.Rate(s.Median)
	}
	ratio := func(c stats.Comparison) string {
		if c.N == 0 {
			return nothing
		}
		return w.Ratio(c.Ratio) + "×"
	}

	interval, finding := nothing, nothing
	if c.Throughput.HasInterval() {
		interval = w.Span(c.Throughput.Low, c.Throughput.High, w.Ratio)
	}
	if c.Agreement != stats.Unknown {
		finding = w.Sprintf(locale.Message(c.Agreement))
	}
	return []string{
		c.Cell.String(),
		rate(c.Installed.Throughput),
		rate(c.Embedded.Throughput),
		ratio(c.Throughput),
		interval,
		ratio(c.P50),
		rate(c.Installed.CPUPerRequest),
		rate(c.Embedded.CPUPerRequest),
		w.Sprintf("%d of %d", c.Throughput.N, c.Rounds),
		finding,
	}
}
