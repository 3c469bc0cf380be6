package chart

import (
	"fmt"

	"labbook/internal/stats"
)

// calibration draws the ratio of the two generators' throughputs in each cell, with its interval.
func calibration(c *Chart, s source) error {
	c.Title = s.Sprintf("The embedded ab against the installed one")
	c.Columns = s.Strings("Server", "Level", "Ratio", "Interval", "Rounds")
	x, lines := s.levelAxis(), s.serverLines()
	for i := range lines {
		for _, cell := range s.Calibration {
			if cell.Server == lines[i].name {
				m := ratioMark(x.place(cell.Level), cell.Throughput)
				m.dodge = x.dodge(i)
				m.level = cell.Level
				lines[i].marks = append(lines[i].marks, m)
			}
		}
	}
	for _, cell := range s.Calibration {
		c.Rows = append(c.Rows, s.calibrationRow(cell))
	}
	same := line{style: guide, name: s.Sprintf("no difference"), joined: true}
	same.marks = []mark{markAt(0, 1), markAt(axisWidth, 1)}
	same.marks[0].kind, same.marks[1].kind = bend, bend
	lines = append(lines, same)

	low, high, err := extent(lines)
	if err != nil {
		return err
	}
	reach := ratioReach(low, high)
	y := newRatioAxis(s.Printer, 1/reach, reach)
	c.Description = s.Sprintf("How many times as many requests per second the embedded ab "+
		"measured as the installed one, in each cell: each bar is the interval of a ratio. Where "+
		"it crosses the thin dashed line, no difference was found.") + " " +
		s.lineSpans(lines, measure{unit: s.Sprintf("times"), format: s.Times})
	return c.draw(alone(panel{
		form:  largeForm(x.markerRadius()),
		x:     x.axis(),
		y:     y.named(s.Printer, s.Sprintf("requests per second, embedded ÷ ab")),
		lines: lines,
	}))
}

// ratioMark returns a ratio at a place, or a gap where there is none.
func ratioMark(at float64, c stats.Comparison) mark {
	m := markAt(at, c.Ratio)
	if c.HasInterval() {
		m.low, m.high = c.Low, c.High
	}
	if c.N == 0 {
		m.kind = gap
	}
	return m
}

func (s source) calibrationRow(c stats.Calibrated) []string {
	row := []string{c.Server, c.Level.String(), "–", "–", fmt.Sprint(c.Throughput.N)}
	if c.Throughput.N > 0 {
		row[2] = s.Times(c.Throughput.Ratio)
	}
	if c.Throughput.HasInterval() {
		row[3] = s.Range(c.Throughput.Low, c.Throughput.High, s.Times)
	}
	return row
}
