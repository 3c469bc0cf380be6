package report

import (
	"strings"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// measureNames are the columns of the ratios' table, in the order of stats.Measures.
var measureNames = []locale.Message{
	"p50",
	"p90",
	"p99",
	"Mean response time",
	"CPU a request",
	"Peak memory",
}

// ratiosTable gives a server's ratios to the baseline by all that has no verdict. Without rows:
// there is none.
func ratiosTable(w *locale.Printer, a *stats.Analysis, server string) table {
	t := table{
		Caption: w.Sprintf("%s against %s, all else: ratios with their intervals, without verdicts",
			server, a.Baseline),
		Columns: append(w.Strings("Level"), w.Strings(measureNames...)...),
	}
	for _, r := range a.Ratios {
		if r.Server != server {
			continue
		}
		row := []string{r.Level.String()}
		for _, c := range r.Of {
			row = append(row, ratioAround(w, c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ratioAround gives a ratio with its interval, where there is one: "1.52× (1.31 to 1.70)". A line
// breaks before it rather than in it.
func ratioAround(w *locale.Printer, c stats.Comparison) string {
	switch {
	case c.N == 0:
		return nothing
	case !c.HasInterval():
		return w.Ratio(c.Ratio) + "×"
	}
	return w.Ratio(c.Ratio) + "× (" + w.NoBreakRange(c.Low, c.High, w.Ratio) + ")"
}

// knees says from where on more clients bring a server no more, "" where that cannot be looked for.
func knees(w *locale.Printer, a *stats.Analysis) string {
	var parts []string
	for _, k := range a.Knees {
		if k.Reached {
			parts = append(parts, w.Sprintf("%s gains less than %s from %v to %v: %s",
				k.Server, w.Percent(0.05, 0), k.Before, k.Level, ratioAround(w, k.Gain)))
		} else {
			parts = append(parts, w.Sprintf("%s has none at these levels", k.Server))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return w.Sprintf(
		"The knee, from which on more clients surely bring less than %s more: %s.",
		w.Percent(0.05, 0),
		strings.Join(parts, "; "),
	)
}
