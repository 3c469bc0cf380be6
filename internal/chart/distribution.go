package chart

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"labbook/internal/plan"
	"labbook/internal/stats"
)

// shownPercentiles are those that have a marker, a label and a column.
var shownPercentiles = []int{50, 90, 99, 100}

// distribution draws the percentiles of the response time, a panel for each level: of each
// percentile the median over the clean trials.
func distribution(c *Chart, s source) error {
	load := s.loadWords()
	c.Title = s.Sprintf("Distribution of the response time, %s", load.loop)
	c.Columns, c.Rows = s.distributionTable()

	x := s.percentileAxis()
	var panels []panel
	for _, level := range s.Levels {
		lines := s.serverLines()
		for i := range lines {
			cell := s.Cell(plan.Cell{Server: lines[i].name, Level: level})
			if distributionKnown(*cell) {
				lines[i].marks = s.percentileMarks(x, *cell)
			}
		}
		panels = append(panels, panel{
			form:  smallForm,
			title: level.String(),
			x:     x.axis,
			lines: lines,
		})
	}
	if err := s.shareAxis(panels, s.Sprintf("response time in ms")); err != nil {
		return err
	}

	c.Description = s.Sprintf("How the response times of %s are distributed, a panel for each "+
		"%s: of each percentile the median over the clean trials. The axis gives as much room to "+
		"the slowest hundredth of the requests as to the rest; its end is the longest of all.",
		load.aLoop, load.level)
	if s.requestsDiffer() {
		c.Description += " " + s.Sprintf("The number of requests differs from line to line, so "+
			"the lines end at different places.")
	}
	return c.draw(sideBySide(s.serverLines(), panels))
}

// requestsDiffer reports whether some trials have more requests than others.
func (s source) requestsDiffer() bool {
	return slices.ContainsFunc(s.Cells, func(c stats.Cell) bool {
		return c.Requests != s.Cells[0].Requests
	})
}

func distributionKnown(cell stats.Cell) bool {
	return cell.State != stats.Invalid && len(cell.MedianPercentiles) > 0
}

// percentileAxis is an x axis that places the share q of the requests at log(1 ÷ (1 − q)). So the
// last hundredth has as much room as all before it.
type percentileAxis struct {
	axis
	requests int // of the largest trial; the axis ends at the longest of them
}

func (s source) percentileAxis() percentileAxis {
	var x percentileAxis
	for _, cell := range s.Cells {
		x.requests = max(x.requests, cell.Requests)
	}
	x.high = x.percentile(100, x.requests) * 1.02
	for _, p := range shownPercentiles {
		label := fmt.Sprintf("p%d", p)
		if p == 100 {
			label = s.Sprintf("longest")
		}
		at := x.percentile(p, x.requests)
		if n := len(x.ticks); n == 0 || at-x.ticks[n-1].Value > 0.3 {
			x.ticks = append(x.ticks, plot.Tick{Value: at, Label: label})
		}
	}
	return x
}

// percentile returns the place of a percentile of so many requests. The longest of n is at
// q = 1 − 1 ÷ n.
func (percentileAxis) percentile(p, requests int) float64 {
	if p == 100 {
		return math.Log10(float64(max(requests, 100)))
	}
	return -math.Log10(1 - float64(p)/100)
}

func (s source) percentileMarks(x percentileAxis, cell stats.Cell) []mark {
	marks := make([]mark, len(cell.MedianPercentiles))
	for p, v := range cell.MedianPercentiles {
		marks[p] = markAt(x.percentile(p, cell.Requests), v)
		switch {
		case p == 100:
			marks[p].hover = s.Sprintf("%s, longest: %s ms, median of %d trials",
				cell.Cell, s.Milliseconds(v), cell.Clean())
		case slices.Contains(shownPercentiles, p):
			marks[p].hover = s.Sprintf("%s, p%d: %s ms, median of %d trials",
				cell.Cell, p, s.Milliseconds(v), cell.Clean())
		default:
			marks[p].kind = bend
		}
	}
	return marks
}

// distributionColumn is a column of the chart's numbers, which are times in milliseconds.
type distributionColumn struct {
	title string
	value func(stats.Cell) (ms float64, known bool)
}

// distributionTable returns the columns and rows of the chart's numbers. Those of p99.9 are there
// if it is known anywhere.
func (s source) distributionTable() (columns []string, rows [][]string) {
	percentile := func(p int) func(stats.Cell) (float64, bool) {
		return func(c stats.Cell) (float64, bool) {
			if !distributionKnown(c) {
				return 0, false
			}
			return c.MedianPercentiles[p], true
		}
	}
	p999 := func(c stats.Cell) (float64, bool) {
		summary := c.Of(stats.P999)
		return summary.Median, distributionKnown(c) && summary.N > 0
	}
	all := []distributionColumn{
		{s.Sprintf("p50 (ms)"), percentile(50)},
		{s.Sprintf("p90 (ms)"), percentile(90)},
		{s.Sprintf("p95 (ms)"), percentile(95)},
		{s.Sprintf("p99 (ms)"), percentile(99)},
		{s.Sprintf("p99.9 (ms)"), p999},
		{s.Sprintf("Longest (ms)"), percentile(100)},
	}
	if !slices.ContainsFunc(s.Cells, func(c stats.Cell) bool { _, ok := p999(c); return ok }) {
		all = slices.Delete(all, 4, 5)
	}

	columns = s.Strings("Server", "Level")
	for _, c := range all {
		columns = append(columns, c.title)
	}
	for _, cell := range s.Cells {
		row := []string{cell.Server, cell.Level.String()}
		for _, c := range all {
			text := "–"
			if ms, known := c.value(cell); known {
				text = s.Milliseconds(ms)
			}
			row = append(row, text)
		}
		rows = append(rows, append(row, fmt.Sprint(cell.Clean())))
	}
	return append(columns, s.Sprintf("Clean trials")), rows
}
