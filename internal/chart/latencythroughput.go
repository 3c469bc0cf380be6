package chart

import (
	"math"
	"slices"
)

// latencyThroughput draws latencies against the throughput at which they were measured, a panel for
// each server with the same axes. As a server approaches its limit, its lines turn upwards.
func latencyThroughput(c *Chart, s source) error {
	load, rate := s.loadWords(), s.throughput()
	c.Title = s.Sprintf("Latency against throughput, %s", load.loop)
	measures := []measure{s.p50(), s.p99()}
	c.table(s, "Valid trials", rate, measures[0], measures[1])

	value := func(v float64) float64 { return v }
	var lines []line
	for _, l := range s.serverLines() {
		for _, m := range measures {
			both := s.paired(l, rate, m, value)
			both.name += " " + m.name // the description tells p50 from p99
			lines = append(lines, both)
		}
	}
	low, high, err := extent(lines)
	if err != nil {
		return err
	}
	y := s.valueAxis(low, high, true)
	bottom := zeroAxis(s.Printer, rightmost(lines))
	for i, l := range s.serverLines() {
		x := newValueScale(panelSize, y, bottom.high)
		x.right = 34 // for the names of the lines
		picture, err := s.latencyPicture(l, x, y, bottom)
		if err != nil {
			return err
		}
		if lines[2*i].empty() && lines[2*i+1].empty() {
			continue
		}
		c.Panels = append(c.Panels, Panel{
			Title:   l.name,
			Series:  l.style.index%len(lightSeries) + 1,
			picture: picture,
		})
	}
	c.Description = s.Sprintf("Latency in %s by the throughput that was reached, a panel for each "+
		"server: half of the requests (p50, solid) and 99%% of them (p99, dashed) were answered "+
		"within this time. Each line joins the medians of the valid trials in the order of the "+
		"levels, whose numbers are above the marks, and each bar is the confidence interval of a "+
		"median.", load.aLoop) + " " + s.lineSpans(lines, measures[0])
	return nil
}

// empty reports whether a line has no value.
func (l line) empty() bool {
	_, ok := l.last()
	return !ok
}

// latencyPicture draws a server's p50 and p99 against its throughput.
func (s source) latencyPicture(server line, x valueScale, y, bottom axis) (scene, error) {
	rate := s.throughput()
	tail := server
	tail.style.dashed = true
	g := graph{
		room:  panelRoom(),
		x:     x.axis(bottom.ticks),
		y:     y,
		xName: rate.unit,
		unit:  "ms",
		mark:  3.4,
	}
	g.lines = []line{
		s.paired(tail, rate, s.p99(), x.place),
		s.paired(server, rate, s.p50(), x.place),
	}
	picture := panelScene(g.room)
	a, err := g.draw(&picture)
	if err != nil {
		return scene{}, err
	}
	s.pairNames(&picture, a)
	levels := g.lines[0]
	if levels.empty() {
		levels = g.lines[1]
	}
	s.pairLevels(&picture, a, levels)
	return picture, nil
}

// pairNames writes p50 and p99 to the right of their lines.
func (s source) pairNames(picture *scene, a area) {
	p := keyText.of(a.graph.lines[0].style.index)
	var taken []point
	for i, name := range []string{"p99", "p50"} {
		m, ok := rightEnd(a.graph.lines[i])
		if !ok {
			continue
		}
		at := a.place(m.at, m.value).plus(8, 4)
		if len(taken) > 0 && math.Abs(at.y-taken[0].y) < 12 && math.Abs(at.x-taken[0].x) < 24 {
			at.y = taken[0].y + 12
		}
		taken = append(taken, at)
		picture.write(p, at, start, name)
	}
}

// rightEnd returns the mark of a line that is farthest to the right.
func rightEnd(l line) (end mark, ok bool) {
	for _, m := range l.marks {
		if m.kind != gap && (!ok || m.at > end.at) {
			end, ok = m, true
		}
	}
	return end, ok
}

// pairLevels writes the levels above the marks of a line: the last one, the first one, and those
// between them that cover no other.
func (s source) pairLevels(picture *scene, a area, l line) {
	var taken []labelBox
	marks := slices.DeleteFunc(l.sorted(), func(m mark) bool { return m.kind == gap })
	if n := len(marks); n > 1 {
		marks = slices.Concat(marks[n-1:], marks[:n-1])
	}
	for _, m := range marks {
		text := s.Integer(m.level.Value)
		at := a.place(m.at, m.value).plus(0, -9)
		half := widthOf(tickText, text)/2 + 2
		b := labelBox{at.x - half, at.x + half, at.y}
		if at.y < a.top || slices.ContainsFunc(taken, b.covers) {
			continue
		}
		taken = append(taken, b)
		picture.write(tickText.plain(), at, middle, text)
	}
}

// labelBox is the room of a label, from its left end to its right one, on its baseline.
type labelBox struct{ left, right, y float64 }

func (b labelBox) covers(other labelBox) bool {
	const height = 12
	return math.Abs(b.y-other.y) < height && b.left < other.right && other.left < b.right
}

// paired returns a server's line of its medians of y against those of x, at their places.
func (s source) paired(l line, x, y measure, place func(float64) float64) line {
	for _, cell := range s.CellsOf(l.name) {
		m := y.mark(cell, place(cell.Of(x.metric).Median))
		m.invalid = false // it has no place
		if cell.Of(x.metric).N == 0 {
			m.kind = gap
		}
		l.marks = append(l.marks, m)
	}
	return l
}

// rightmost returns the maximum place of the lines' marks.
func rightmost(lines []line) float64 {
	place := 0.0
	for _, l := range lines {
		for _, m := range l.marks {
			if m.kind != gap {
				place = max(place, m.at)
			}
		}
	}
	return place
}
