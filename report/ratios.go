package report

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// ratioNames are the columns of the tables of ratios.
var ratioNames = map[*stats.Metric]locale.Message{
	stats.P50:           "p50",
	stats.P90:           "p90",
	stats.P99:           "p99",
	stats.MeanTime:      "Mean",
	stats.CPUPerRequest: "CPU time per request",
	stats.OwnMemory:     "Own memory",
	stats.PeakMemory:    "Peak memory",
}

// latencyRatios returns the tables of the ratios of latencies that have rows, one per compared
// server.
func latencyRatios(w *locale.Printer, a *stats.Analysis) []table {
	if a.Objective != nil {
		return nil // each server was asked at rates of its own
	}
	return ratiosTables(w, a, "Latency of %s relative to %s at each level",
		stats.P50, stats.P90, stats.P99, stats.MeanTime)
}

// resourceRatios returns the tables of the ratios of resources that have rows, one per compared
// server.
func resourceRatios(w *locale.Printer, a *stats.Analysis) []table {
	return ratiosTables(w, a, "Resources of %s relative to %s at each level",
		stats.CPUPerRequest, a.Memory())
}

// ratiosTables returns a table of the ratios of some metrics for each server that has any.
func ratiosTables(
	w *locale.Printer, a *stats.Analysis, caption locale.Message, metrics ...*stats.Metric,
) []table {
	var tables []table
	for _, server := range comparedOrControl(a) {
		if t := ratiosTable(w, a, server, metrics); len(t.Rows) > 0 {
			t.Caption = w.Sprintf(caption, server, a.Baseline)
			t.Fine = w.Sprintf("%s divided by %s. These are estimates with their %s confidence "+
				"intervals; only throughput is tested.", server, a.Baseline,
				w.Percentage(a.Confidence))
			tables = append(tables, t)
		}
	}
	return tables
}

// ratiosTable returns a server's ratios to the baseline by those of the metrics that are known of
// both. It has no rows if nothing is known.
func ratiosTable(
	w *locale.Printer, a *stats.Analysis, server string, metrics []*stats.Metric,
) table {
	t := table{Of: server, Columns: []string{levelHead(w, a.Levels)}}
	ratio := func(level plan.Level, m *stats.Metric) stats.Comparison {
		return a.Ratio(plan.Cell{Server: server, Level: level}, m)
	}
	shown := slices.DeleteFunc(slices.Clone(metrics), func(m *stats.Metric) bool {
		isKnown := func(level plan.Level) bool { return ratio(level, m).N > 0 }
		return !slices.ContainsFunc(a.Levels, isKnown)
	})
	if len(shown) == 0 {
		return t
	}
	for _, m := range shown {
		t.Columns = append(t.Columns, w.Sprintf(ratioNames[m]))
	}
	for _, level := range a.Levels {
		row := cellsOf(levelValue(w, level))
		for _, m := range shown {
			row = append(row, ratioCell(w, a, plan.Cell{Server: server, Level: level}, m))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ratioCell returns a ratio with its interval, or the bounds of a ratio of means.
func ratioCell(w *locale.Printer, a *stats.Analysis, place plan.Cell, m *stats.Metric) cell {
	least, most, apart := a.MeanRatios(place)
	if m == stats.MeanTime && apart {
		return cell{Text: w.Span(least.Ratio, most.Ratio, w.Times) + "×"}
	}
	c := a.Ratio(place, m)
	if c.N == 0 {
		return cell{Text: nothing}
	}
	return cell{Text: w.Times(c.Ratio) + "×", Under: ratioInterval(w, c)}
}

// ratioInterval returns the line with the interval of a ratio; none if it has no interval.
func ratioInterval(w *locale.Printer, c stats.Comparison) []string {
	if !c.HasInterval() {
		return nil
	}
	return []string{w.NoBreakRange(c.Low, c.High, w.Times)}
}
