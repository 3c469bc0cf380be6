package report

import (
	"strconv"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// quotable is a number of a cell that notes may quote, by the name of its column in summary.csv.
type quotable struct {
	name    string
	isCount bool // counts are known of invalid cells, too
	text    func(*locale.Printer, stats.Cell) (text string, ok bool)
}

// quotables returns all numbers that notes may quote.
func quotables() []quotable {
	var all []quotable
	for _, m := range stats.Metrics {
		if m.Column == "" {
			continue
		}
		all = append(all, median(m))
		if m == stats.Throughput {
			all = append(all,
				bound(m.Column+"_low", func(s stats.Summary) float64 { return s.Low }),
				bound(m.Column+"_high", func(s stats.Summary) float64 { return s.High }),
			)
		}
	}
	return append(all,
		count("rounds", stats.Cell.Clean),
		count("failed", func(c stats.Cell) int { return c.Failed }),
		count("non_2xx", func(c stats.Cell) int { return c.Non2xx }),
		count("unsent", func(c stats.Cell) int { return c.Unsent }),
	)
}

func median(m *stats.Metric) quotable {
	text := func(w *locale.Printer, c stats.Cell) (string, bool) {
		s := c.Of(m)
		if m == stats.MeanTime && !c.OneMean() {
			return meanSpan(w, c), s.N > 0
		}
		return formatValue(w, m, s.Median), s.N > 0
	}
	return quotable{name: m.Column, text: text}
}

// bound is a bound of the throughput's confidence interval.
func bound(name string, of func(stats.Summary) float64) quotable {
	text := func(w *locale.Printer, c stats.Cell) (string, bool) {
		s := c.Of(stats.Throughput)
		return formatValue(w, stats.Throughput, of(s)), s.HasInterval()
	}
	return quotable{name: name, text: text}
}

func count(name string, of func(stats.Cell) int) quotable {
	text := func(w *locale.Printer, c stats.Cell) (string, bool) { return w.Integer(of(c)), true }
	return quotable{name: name, isCount: true, text: text}
}

func quotableNames() []string {
	var names []string
	for _, q := range quotables() {
		names = append(names, q.name)
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
// a count. An invalid cell has only counts.
func (p *page) value(of plan.Cell, name string) string {
	cell := p.analysis.Cell(of)
	for _, q := range quotables() {
		if q.name != name {
			continue
		}
		text, ok := q.text(p.Printer, *cell)
		switch {
		case cell.State == stats.Invalid && !q.isCount:
			return p.Sprintf("(no value: the data are invalid)")
		case !ok:
			return p.Sprintf("(no value)")
		}
		return text
	}
	return nothing
}

// ratio returns a server's throughput as a ratio to the baseline's, with its interval.
func (p *page) ratio(of plan.Cell) string {
	c := p.analysis.Comparison(of)
	if c == nil {
		return p.Sprintf("(no ratio: some of the data are invalid)")
	}
	return findings.AsLimit(p.Printer, *c, findings.Ratio(p.Printer, *c))
}
