package chart

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// measure is one metric of a cell as charts show it.
type measure struct {
	name   string               // in the language of the report; "" where the chart's title says it
	unit   string               // in the language of the report
	column string               // head of the medians in the table; "": name and unit
	format func(float64) string // of a value
	scale  float64              // values are divided by it; 0: they are not
	mayLog bool                 // its axis may be logarithmic
	metric *stats.Metric

	// reference returns the measure's value in a row of a reference; 0: it is not known.
	reference func(spec.ReferencePoint) float64
}

func (s source) throughput() measure {
	return measure{
		unit: s.rateWords("requests per second", "good answers per second"),
		column: s.rateWords(
			"Requests per second, median", "Good answers per second, median"),
		format: s.Rate,
		metric: stats.Throughput,

		reference: func(p spec.ReferencePoint) float64 { return p.RequestsPerSecond },
	}
}

// rateWords returns one of two messages about throughput: where requests may fail, good answers
// alone are counted.
func (s source) rateWords(requests, good locale.Message, args ...any) string {
	if s.Goodput {
		return s.Sprintf(good, args...)
	}
	return s.Sprintf(requests, args...)
}

// percentile returns a percentile of the response time.
func (s source) percentile(
	name string, metric *stats.Metric, reference func(spec.ReferencePoint) float64,
) measure {
	return measure{
		name:      name,
		unit:      "ms",
		format:    s.Milliseconds,
		mayLog:    true,
		metric:    metric,
		reference: reference,
	}
}

func (s source) p50() measure {
	return s.percentile("p50", stats.P50, func(p spec.ReferencePoint) float64 { return p.P50MS })
}

func (s source) p90() measure {
	return s.percentile("p90", stats.P90, func(p spec.ReferencePoint) float64 { return p.P90MS })
}

func (s source) p99() measure {
	return s.percentile("p99", stats.P99, func(p spec.ReferencePoint) float64 { return p.P99MS })
}

// scaled returns a value in the measure's unit.
func (m measure) scaled(v float64) float64 {
	if m.scale > 0 {
		return v / m.scale
	}
	return v
}

// mark returns a cell's median at a place, or a gap where there is none.
func (m measure) mark(cell stats.Cell, at float64) mark {
	v := cell.Of(m.metric)
	if cell.State == stats.Invalid || v.N == 0 {
		return mark{
			at:      at,
			kind:    gap,
			level:   cell.Level,
			invalid: cell.State == stats.Invalid && !cell.Unknown,
		}
	}
	median := markAt(at, m.scaled(v.Median))
	median.level = cell.Level
	median.hollow = cell.State == stats.Suspect
	if v.HasInterval() {
		median.low, median.high = m.scaled(v.Low), m.scaled(v.High)
	}
	return median
}

// serverLines returns a line for each server, without marks.
func (s source) serverLines() []line {
	lines := make([]line, len(s.Servers))
	for i, name := range s.Servers {
		lines[i] = line{style: lineStyle{index: i}, name: name, joined: true}
	}
	return lines
}

// levelLines returns the medians of every server at the places of their levels.
func (s source) levelLines(place func(plan.Level) float64, m measure) []line {
	lines := s.serverLines()
	for i := range lines {
		for _, cell := range s.CellsOf(lines[i].name) {
			lines[i].marks = append(lines[i].marks, m.mark(cell, place(cell.Level)))
		}
	}
	return lines
}

// trialHover returns what a pointer shows of a trial.
func (s source) trialHover(line string, c stats.Cell, round int, m measure, v float64) string {
	return s.Sprintf("%s, %v, round %d: %s %s", line, c.Level, round, m.format(v), m.unit)
}

// table sets the chart's table: a row for each cell with the median of each measure, its interval
// and the number of trials behind it, whose column has the name count.
func (c *Chart) table(s source, count locale.Message, measures ...measure) {
	c.Columns = s.Strings("Server", "Level")
	for _, m := range measures {
		column := m.column
		if column == "" {
			column = s.Sprintf("%s (%s), median", m.name, m.unit)
		}
		c.Columns = append(c.Columns, column, s.Sprintf("Interval"), s.Sprintf(count))
	}

	for _, cell := range s.Cells {
		row := []string{cell.Server, cell.Level.String()}
		for _, m := range measures {
			row = append(row, s.tableCells(cell, m)...)
		}
		c.Rows = append(c.Rows, row)
	}
}

// tableCells returns the median, its interval and the number of trials.
func (s source) tableCells(cell stats.Cell, m measure) []string {
	format := func(v float64) string { return m.format(m.scaled(v)) }
	v, median, interval := cell.Of(m.metric), "–", "–"
	if cell.State == stats.Invalid && !cell.Unknown {
		median = s.Sprintf(locale.Message(stats.Invalid))
	} else if v.N > 0 {
		median = format(v.Median)
		if v.HasInterval() {
			interval = s.Range(v.Low, v.High, format)
		}
	}
	return []string{median, interval, fmt.Sprint(v.N)}
}

// lineSpans returns the minimum and the maximum of each measured line as a sentence.
func (s source) lineSpans(lines []line, m measure) string {
	var spans []string
	for _, l := range lines {
		if low, high, ok := l.span(); ok && !l.style.reference {
			spans = append(spans, l.name+": "+s.Span(low, high, m.format)+" "+m.unit)
		}
	}
	return strings.Join(spans, "; ") + "."
}
