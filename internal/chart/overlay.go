package chart

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// overlay writes what is above a panel's lines into the document. It is one of the plot's plotters,
// because the library knows the places of values only when it draws.
type overlay struct {
	panel    panel
	document *document
}

// GlyphBoxes asks for the room that names need to the right of the data.
func (o overlay) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	if !o.panel.named {
		return nil
	}
	widest := vg.Length(0)
	for _, l := range o.panel.lines {
		widest = max(widest, textWidth(shorten(l.name)))
	}
	room := vg.Rectangle{Max: vg.Point{X: vg.Points(leadWidth+keyWidth) + widest, Y: vg.Points(1)}}
	return []plot.GlyphBox{{X: 1, Y: 0.5, Rectangle: room}}
}

// Plot writes what is above the lines.
func (o overlay) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	place := func(at, value float64) vg.Point {
		xy := o.panel.point(at, value)
		return vg.Point{X: toX(xy.X), Y: toY(xy.Y)}
	}
	for _, l := range o.panel.lines {
		if o.panel.named && !l.style.reference {
			o.trials(l, place)
		}
		if l.row != nil {
			o.row(c, *l.row, place(l.marks[0].at, 1).Y)
		}
		o.marks(c, l, place)
	}
	if o.panel.named {
		o.names(c, place)
	}
	o.parts(place)
	if o.panel.levelRoom > 0 {
		o.levels(place)
	}
}

// placer returns the place of a value in the picture.
type placer func(at, value float64) vg.Point

// trials writes a line's trials as one group.
func (o overlay) trials(l line, place placer) {
	const group = `<g style="fill:%[1]s;fill-opacity:0.2;stroke:%[1]s;stroke-width:0.7">` + "\n"
	fmt.Fprintf(&o.document.overlay, group, l.style.colour())
	for _, t := range l.trials {
		at := place(t.at, t.value)
		o.document.circle(at.X.Points(), o.document.down(at.Y), 1.7, "", t.hover)
	}
	o.document.overlay.WriteString("</g>\n")
}

// marks writes a line's crosses, and around each mark an invisible circle that has its hover text.
func (o overlay) marks(c draw.Canvas, l line, place placer) {
	for _, m := range l.sorted() {
		at := place(m.at+m.dodge, m.value)
		if m.kind == gap {
			at.X = c.Max.X // a row without a value has its hover text at its end
		}
		x, y := at.X.Points(), o.document.down(at.Y)
		if m.kind == cross {
			o.document.cross(x, y, l.style.colour())
		}
		if m.hover != "" {
			o.document.circle(x, y, o.panel.hover, "fill:transparent", m.hover)
		}
	}
}

// row writes the texts beside a row.
func (o overlay) row(c draw.Canvas, r row, y vg.Length) {
	baseline := o.document.down(y) + 0.35*textSize
	o.document.name(label{
		x:      (c.Min.X - vg.Points(6)).Points(),
		y:      baseline,
		anchor: "end",
		size:   "10px",
		text:   r.left,
	})
	o.document.label(label{
		x:      (c.Max.X + vg.Points(8)).Points(),
		y:      baseline,
		anchor: "start",
		size:   "10px",
		style:  "fill:" + ink,
		title:  r.hover,
		text:   r.right,
	})
}

// levels writes the levels of the servers' first lines beside their marks. A text that would cover
// another one is left out.
func (o overlay) levels(place placer) {
	const height, size = 10, 8.5
	var taken []vg.Point
	for _, l := range o.panel.lines {
		for _, m := range l.marks {
			if m.kind == gap || l.style.dashed || l.style.reference {
				continue
			}
			at := place(m.at, m.value).Sub(vg.Point{Y: vg.Points(10)})
			if slices.ContainsFunc(taken, func(t vg.Point) bool {
				return math.Abs((t.X-at.X).Points()) < o.panel.levelRoom &&
					math.Abs((t.Y-at.Y).Points()) < height
			}) {
				continue
			}
			taken = append(taken, at)
			o.document.label(label{
				x:     at.X.Points() + 5,
				y:     o.document.down(at.Y),
				size:  pixels(size),
				style: "fill:" + soft + ";paint-order:stroke;stroke:" + paper + ";stroke-width:2.5",
				text:  m.level.String(),
			})
		}
	}
}
