package chart

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// shownPercentiles are those that have a marker, a label and a column.
var shownPercentiles = []int{50, 90, 99, 100}

// distribution draws the percentiles of the response time, a panel for each level: of each
// percentile the median over the valid trials.
func distribution(c *Chart, s source) error {
	load := s.loadWords()
	c.Title = s.Sprintf("Distribution of latency, %s", load.loop)
	c.Columns, c.Rows = s.distributionTable()

	var all []line
	for _, cell := range s.Cells {
		if distributionKnown(cell) {
			p := cell.MedianPercentiles
			m := mark{value: p[0], low: slices.Min(p), high: slices.Max(p)}
			all = append(all, line{marks: []mark{m}})
		}
	}
	low, high, err := extent(all)
	if err != nil {
		return err
	}
	y := s.valueAxis(low, high, true)
	x := s.percentileScale(y)
	for _, level := range s.Levels {
		picture, err := s.distributionPicture(x, y, level)
		if err != nil {
			return err
		}
		c.Panels = append(c.Panels, Panel{Title: s.levelText(level), picture: picture})
	}
	c.Keys = severalKeys(s.serverLines())

	c.Description = s.Sprintf("How latency is distributed in %s, a panel for each %s: of each "+
		"percentile the median over the valid trials. The axis gives as much room to the slowest "+
		"1%% of the requests as to the rest. It ends at the maximum.",
		load.aLoop, load.level)
	if s.requestsDiffer() {
		c.Description += " " + s.Sprintf("The number of requests differs from line to line, so "+
			"the lines end at different places.")
	}
	return nil
}

// distributionPicture draws the percentiles at a level.
func (s source) distributionPicture(
	x percentileScale, y axis, level plan.Level,
) (scene, error) {
	g := graph{
		room: panelRoom(),
		x:    x.valueScale.axis(x.ticks),
		y:    y,
		unit: "ms",
		mark: 3.2,
	}
	g.bottom -= lineRoom
	picture := panelScene(g.room)
	g.lines = s.serverLines()
	for i := range g.lines {
		cell := s.Cell(plan.Cell{Server: g.lines[i].name, Level: level})
		if distributionKnown(*cell) {
			g.lines[i].marks = x.marks(*cell)
			g.lines[i].marks = thinned(g.lines[i].marks, func(m mark) point {
				from, to := y.place(y.low), y.place(y.high)
				return point{m.at, (y.place(m.value) - from) / (to - from) * panelHeight}
			})
		}
	}
	_, err := g.draw(&picture)
	return picture, err
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

// percentileScale is an x axis that places the share q of the requests at log(1 ÷ (1 − q)). So the
// last hundredth has as much room as all before it.
type percentileScale struct {
	valueScale
	requests int // of the largest trial; the axis ends at the longest of them
	ticks    plot.ConstantTicks
}

func (s source) percentileScale(y axis) percentileScale {
	var x percentileScale
	for _, cell := range s.Cells {
		x.requests = max(x.requests, cell.Requests)
	}
	x.valueScale = newValueScale(panelSize, y, percentilePlace(100, x.requests))
	x.right = 2 * minRight
	for _, p := range shownPercentiles {
		label := fmt.Sprintf("p%d", p)
		if p == 100 {
			label = s.Sprintf("maximum")
		}
		at := percentilePlace(p, x.requests)
		if n := len(x.ticks); n == 0 || at-x.ticks[n-1].Value > 0.3 {
			x.ticks = append(x.ticks, plot.Tick{Value: at, Label: label})
		}
	}
	return x
}

// minRight is the room for half of the last label of an x axis, in pixels.
const minRight = 14

// percentilePlace returns the place of a percentile of so many requests. The longest of n is at
// q = 1 − 1 ÷ n.
func percentilePlace(p, requests int) float64 {
	if p == 100 {
		return math.Log10(float64(max(requests, 100)))
	}
	return -math.Log10(1 - float64(p)/100)
}

// marks returns a cell's percentiles, with a marker at those that are shown.
func (x percentileScale) marks(cell stats.Cell) []mark {
	marks := make([]mark, len(cell.MedianPercentiles))
	for p, v := range cell.MedianPercentiles {
		marks[p] = markAt(x.place(percentilePlace(p, cell.Requests)), v)
		if !slices.Contains(shownPercentiles, p) {
			marks[p].kind = bend
		}
	}
	return marks
}

// thinned returns marks without those bends of their line that are too small to be seen. The places
// are in pixels.
func thinned(marks []mark, place func(mark) point) []mark {
	const visible = 0.3
	if len(marks) < 3 {
		return marks
	}
	first, last := place(marks[0]), place(marks[len(marks)-1])
	length := math.Hypot(last.x-first.x, last.y-first.y)
	farthest, at := -1.0, 0
	for i := 1; i < len(marks)-1; i++ {
		p := place(marks[i])
		distance := math.Hypot(p.x-first.x, p.y-first.y)
		if length > 0 {
			distance = math.Abs((last.x-first.x)*(p.y-first.y)-(p.x-first.x)*(last.y-first.y)) /
				length
		}
		if marks[i].kind == dot {
			distance += visible
		}
		if distance > farthest {
			farthest, at = distance, i
		}
	}
	if farthest < visible {
		return []mark{marks[0], marks[len(marks)-1]}
	}
	head := thinned(marks[:at+1], place)
	return append(head[:len(head)-1:len(head)-1], thinned(marks[at:], place)...)
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
		{s.Sprintf("Maximum (ms)"), percentile(100)},
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
	return append(columns, s.Sprintf("Valid trials")), rows
}
