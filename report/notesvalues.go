package report

import (
	"strconv"

	"labbook/internal/findings"
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// metric is a number of a cell that notes may quote, by the name of its column in summary.csv.
type metric struct {
	name string
	of   func(stats.Cell) (text string, known bool)
}

// metrics are those of summary.csv that are numbers of a cell.
func metrics(w *locale.Printer) []metric {
	type text = func(stats.Cell) (string, bool)
	summary := func(of func(stats.Cell) stats.Summary, format func(float64) string) text {
		return func(c stats.Cell) (string, bool) { s := of(c); return format(s.Median), s.N > 0 }
	}
	throughput := func(c stats.Cell) stats.Summary { return c.Of(stats.Throughput) }
	places := func(n int) func(float64) string { return func(x float64) string { return w.Fixed(x, n) } }
	count := func(of func(stats.Cell) int) text {
		return func(c stats.Cell) (string, bool) { return w.Integer(of(c)), true }
	}
	return []metric{
		{"requests_per_second", summary(throughput, w.Rate)},
		{"requests_per_second_low", func(c stats.Cell) (string, bool) {
			return w.Rate(c.Of(stats.Throughput).Low), c.Of(stats.Throughput).HasInterval()
		}},
		{"requests_per_second_high", func(c stats.Cell) (string, bool) {
			return w.Rate(c.Of(stats.Throughput).High), c.Of(stats.Throughput).HasInterval()
		}},
		{"p50_ms", summary(func(c stats.Cell) stats.Summary { return c.Of(stats.P50) }, places(3))},
		{"p90_ms", summary(func(c stats.Cell) stats.Summary { return c.Of(stats.P90) }, places(3))},
		{"p99_ms", summary(func(c stats.Cell) stats.Summary { return c.Of(stats.P99) }, places(3))},
		{"mean_ms", summary(func(c stats.Cell) stats.Summary { return c.Of(stats.MeanTime) }, places(3))},
		{
			"occupancy",
			summary(func(c stats.Cell) stats.Summary { return c.Of(stats.Occupancy) }, places(2)),
		},
		{
			"generator_share",
			summary(
				func(c stats.Cell) stats.Summary { return c.Of(stats.GeneratorShare) },
				places(2),
			),
		},
		{"rounds", count(stats.Cell.Clean)},
		{"failed", count(func(c stats.Cell) int { return c.Failed })},
		{"non_2xx", count(func(c stats.Cell) int { return c.Non2xx })},
		{"unsent", count(func(c stats.Cell) int { return c.Unsent })},
	}
}

func metricNames() []string {
	var names []string
	for _, m := range metrics(nil) {
		names = append(names, m.name)
	}
	return names
}

// cell returns the cell that two checked arguments of a directive name.
func (p *page) cell(server, level string) plan.Cell {
	value, _ := strconv.Atoi(level) // it is one of the experiment's levels
	kind := p.analysis.Levels[0].Kind
	return plan.Cell{Server: server, Level: plan.Level{Kind: kind, Value: value}}
}

// value returns one number of a cell as the report writes it: the median over its clean trials, or
// a count. An invalid cell has counts and nothing else.
func (p *page) value(of plan.Cell, name string) string {
	cell := p.analysis.Cell(of)
	for _, m := range metrics(p.Printer) {
		if m.name != name {
			continue
		}
		text, known := m.of(*cell)
		switch {
		case cell.State == stats.Invalid && !isCount(name):
			return p.Sprintf("(no value: the cell is invalid)")
		case !known:
			return p.Sprintf("(no value)")
		}
		return text
	}
	return nothing
}

func isCount(name string) bool {
	switch name {
	case "rounds", "failed", "non_2xx", "unsent":
		return true
	}
	return false
}

// ratio returns a server's throughput as a ratio to the baseline's, with its interval.
func (p *page) ratio(of plan.Cell) string {
	c := p.analysis.Comparison(of)
	if c == nil {
		return p.Sprintf("(no ratio: a cell is invalid)")
	}
	return findings.AsLimit(p.Printer, *c, findings.Ratio(p.Printer, *c))
}
