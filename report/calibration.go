package report

import (
	"strings"

	"labbook/internal/locale"
	"labbook/internal/plan"
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
		Says:  Calibration(w, rec, a),
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

// Calibration says in plain text how the two instruments compare, "" where nothing was calibrated.
func Calibration(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	if len(a.Calibration) == 0 {
		return ""
	}
	by := map[stats.Agreement][]stats.Calibrated{}
	for _, c := range a.Calibration {
		by[c.Agreement] = append(by[c.Agreement], c)
	}
	judged := len(a.Calibration) - len(by[stats.Unknown])
	var said []string
	if judged == 0 {
		said = append(
			said,
			w.Sprintf(
				"There are too few rounds that both measured without a fault to say how the two compare.",
			),
		)
	} else {
		said = append(said, agreeing(w, by[stats.Agree], judged))
	}
	if cells := by[stats.EmbeddedHigher]; len(cells) > 0 {
		said = append(said, differing(w, cells, true))
	}
	if cells := by[stats.EmbeddedLower]; len(cells) > 0 {
		said = append(said, differing(w, cells, false))
	}
	if unknown := len(by[stats.Unknown]); unknown > 0 && judged > 0 {
		said = append(
			said,
			w.Sprintf("Too few rounds to say anything of %s.", cellCount(w, unknown)),
		)
	}
	own := w.Sprintf("All other numbers of this report are those of the installed ab alone.")
	if rec.Generator.Name == record.EmbeddedAB {
		own = w.Sprintf("All other numbers of this report are those of the embedded ab alone.")
	}
	return strings.Join(append(said, own), " ")
}

func cellCount(w *locale.Printer, n int) string { return w.Count(n, "1 cell", "%s cells") }

// agreeing says in how many cells the two agree, and how large a difference may still be.
func agreeing(w *locale.Printer, cells []stats.Calibrated, judged int) string {
	if len(cells) == 0 {
		return w.Sprintf("The two agree in none of %s.", cellCount(w, judged))
	}
	low, high := extent(cells, func(c stats.Calibrated) (float64, float64) {
		return c.Throughput.Low, c.Throughput.High
	})
	return w.Sprintf(
		"The two agree in %s of %s (no difference was found; the intervals of their ratios are "+
			"within %s).",
		w.Integer(len(cells)),
		cellCount(w, judged),
		w.Span(low, high, w.Ratio),
	)
}

// differing says where the embedded one measured more or less, and whether what the instruments
// cost explains it: the one that needs less CPU a request leaves more to the server.
func differing(w *locale.Printer, cells []stats.Calibrated, higher bool) string {
	var measured, unexplained, limit locale.Message = "The embedded one measured more at %s (%s times).",
		"Its own CPU a request was not lower in all of them, so what the generators cost does not explain it.",
		"Its own CPU a request was lower there (%s µs against %s µs), so ab itself was part of the limit."
	if !higher {
		measured, unexplained, limit = "The embedded one measured less at %s (%s times).",
			"Its own CPU a request was not higher in all of them, so what the generators cost does not explain it.",
			"Its own CPU a request was higher there (%s µs against %s µs), so the embedded one itself was part of "+
				"the limit."
	}
	low, high := extent(cells, func(c stats.Calibrated) (float64, float64) {
		return c.Throughput.Ratio, c.Throughput.Ratio
	})
	text := w.Sprintf(measured, places(w, cells), w.Span(low, high, w.Ratio))
	ours := func(c stats.Calibrated) float64 { return c.Embedded.CPUPerRequest.Median }
	theirs := func(c stats.Calibrated) float64 { return c.Installed.CPUPerRequest.Median }
	explained := true
	for _, c := range cells {
		if c.Embedded.CPUPerRequest.N == 0 || c.Installed.CPUPerRequest.N == 0 {
			return text
		}
		explained = explained && (higher && ours(c) < theirs(c) || !higher && ours(c) > theirs(c))
	}
	if !explained {
		return text + " " + w.Sprintf(unexplained)
	}
	return text + " " + w.Sprintf(limit, spanOf(w, cells, ours), spanOf(w, cells, theirs))
}

// spanOf gives the smallest and the greatest of a number of some cells.
func spanOf(w *locale.Printer, cells []stats.Calibrated, of func(stats.Calibrated) float64) string {
	low, high := extent(cells, func(c stats.Calibrated) (float64, float64) { return of(c), of(c) })
	return w.Span(low, high, w.Rate)
}

// places names cells, those of a server together: "A at c = 1 and 3; B at c = 5".
func places(w *locale.Printer, cells []stats.Calibrated) string {
	var parts []string
	for i := 0; i < len(cells); {
		server := cells[i].Server
		var at []plan.Level
		for ; i < len(cells) && cells[i].Server == server; i++ {
			at = append(at, cells[i].Level)
		}
		parts = append(parts, w.Sprintf("%s at %s", server, levels(w, at, nil)))
	}
	return strings.Join(parts, "; ")
}
