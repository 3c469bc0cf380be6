package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// graph is one coordinate system with its lines. The library draws its axis, lines, bars and
// markers; what the library cannot do is written around them, here and by the charts. The y axis
// has no line: its labels are above the grid's lines, inside at the left, and the top one has the
// unit.
type graph struct {
	room
	x, y  axis
	lower plot.ConstantTicks // labels of the x axis in a row below the others
	xName string             // below the x axis; "": nothing
	unit  string             // at the top label of the y axis; "": nothing
	band  [2]float64
	base  float64 // the value whose grid line is drawn like an axis, if it is on the y axis
	bars  *style  // of intervals; nil: intervalBar
	mark  float64 // radius of a marker; 0: graphMark
	thin  bool    // the x axis is a line of the grid
	lines []line
	parts []part // of the x axis; nil if it is not divided
}

// room is a graph's place in its scene: the distances of the data from the edges, in pixels.
type room struct{ left, right, top, bottom float64 }

// part is a stretch of the x axis: a run or a round among the trials in their order.
type part struct {
	from   float64 // its lower end
	name   string  // at its top; may be empty
	strong bool    // the line at its lower end is darker than those of other parts
}

// graphMark is the radius of a marker in pixels.
const graphMark = 4

// The room of what is below a graph, in pixels: the labels of the x axis, and a line of text.
const (
	ticksRoom = 20
	lineRoom  = 18
)

// area is where a graph's data are in a scene.
type area struct {
	left, right, top, bottom float64
	graph                    graph
	transform                func(x, y float64) point
}

// place returns the place of a value in the scene.
func (a area) place(at, value float64) point {
	return a.transform(a.graph.x.place(at), a.graph.y.place(value))
}

// draw draws the graph into a scene.
func (g graph) draw(s *scene) (area, error) {
	canvas := newCanvas(s)
	whole := draw.NewCanvas(canvas, vg.Points(s.width), vg.Points(s.height))
	drawn := plot.New()
	drawn.BackgroundColor = nil
	drawn.HideY()
	drawn.Y.Padding, drawn.X.Padding = 0, 0
	drawn.X.Min, drawn.X.Max = g.x.place(g.x.low), g.x.place(g.x.high)
	drawn.Y.Min, drawn.Y.Max = g.y.place(g.y.low), g.y.place(g.y.high)
	drawn.X.LineStyle = axisLine.plain().line()
	if g.thin {
		drawn.X.LineStyle = gridLine.plain().line()
	}
	drawn.X.Tick.LineStyle, drawn.X.Tick.Length = axisLine.plain().line(), vg.Points(4)
	drawn.X.Tick.Label.Color, drawn.X.Tick.Label.Font = tickText.plain(), tickText.font()
	drawn.X.Tick.Marker = g.x.ticks

	a := area{graph: g}
	drawn.Add(&ground{&a, canvas})
	for _, l := range g.lines {
		for _, run := range l.runs() {
			if err := g.add(drawn, l, run); err != nil {
				return a, err
			}
		}
	}
	drawn.Draw(draw.Crop(whole, vg.Points(g.left), -vg.Points(g.right),
		vg.Points(g.bottom-ticksRoom), -vg.Points(g.top)))

	for _, l := range g.lines {
		a.dots(s, l)
		a.signs(s, l)
	}
	below := a.bottom + ticksRoom
	for _, tick := range g.lower {
		at := a.transform(tick.Value, 0)
		s.write(tickText.plain(), point{at.x, below + labelStep - 5}, middle, tick.Label)
	}
	if len(g.lower) > 0 {
		below += labelStep
	}
	if g.xName != "" {
		at := point{(a.left + a.right) / 2, below + lineRoom - 5}
		s.write(tickText.plain(), at, middle, g.xName)
	}
	return a, nil
}

// ground is what is behind the lines: the band and the grid. It is the first of a graph's plotters,
// because the library knows the places of values only when it draws.
type ground struct {
	*area
	canvas *canvas
}

// Plot implements plot.Plotter.
func (g *ground) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	a, s := g.area, g.canvas.scene
	a.transform = func(x, y float64) point {
		return g.canvas.point(vg.Point{X: toX(x), Y: toY(y)})
	}
	low, high := g.canvas.point(c.Min), g.canvas.point(c.Max)
	a.left, a.right, a.top, a.bottom = low.x, high.x, high.y, low.y

	if band := a.graph.band; band[1] > band[0] {
		top, bottom := a.place(a.graph.x.low, band[1]).y, a.place(a.graph.x.low, band[0]).y
		s.rect(bandArea.plain(), a.left, top, a.right-a.left, bottom-top)
	}
	a.grid(s)
	a.uprights(s)
}

// grid writes a line and a label for each tick of the y axis that has a label. The first value of
// an x axis has no line of its own: the axis is there.
func (a area) grid(s *scene) {
	y := a.graph.y
	for _, tick := range y.ticks {
		if tick.Label == "" {
			continue
		}
		at := a.transform(a.graph.x.place(a.graph.x.low), tick.Value).y
		p := gridLine.plain()
		if tick.Value == y.place(a.graph.base) {
			p = axisLine.plain()
		}
		if at < a.bottom-0.5 {
			s.stroke(p, point{a.left, at}, point{a.right, at})
		}
	}
	for i, tick := range y.ticks {
		if tick.Label == "" {
			continue
		}
		text := tick.Label
		if i == len(y.ticks)-1 && a.graph.unit != "" {
			text += " " + a.graph.unit
		}
		at := a.transform(a.graph.x.place(a.graph.x.low), tick.Value).y
		s.write(tickText.plain(), point{a.left, at - 4}, start, text)
	}
}

// bare hides from the library how large the marks of a plotter are: it would move the axes to make
// room for them, which the graph has anyway.
type bare struct{ plotter plot.Plotter }

// Plot implements plot.Plotter.
func (b bare) Plot(c draw.Canvas, p *plot.Plot) { b.plotter.Plot(c, p) }

// add draws a run of a line: the intervals, then what joins its marks, then the markers.
func (g graph) add(drawn *plot.Plot, l line, run []mark) error {
	bars := g.bars
	if bars == nil {
		bars = intervalBar
	}
	var all, solid, hollow plotter.XYs
	for _, m := range run {
		all = append(all, g.point(m.at, m.value))
		x := m.at + m.dodge
		at := g.point(x, m.value)
		switch {
		case m.kind != dot:
		case m.hollow:
			hollow = append(hollow, at)
		default:
			solid = append(solid, at)
		}
		if m.high > m.low {
			bar := plotter.XYs{g.point(x, m.low), g.point(x, m.high)}
			if err := addLine(drawn, bars.of(l.style.index), bar); err != nil {
				return err
			}
		}
	}
	if l.joined {
		if err := addLine(drawn, l.style.paint(), all); err != nil {
			return err
		}
	}
	for _, marks := range []struct {
		style *style
		at    plotter.XYs
	}{{solidMark, solid}, {hollowMark, hollow}} {
		if len(marks.at) == 0 {
			continue
		}
		points, err := plotter.NewScatter(marks.at)
		if err != nil {
			return err
		}
		points.GlyphStyle = g.glyph(l.style, marks.style)
		drawn.Add(bare{points})
	}
	return nil
}

// point returns the place of a value in the library's plot.
func (g graph) point(at, value float64) plotter.XY {
	return plotter.XY{X: g.x.place(at), Y: g.y.place(value)}
}

func addLine(drawn *plot.Plot, p paint, through plotter.XYs) error {
	joined, err := plotter.NewLine(through)
	if err != nil {
		return err
	}
	joined.LineStyle = p.line()
	drawn.Add(bare{joined})
	return nil
}

// glyph returns the marker of a line's marks. A reference has a small one.
func (g graph) glyph(l lineStyle, s *style) draw.GlyphStyle {
	radius := g.mark
	if radius == 0 {
		radius = graphMark
	}
	if l.reference {
		radius = min(radius, 2.5)
	}
	return draw.GlyphStyle{Color: s.of(l.index), Radius: vg.Points(radius), Shape: l.shape()}
}

// square is the marker of ratios, whose fill says whether there is a result.
const square = 1

// shape returns the line's marker.
func (l lineStyle) shape() draw.GlyphDrawer {
	if l.square {
		return markers[square]
	}
	return markers[l.index%len(markers)]
}

// paint returns how the line is drawn.
func (l lineStyle) paint() paint {
	switch {
	case l.guide:
		return guideLine.plain()
	case l.reference, l.dashed:
		return dashedLine.of(l.index)
	}
	return seriesLine.of(l.index)
}

// dots draws the single trials of a line.
func (a area) dots(s *scene, l line) {
	if len(l.trials) == 0 {
		return
	}
	i := item{paint: trialDots.of(l.style.index)}
	for _, t := range l.trials {
		at := a.place(t.at, t.value).plus(t.aside, 0)
		i.dots = append(i.dots, dotItem{at: at, title: t.hover})
	}
	s.add(i)
}

// signs draws the crosses and arrows of a line's marks.
func (a area) signs(s *scene, l line) {
	p := strokes.of(l.style.index)
	for _, m := range l.marks {
		if m.invalid {
			at := point{a.left + a.graph.x.place(m.at) + 9*float64(m.stack), a.bottom - 7}
			s.cross(p, at, m.hover)
		}
		if m.kind == cross {
			s.cross(p, a.place(m.at, m.value), m.hover)
		}
		if m.arrow != 0 {
			tip := a.place(m.at, m.low)
			if m.arrow > 0 {
				tip = a.place(m.at, m.high)
			}
			back := 6 * float64(m.arrow)
			s.stroke(p, tip.plus(-4.5, back), tip, tip.plus(4.5, back))
		}
	}
}

// cross draws two crossing lines. The title is what a pointer shows; it may be empty.
func (s *scene) cross(p paint, at point, title string) {
	const half = 3.5
	path := []segment{
		{kind: moveTo, to: at.plus(-half, -half)},
		{kind: lineTo, to: at.plus(half, half)},
		{kind: moveTo, to: at.plus(-half, half)},
		{kind: lineTo, to: at.plus(half, -half)},
	}
	s.add(item{paint: p, path: path, title: title})
}

// uprights draws the ends of the parts of the x axis, with the names of the parts at their tops.
func (a area) uprights(s *scene) {
	for i, part := range a.graph.parts {
		at := a.place(part.from, a.graph.y.low).x
		if p := gridLine.plain(); i > 0 {
			if part.strong {
				p = axisLine.plain()
			}
			s.stroke(p, point{at, a.top}, point{at, a.bottom})
		}
		if part.name != "" {
			s.write(tickText.plain(), point{at + 3, a.top + 8}, start, part.name)
		}
	}
}

// marker draws the marker of a line, outside of a graph.
func (s *scene) marker(l lineStyle, how *style, at point, radius float64) {
	c := newCanvas(s)
	on := draw.NewCanvas(c, vg.Points(s.width), vg.Points(s.height))
	l.shape().DrawGlyph(&on, draw.GlyphStyle{Color: how.of(l.index), Radius: vg.Points(radius)},
		vg.Point{X: vg.Points(at.x), Y: vg.Points(s.height - at.y)})
}
