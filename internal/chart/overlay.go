package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// overlay is what lies above the lines: each trial's point, and at the right end of each line its
// name. The library cannot write what a pointer that rests on something shows, so points and names
// are written into its SVG afterwards; here they get their places.
type overlay struct {
	figure figure
	marks  strings.Builder // SVG
}

// GlyphBoxes asks for the room that the names need to the right of the data.
func (o *overlay) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	widest := vg.Length(0)
	for _, s := range o.figure.series {
		widest = max(widest, textWidth(p, shorten(p, s.label)))
	}
	room := vg.Rectangle{Max: vg.Point{X: vg.Points(leadWidth+keyWidth) + widest, Y: vg.Points(1)}}
	return []plot.GlyphBox{{X: 1, Y: 0.5, Rectangle: room}}
}

// Plot turns values into places.
func (o *overlay) Plot(c draw.Canvas, p *plot.Plot) {
	for _, s := range o.figure.series {
		o.trials(c, p, s)
	}
	o.names(c, p)
	if o.figure.namesLevels {
		o.levels(c, p)
	}
}

// levels writes beside the medians of solid lines which level they are of. What would cover another
// one is left out.
func (o *overlay) levels(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	const height, digit, size = 10, 4.9, 8.5
	width := 0.0
	for _, s := range o.figure.series {
		for _, at := range s.points {
			width = max(width, digit*(float64(len(at.level.String()))+0.6))
		}
	}
	var taken []vg.Point
	for _, s := range o.figure.series {
		for _, at := range s.points {
			if !at.known || s.dashed || s.reference {
				continue
			}
			place := vg.Point{
				X: toX(o.figure.x.medianX(s, at)),
				Y: toY(o.figure.y.place(at.median)) - 10,
			}
			if slices.ContainsFunc(taken, func(t vg.Point) bool {
				return math.Abs((t.X-place.X).Points()) < width &&
					math.Abs((t.Y-place.Y).Points()) < height
			}) {
				continue
			}
			taken = append(taken, place)
			const mark = `<text x="%.1f" y="%.1f" style="%s;font-size:%.1fpx;fill:%s;paint-order:stroke;stroke:%s;` +
				`stroke-width:2.5">%v</text>` + "\n"
			fmt.Fprintf(
				&o.marks,
				mark,
				place.X.Points()+5,
				pictureHeight-place.Y.Points(),
				fonts,
				size,
				soft,
				paper,
				at.level,
			)
		}
	}
}

// trials writes a line's trials as one group.
func (o *overlay) trials(c draw.Canvas, p *plot.Plot, s series) {
	if s.reference {
		return
	}
	toX, toY := p.Transforms(&c)
	const group = `<g style="fill:%[1]s;fill-opacity:0.2;stroke:%[1]s;stroke-width:0.7">` + "\n"
	fmt.Fprintf(&o.marks, group, s.colour())
	for _, at := range s.points {
		for i, v := range at.trials {
			x := toX(o.figure.x.trialX(s, at, i))
			hover := o.figure.printer.Sprintf(
				"%s, %v, round %d: %s %s",
				s.label,
				at.level,
				at.rounds[i],
				o.figure.format(v),
				o.figure.unit,
			)
			fmt.Fprintf(
				&o.marks,
				`<circle cx="%.1f" cy="%.1f" r="1.7"><title>%s</title></circle>`+"\n",
				x.Points(),
				pictureHeight-toY(o.figure.y.place(v)).Points(),
				escaped(hover),
			)
		}
	}
	o.marks.WriteString("</g>\n")
}

// addTo puts the marks above everything else of a picture.
func (o *overlay) addTo(svg string) string {
	return strings.TrimSuffix(strings.TrimSpace(svg), "</svg>") + o.marks.String() + "</svg>\n"
}
