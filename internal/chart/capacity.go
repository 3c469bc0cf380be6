package chart

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// This file draws capacities: the percentile of an objective against the arrival rate, and below
// the lines the capacity of each server on the axis of the rates.

func seeksCapacity(e *spec.Experiment) bool { return e.Load.Capacity != nil }

// capacityStep is the distance of the capacities of two servers above the axis, in pixels.
const capacityStep = 11

// rateScale places arrival rates on an x axis in pixels, by their logarithms.
type rateScale struct {
	left, right float64 // from the ends of the axis to its lowest and its highest value
	width       float64 // of the axis
	values      axis
}

// place returns the place of a rate.
func (x rateScale) place(rate float64) float64 {
	low, high := x.values.place(x.values.low), x.values.place(x.values.high)
	share := (x.values.place(rate) - low) / (high - low)
	return x.left + max(0, min(1, share))*(x.width-x.left-x.right)
}

// axis returns the scale as an axis. The ticks of its values are logarithms.
func (x rateScale) axis() axis {
	a := axis{high: x.width}
	for _, tick := range x.values.ticks {
		a.ticks = append(a.ticks, plot.Tick{
			Value: x.place(math.Pow(10, tick.Value)),
			Label: tick.Label,
		})
	}
	return a
}

// capacityFigure is the chart in one form while it is drawn.
type capacityFigure struct {
	source
	figureForm
	picture *scene
	x       rateScale
	y       axis
	limit   float64 // of the objective in milliseconds
}

// capacity draws the objective's percentile against the arrival rate.
func capacity(c *Chart, s source) error {
	o := *s.Objective
	c.Title = s.Sprintf("%s against arrival rate, open loop", o.Percentile)
	s.rateTable(c)
	wide, err := s.capacityFigure(wideForm)
	if err != nil {
		return err
	}
	narrow, err := s.capacityFigure(narrowForm)
	if err != nil {
		return err
	}
	c.Panels = []Panel{{Whole: true, picture: wide, narrow: &narrow}}
	c.Caption = s.Sprintf("Lines join the median %s at each arrival rate; bars are the %s "+
		"confidence intervals. A filled marker: the objective was met in most rounds; a hollow "+
		"one: it was not. A cross at the top: no trial is valid, so it was not met. Just above "+
		"the axis: the capacity of each server with its interval.",
		o.Percentile, s.Percentage(s.Confidence)) + s.belowText()
	c.Description = s.Sprintf("The %s latency in milliseconds at each arrival rate, in requests "+
		"per second. The dotted line is the objective: %s.", o.Percentile, s.Duration(o.Within))
	for _, name := range s.Servers {
		if text := s.capacityText(name); text != "" {
			c.Description += " " + s.Sprintf("%s: capacity %s.", name, text)
		}
	}
	return nil
}

// objectiveMeasure returns the percentile of the objective.
func (s source) objectiveMeasure() measure {
	unknown := func(spec.ReferencePoint) float64 { return 0 }
	return s.percentile(s.Objective.Percentile, stats.ObjectiveMetric(*s.Objective), unknown)
}

// capacityCell returns the cell with the capacity of a server.
func (s source) capacityCell(server string) stats.Cell {
	cell := s.Cell(plan.Cell{Server: server, Level: plan.Level{Kind: plan.Capacity}})
	if cell == nil {
		return stats.Cell{}
	}
	return *cell
}

// capacityText returns the capacity of a server, rounded as in the answer: "18,400/s", "at least
// 20,000/s", or "" where it may be anything.
func (s source) capacityText(server string) string {
	found, c := s.capacityCell(server).Of(stats.Throughput), s.Capacity(server)
	if c == nil || found.N == 0 {
		return ""
	}
	text := s.Sprintf("%s/s", s.RoughRate(found.Median))
	switch {
	case c.AtMost && s.MayTakeMore(server):
		return ""
	case c.AtMost:
		return s.Sprintf("below %s", text)
	case s.MayTakeMore(server):
		return s.Sprintf("at least %s", text)
	}
	return text
}

// maxBelow is how many times smaller than its median the low end of an interval is drawn at least.
// That of few runs may be below 0, where an axis of logarithms has no place.
const maxBelow = 100

// rateLines returns the medians of every server at the places of their rates, and crosses at a
// height where there is no value.
func (s source) rateLines(place func(rate float64) float64, top float64) []line {
	m := s.objectiveMeasure()
	lines, cells := s.serverLines(), s.onAxis()
	var missing []line
	for i := range lines {
		crosses := line{style: lines[i].style}
		for _, cell := range cells {
			if cell.Server != lines[i].name {
				continue
			}
			at := place(float64(cell.Level.Value))
			one := m.mark(cell, at)
			one.invalid, one.hollow = false, !s.metMostly(cell)
			one.low = max(one.low, one.value/maxBelow)
			if one.kind == gap && !cell.Unknown {
				none := markAt(at, top)
				none.kind, none.level = cross, cell.Level
				crosses.marks = append(crosses.marks, none)
			}
			lines[i].marks = append(lines[i].marks, one)
		}
		missing = append(missing, crosses)
	}
	return append(dodged(lines), dodged(missing)...)
}

// outcome returns in how many rounds the objective was met at the rate of a cell.
func (s source) outcome(cell stats.Cell) stats.RateOutcome {
	if c := s.Capacity(cell.Server); c != nil {
		for _, o := range c.Rates {
			if o.Rate == cell.Level.Value {
				return o
			}
		}
	}
	return stats.RateOutcome{}
}

// metMostly reports whether the objective was met in more than half of the rounds of a cell.
func (s source) metMostly(cell stats.Cell) bool {
	o := s.outcome(cell)
	return 2*o.Met > o.Of
}

// capacityFigure draws the figure in a form.
func (s source) capacityFigure(f figureForm) (scene, error) {
	here := func(rate float64) float64 { return rate }
	limit := float64(s.Objective.Within.Nanoseconds()) / 1e6
	medians := s.rateLines(here, limit)
	low, high, err := extent(medians[:len(s.Servers)])
	if err != nil {
		return scene{}, err
	}
	slowest, fastest := math.Inf(1), 0.0
	for _, cell := range s.onAxis() {
		slowest = min(slowest, float64(cell.Level.Value))
		fastest = max(fastest, float64(cell.Level.Value))
	}

	// Room for the capacities below the lines, and for the crosses above them.
	low, high = max(minLog, min(low, limit)), max(high, limit)
	strip := float64(capacityStep*len(s.Servers)+10) / f.height
	low /= math.Pow(high/low, strip/(1-strip))
	d := capacityFigure{
		source:     s,
		figureForm: f,
		picture:    &scene{width: f.width},
		limit:      limit,
		y:          newLogAxis(s.Printer, low, high*1.1, panelTicks),
	}
	if len(s.Servers)*nameStep > int(f.height) {
		d.right = 0
	}
	labels := panelTicks
	if f.right == 0 {
		labels = 5
	}
	d.x = rateScale{
		left:   labelsWidth(d.y) + 20,
		right:  12,
		width:  f.width - figureEdge - max(d.right, figureEdge),
		values: newLogAxis(s.Printer, slowest, fastest, labels),
	}
	return d.draw()
}

// draw draws the figure.
func (d capacityFigure) draw() (scene, error) {
	lines := append(d.rateLines(d.x.place, d.y.high/1.05), d.objectiveLine())
	d.nameBelow(lines)
	top := 0.0
	if d.right == 0 {
		named := slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.name == "" })
		top = d.picture.keys(keysOf(named), figureEdge, figureEdge)
	}
	g := graph{
		room: room{
			left:   figureEdge,
			right:  d.width - figureEdge - d.x.width,
			top:    top + topRoom,
			bottom: ticksRoom + lineRoom,
		},
		x:     d.x.axis(),
		y:     d.y,
		xName: d.Sprintf("arrival rate (requests per second)") + d.Sprintf(logScale),
		unit:  "ms" + d.Sprintf(logScale),
		lines: lines,
	}
	d.picture.height = g.top + d.height + g.bottom
	a, err := g.draw(d.picture)
	if err != nil {
		return scene{}, err
	}
	d.capacities(a)
	if d.right > 0 {
		a.names(d.picture, d.endText)
	}
	d.hover(a)
	return *d.picture, nil
}

// objectiveLine returns the limit of the objective as a line over the whole width.
func (d capacityFigure) objectiveLine() line {
	l := line{
		style:  guide,
		name:   d.Sprintf("objective: %s", d.Duration(d.Objective.Within)),
		joined: true,
	}
	for _, at := range []float64{0, d.x.width} {
		m := markAt(at, d.limit)
		m.kind = bend
		l.marks = append(l.marks, m)
	}
	return l
}

// endText returns what is below a server's name: its capacity.
func (d capacityFigure) endText(l line, _ mark) string {
	if l.style.guide {
		return ""
	}
	if text := d.capacityText(l.name); text != "" {
		return d.Sprintf("takes %s", text)
	}
	return ""
}

// capacities draws the capacity of each server above the axis: its marker and its interval, and a
// line up to the objective.
func (d capacityFigure) capacities(a area) {
	below := d.belowAxis()
	for i, name := range d.Servers {
		found, c := d.capacityCell(name).Of(stats.Throughput), d.Capacity(name)
		if c == nil || found.N == 0 {
			continue
		}
		y := a.bottom - 9 - float64(capacityStep*(len(d.Servers)-1-i))
		if slices.Contains(below, name) {
			d.arrowBelow(a, i, y)
			continue
		}
		place := func(v float64) point { return point{d.across(a, v), y} }
		at, p := place(found.Median), strokes.of(i)
		d.picture.stroke(dashedLine.of(i), point{at.x, a.place(0, d.limit).y}, at)
		low, high := at, at
		if found.HasInterval() {
			low, high = place(found.Low), place(found.High)
			d.picture.stroke(p, low, high)
		}
		if found.OpenHigh || d.MayTakeMore(name) {
			d.picture.arrow(p, high.plus(12, 0), high, 1)
		}
		if c.AtMost || found.OpenLow {
			d.picture.arrow(p, low.plus(-12, 0), low, -1)
		}
		d.picture.marker(lineStyle{index: i}, solidMark, at, graphMark)
	}
}

// across returns the place of a rate in the picture. The area is narrower than the axis was meant
// to be where the last number below it is wide.
func (d capacityFigure) across(a area, rate float64) float64 {
	return a.place(d.x.place(rate), d.limit).x
}

// arrow draws a line from a place to its tip, to the right or, with −1, to the left.
func (s *scene) arrow(p paint, tip, from point, direction float64) {
	s.stroke(p, from, tip)
	s.stroke(p, tip.plus(-5*direction, -4), tip, tip.plus(-5*direction, 4))
}

// hover adds a column for each rate, in which a pointer shows its numbers.
func (d capacityFigure) hover(a area) {
	cells := d.onAxis()
	if d.width == narrowWidth && len(cells) > maxNarrowHover {
		return
	}
	var levels []plan.Level
	for _, cell := range cells {
		levels = appendNew(levels, []plan.Level{cell.Level},
			func(a, b plan.Level) bool { return a == b })
	}
	slices.SortFunc(levels, func(a, b plan.Level) int { return a.Value - b.Value })
	place := func(i int) float64 { return d.across(a, float64(levels[i].Value)) }
	for i, level := range levels {
		c := hoverColumn{
			left:   a.left,
			right:  a.right,
			top:    a.top,
			bottom: a.bottom,
			at:     place(i),
			texts:  d.rateTexts(level),
		}
		if i > 0 {
			c.left = (place(i-1) + c.at) / 2
		}
		if i < len(levels)-1 {
			c.right = (place(i+1) + c.at) / 2
		}
		d.picture.columns = append(d.picture.columns, c)
	}
}

// rateTexts returns the numbers of a rate as a box has them, a line for each server that has it.
func (d capacityFigure) rateTexts(level plan.Level) []hoverText {
	texts := []hoverText{{text: d.levelText(level)}}
	for i, name := range d.Servers {
		for _, cell := range d.onAxis() {
			if cell.Server != name || cell.Level != level {
				continue
			}
			fields, o := d.tableCells(cell, d.objectiveMeasure()), d.outcome(cell)
			texts = append(texts, hoverText{
				name:   name,
				series: i%len(lightSeries) + 1,
				text:   fields[0] + " ms, " + d.Sprintf("met in %d of %d", o.Met, o.Of),
			})
		}
	}
	return texts
}

// rateTable sets the chart's table: a row for each server at each of its rates.
func (s source) rateTable(c *Chart) {
	m := s.objectiveMeasure()
	c.Columns = []string{
		s.Sprintf("Server"),
		s.Sprintf("Arrivals per second"),
		s.Sprintf("%s (%s), median", m.name, m.unit),
		s.Sprintf("Interval"),
		s.Sprintf("Valid trials"),
		s.Sprintf("Objective met"),
	}
	for _, cell := range s.rates() {
		o := s.outcome(cell)
		row := append([]string{cell.Server, s.Integer(cell.Level.Value)}, s.tableCells(cell, m)...)
		c.Rows = append(c.Rows, append(row, fmt.Sprintf("%d/%d", o.Met, o.Of)))
	}
}

func (s source) noCapacity() string {
	return s.Sprintf("No chart of the capacities: no trial is valid.")
}
