package report

import (
	"slices"
	"strings"

	"labbook/internal/findings"
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// comparisonTables returns the tables of the comparisons: for every other server, and at the end
// for the control, one of verdicts; then the ranking of the servers. A single server has a table of
// its throughputs.
func comparisonTables(w *locale.Printer, a *stats.Analysis) []table {
	var tables []table
	if len(a.Compared()) == 0 {
		tables = append(tables, singleServerTable(w, a))
	}
	for _, server := range comparedOrControl(a) {
		tables = append(tables, comparisonTable(w, a, server))
	}
	if len(a.Rankings) > 0 {
		tables = append(tables, rankingTable(w, a))
	}
	return tables
}

// comparedOrControl returns the servers that are compared with the baseline, the control last.
func comparedOrControl(a *stats.Analysis) []string {
	servers := slices.Clone(a.Compared())
	if a.Control != "" {
		servers = append(servers, a.Control)
	}
	return servers
}

// ratiosTables returns the tables of ratios that have rows, one per compared server.
func ratiosTables(w *locale.Printer, a *stats.Analysis) []table {
	var tables []table
	for _, server := range comparedOrControl(a) {
		if t := ratiosTable(w, a, server); len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// runsTables returns the tables of runs that have rows, one per compared server, or one of a single
// server.
func runsTables(w *locale.Printer, a *stats.Analysis) []table {
	servers := comparedOrControl(a)
	if len(a.Compared()) == 0 {
		servers = append([]string{a.Baseline}, servers...)
	}
	var tables []table
	for _, server := range servers {
		if t := runsTable(w, a, server); len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// rateWords returns one of two messages about throughput: where requests may fail, good answers
// alone are counted.
func rateWords(a *stats.Analysis, requests, good locale.Message) locale.Message {
	if a.Goodput {
		return good
	}
	return requests
}

func singleServerTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf(rateWords(a, "Requests per second of %s",
			"Good answers per second of %s"), a.Baseline),
		Columns: w.Strings("Level", "Median", "Interval", "Clean trials", "State"),
	}
	for _, cell := range a.CellsOf(a.Baseline) {
		t.Rows = append(t.Rows, []string{
			cell.Level.String(),
			throughputOf(w, cell),
			intervalOf(w, cell, stats.Throughput),
			cleanOf(w, cell),
			w.Sprintf(locale.Message(cell.State)),
		})
	}
	return t
}

// comparisonTable compares a server with the baseline, a row per level.
func comparisonTable(w *locale.Printer, a *stats.Analysis, server string) table {
	t := table{
		Caption: w.Sprintf(rateWords(a, "%s against %s, requests per second",
			"%s against %s, good answers per second"), server, a.Baseline),
		Of: server,
		Columns: []string{
			w.Sprintf("Level"),
			a.Baseline,
			w.Sprintf("Interval"),
			server,
			w.Sprintf("Interval"),
			w.Sprintf("Ratio"),
			w.Sprintf("Interval of the ratio"),
			w.Sprintf("Verdict"),
			w.Sprintf("p, adjusted"),
			w.Sprintf("Direction by round"),
		},
	}
	if server == a.Control {
		t.Lead = w.Sprintf("The same server, measured a second time in every round (A/A test): " +
			"differences of this size are noise.")
	}
	for _, level := range a.Levels {
		base := *a.Cell(plan.Cell{Server: a.Baseline, Level: level})
		other := *a.Cell(plan.Cell{Server: server, Level: level})
		row := []string{
			level.String(),
			throughputOf(w, base),
			intervalOf(w, base, stats.Throughput),
			throughputOf(w, other),
			intervalOf(w, other, stats.Throughput),
		}
		c := a.Comparison(plan.Cell{Server: server, Level: level})
		t.Rows = append(t.Rows, append(row, comparisonCells(w, c)...))
	}
	if a.Imported { // there are no rounds, so there is no direction by round
		last := len(t.Columns) - 1
		t.Columns = t.Columns[:last]
		for i := range t.Rows {
			t.Rows[i] = t.Rows[i][:last]
		}
	}
	return t
}

// comparisonCells returns the columns of a comparison from the ratio on. c is nil if a cell is
// invalid.
func comparisonCells(w *locale.Printer, c *stats.Comparison) []string {
	if c == nil {
		return nothings(5)
	}
	interval, p := nothing, nothing
	if c.HasInterval() {
		interval = w.NoBreakRange(c.Low, c.High, w.Ratio)
	}
	if c.Tested() {
		p = w.Sprintf("%s (raw\u00a0%s)", w.PValue(c.Adjusted), w.PValue(c.P))
	}
	return []string{
		findings.AsLimit(w, *c, w.Ratio(c.Ratio)+"×"),
		interval,
		verdict(w, *c),
		p,
		direction(w, *c),
	}
}

// verdict returns the verdict of a comparison. For an inconclusive one it adds how many rounds or
// runs would probably be enough.
func verdict(w *locale.Printer, c stats.Comparison) string {
	word := locale.Message(c.Verdict)
	switch {
	case c.Verdict == stats.NoVerdict:
		return nothing
	case c.WithinControl:
		return w.Sprintf("%s (as the control)", word)
	case c.Dependent:
		return w.Sprintf("%s (dependent rounds)", word)
	case c.RoundsNeeded > 0:
		return w.Sprintf("%s (≈ %d rounds)", word, c.RoundsNeeded)
	case c.RunsNeeded > 0:
		return w.Sprintf("%s (≈ %d runs)", word, c.RunsNeeded)
	}
	return w.Sprintf(word)
}

// direction returns in how many rounds the server was the faster or the slower one. Where both
// throughputs are the arrival rate, neither was.
func direction(w *locale.Printer, c stats.Comparison) string {
	switch {
	case c.Verdict == stats.AtArrivalRate:
		return nothing
	case c.Above > c.Below:
		return w.Sprintf("faster in %d of %d", c.Above, c.N)
	case c.Above < c.Below:
		return w.Sprintf("slower in %d of %d", c.Below, c.N)
	}
	return w.Sprintf("faster in %d, slower in %d of %d", c.Above, c.Below, c.N)
}

// throughputOf returns the median throughput of a cell with what is wrong with the cell.
func throughputOf(w *locale.Printer, c stats.Cell) string {
	if c.Unknown {
		return nothing
	}
	if c.State == stats.Invalid {
		return w.Sprintf(locale.Message(stats.Invalid))
	}
	median := w.Rate(c.Of(stats.Throughput).Median)
	if c.State == stats.Suspect {
		return w.Sprintf("%s (suspect: %s)", median, whySuspect(w, c))
	}
	return median
}

// whySuspect returns in a few words why a cell is suspect. The codes are explained above the table.
func whySuspect(w *locale.Printer, c stats.Cell) string {
	var reasons []string
	if c.Clean() < c.Rounds {
		reasons = append(reasons, w.Sprintf("%s trials clean", cleanOf(w, c)))
	}
	for _, code := range c.Suspicions {
		reasons = append(reasons, string(code))
	}
	return strings.Join(reasons, ", ")
}

func cleanOf(w *locale.Printer, c stats.Cell) string {
	return w.Sprintf("%d of %d", c.Clean(), c.Rounds)
}

// measureNames are the columns of the table of ratios.
var measureNames = map[*stats.Metric]locale.Message{
	stats.P50:           "p50",
	stats.P90:           "p90",
	stats.P99:           "p99",
	stats.MeanTime:      "Mean response time",
	stats.CPUPerRequest: "CPU a request",
	stats.OwnMemory:     "Own memory",
	stats.PeakMemory:    "Peak memory",
}

// measures are those of stats.Measures that the table of ratios has: one for the memory.
func measures(a *stats.Analysis) []*stats.Metric {
	return slices.DeleteFunc(slices.Clone(stats.Measures), func(m *stats.Metric) bool {
		return (m == stats.OwnMemory || m == stats.PeakMemory) && m != a.Memory()
	})
}

// ratiosTable returns a server's ratios to the baseline by all metrics that have no verdict. It has
// no rows if nothing is known.
func ratiosTable(w *locale.Printer, a *stats.Analysis, server string) table {
	t := table{
		Caption: w.Sprintf("%s against %s, all else: ratios with their intervals, without verdicts",
			server, a.Baseline),
		Columns: w.Strings("Level"),
	}
	shown := measures(a)
	for _, m := range shown {
		t.Columns = append(t.Columns, w.Sprintf(measureNames[m]))
	}
	for _, r := range a.Ratios {
		if r.Server != server {
			continue
		}
		row := []string{r.Level.String()}
		for _, m := range shown {
			least, most, apart := a.MeanRatios(r.Cell)
			if m == stats.MeanTime && apart {
				row = append(row, w.Span(least.Ratio, most.Ratio, w.Ratio)+"×")
				continue
			}
			row = append(row, findings.Ratio(w, a.Ratio(r.Cell, m)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// rankingTable returns the order of the servers at each level, as far as it is known.
func rankingTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf("The servers in their order, as far as the intervals of their " +
			"medians part"),
		Words:   true,
		Columns: w.Strings("Level", "Fastest first"),
	}
	for _, r := range a.Rankings {
		groups := make([]string, len(r.Groups))
		for i, group := range r.Groups {
			groups[i] = w.List(group)
		}
		order := strings.Join(groups, w.Sprintf(", then "))
		if len(groups) == 1 {
			order = w.Sprintf("not known: no interval parts %s", order)
		}
		t.Rows = append(t.Rows, []string{r.Level.String(), order})
	}
	return t
}
