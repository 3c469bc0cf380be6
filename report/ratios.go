package report

import (
	"labbook/internal/findings"
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
			row = append(row, findings.Ratio(w, c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
