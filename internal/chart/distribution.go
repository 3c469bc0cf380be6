package chart

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"

	"labbook/internal/plan"
	"labbook/internal/stats"
)

// shownPercentiles are those that have a marker, a label and a column.
var shownPercentiles = []int{50, 90, 99, 100}

// Distribution draws the response times of the typical trial from the shortest to the longest, a
// panel a level. The x axis is log(1 ÷ (1 − q)), so that as much room goes to the last hundredth as
// to those before it. It ends at the longest of so many requests.
func Distribution(a Source, requests int) Chart {
	load := loadOf(a)
	m := multiples{name: "distribution", printer: a.Printer,
		title: a.Sprintf("Distribution of the response time, %s", load.loop)}
	low, high, err := typicalExtent(a)
	m.keys, m.err = serverKeys(a), err
	y := newValueAxis(a.Printer, low, high, true)
	for _, level := range a.Levels {
		p := panel{
			title: level.String(),
			low:   0,
			high:  percentilePlace(100, requests) * 1.02,
			ticks: percentileTicks(a, requests),
			y:     y,
		}
		for style, server := range a.Servers {
			cell := a.Cell(plan.Cell{Server: server, Level: level})
			if cell.State != stats.Invalid && len(cell.MedianPercentiles) > 0 {
				p.lines = append(p.lines, distributionLine(a, style, *cell, requests))
			}
		}
		m.panels = append(m.panels, p)
	}
	m.labelLeft(a.Sprintf("response time in ms"))
	c := m.chart(
		a.Sprintf("How the response times of %s are distributed, a panel for each %s: of each "+
			"percentile the median over the clean trials. The axis gives as much room to the slowest hundredth of "+
			"the requests as to the rest; its end is the longest of all.", load.aLoop, load.level),
	)
	c.Columns = a.Strings(
		"Server",
		"Level",
		"p50 (ms)",
		"p90 (ms)",
		"p99 (ms)",
		"Longest (ms)",
		"Clean trials",
	)
	c.Rows = distributionRows(a)
	return c
}

// typicalExtent gives the shortest and the longest time of all distributions that are drawn.
func typicalExtent(a Source) (low, high float64, err error) {
	low, high, err = math.Inf(1), math.Inf(-1), errNothing
	for _, cell := range a.Cells {
		if cell.State == stats.Invalid || len(cell.MedianPercentiles) == 0 {
			continue
		}
		for _, v := range cell.MedianPercentiles {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, 0, errInfinite
			}
			low, high, err = min(low, v), max(high, v), nil
		}
	}
	return low, high, err
}

// percentilePlace gives the place of a percentile; the longest of n requests is where the next
// would be.
func percentilePlace(percentile, requests int) float64 {
	if percentile == 100 {
		return math.Log10(float64(max(requests, 100)))
	}
	return -math.Log10(1 - float64(percentile)/100)
}

func percentileTicks(a Source, requests int) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, p := range shownPercentiles {
		label := fmt.Sprintf("p%d", p)
		if p == 100 {
			label = a.Sprintf("longest")
		}
		at := percentilePlace(p, requests)
		if n := len(ticks); n == 0 || at-ticks[n-1].Value > 0.3 {
			ticks = append(ticks, plot.Tick{Value: at, Label: label})
		}
	}
	return ticks
}

func distributionLine(a Source, style int, cell stats.Cell, requests int) line {
	l := line{series: series{label: cell.Server, style: style}, joined: true}
	for p, v := range cell.MedianPercentiles {
		at := mark{x: percentilePlace(p, requests), y: v, bend: true}
		for _, shown := range shownPercentiles {
			if p == shown {
				at.bend = false
				at.hover = a.Sprintf(
					"%s, p%d: %s ms, median of %d trials",
					cell.Cell,
					p,
					a.Milliseconds(v),
					cell.Clean(),
				)
			}
		}
		if p == 100 {
			at.hover = a.Sprintf(
				"%s, longest: %s ms, median of %d trials",
				cell.Cell,
				a.Milliseconds(v),
				cell.Clean(),
			)
		}
		l.marks = append(l.marks, at)
	}
	return l
}

func distributionRows(a Source) [][]string {
	var rows [][]string
	for _, cell := range a.Cells {
		row := []string{
			cell.Server,
			cell.Level.String(),
			"–",
			"–",
			"–",
			"–",
			fmt.Sprint(cell.Clean()),
		}
		if cell.State != stats.Invalid && len(cell.MedianPercentiles) > 0 {
			for i, p := range shownPercentiles {
				row[2+i] = a.Milliseconds(cell.MedianPercentiles[p])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// serverKeys names every server once.
func serverKeys(a Source) []series {
	keys := make([]series, len(a.Servers))
	for i, server := range a.Servers {
		keys[i] = series{label: server, style: i}
	}
	return keys
}
