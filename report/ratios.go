package report

import (
	"fmt"
	"strings"

	"labbook/internal/stats"
)

// measureNames are the columns of the ratios' table, in the order of stats.Measures.
var measureNames = []string{"p50", "p90", "p99", "Mean response time", "CPU a request", "Peak memory"}

// ratiosTable gives a server's ratios to the baseline by all that has no verdict. Without rows:
// there is none.
func ratiosTable(a *stats.Analysis, server string) table {
	t := table{Caption: fmt.Sprintf("%s against %s, all else: ratios with their intervals, without verdicts",
		server, a.Baseline), Columns: append([]string{"Level"}, measureNames...)}
	for _, r := range a.Ratios {
		if r.Server != server {
			continue
		}
		row := []string{r.Level.String()}
		for _, c := range r.Of {
			row = append(row, ratioAround(c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ratioAround gives a ratio with its interval, where there is one: "1.52× (1.31 to 1.70)". A line
// breaks before it rather than in it.
func ratioAround(c stats.Comparison) string {
	switch {
	case c.N == 0:
		return nothing
	case !c.HasInterval():
		return ratio(c.Ratio) + "×"
	}
	return fmt.Sprintf("%s× (%s\u00a0to\u00a0%s)", ratio(c.Ratio), ratio(c.Low), ratio(c.High))
}

// knees says from where on more clients bring a server no more, "" where that cannot be looked for.
func knees(a *stats.Analysis) string {
	var parts []string
	for _, k := range a.Knees {
		if k.Reached {
			parts = append(parts, fmt.Sprintf("%s gains less than 5 %% from %v to %v: %s",
				k.Server, k.Before, k.Level, ratioAround(k.Gain)))
		} else {
			parts = append(parts, fmt.Sprintf("%s has none at these levels", k.Server))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "The knee, from which on more clients surely bring less than 5 % more: " + strings.Join(parts, "; ") +
		"."
}
