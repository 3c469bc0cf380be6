package chart

import (
	"image"
	"image/color"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// canvas is where the library draws: it records what is drawn in a scene. A point of the library is
// a pixel of ours. Colours are paints, which have the widths and dashes of their lines and the
// sizes of their texts. The library's heights begin at the bottom.
type canvas struct {
	*scene
	pen
	saved []pen
}

// pen is how something is drawn.
type pen struct {
	paint paint
	thin  bool // lines have no width, so there are none
}

var _ vg.CanvasSizer = (*canvas)(nil)

func newCanvas(s *scene) *canvas { return &canvas{scene: s, pen: pen{paint: axisLine.plain()}} }

// Size implements vg.CanvasSizer.
func (c *canvas) Size() (x, y vg.Length) { return vg.Points(c.width), vg.Points(c.height) }

// point returns a place in the scene.
func (c *canvas) point(p vg.Point) point { return point{p.X.Points(), c.height - p.Y.Points()} }

// SetColor implements vg.Canvas. All that is drawn has a paint.
func (c *canvas) SetColor(colour color.Color) {
	if p, ok := colour.(paint); ok {
		c.paint = p
	}
}

// SetLineWidth implements vg.Canvas: the paint has the width, unless it is none.
func (c *canvas) SetLineWidth(w vg.Length) { c.thin = w <= 0 }

// SetLineDash implements vg.Canvas: the paint has the dashes.
func (c *canvas) SetLineDash([]vg.Length, vg.Length) {}

// Push implements vg.Canvas.
func (c *canvas) Push() { c.saved = append(c.saved, c.pen) }

// Pop implements vg.Canvas.
func (c *canvas) Pop() {
	last := len(c.saved) - 1
	c.pen, c.saved = c.saved[last], c.saved[:last]
}

// Stroke implements vg.Canvas.
func (c *canvas) Stroke(p vg.Path) {
	if !c.thin {
		c.Fill(p)
	}
}

// Fill implements vg.Canvas. The paint says whether the path is filled.
func (c *canvas) Fill(p vg.Path) { c.add(item{paint: c.paint, path: c.segments(p)}) }

// segments returns a path of lines and whole circles.
func (c *canvas) segments(p vg.Path) []segment {
	var path []segment
	for _, comp := range p {
		s := segment{kind: closed, to: c.point(comp.Pos)}
		switch comp.Type {
		case vg.MoveComp:
			s.kind = moveTo
		case vg.LineComp:
			s.kind = lineTo
		case vg.CloseComp:
		case vg.ArcComp: // of a marker, and so a whole circle, which begins where the path is
			path = path[:len(path)-1]
			s.kind, s.radius = circle, comp.Radius.Points()
		default:
			panic("a path has a curve")
		}
		path = append(path, s)
	}
	return path
}

// FillString implements vg.Canvas.
func (c *canvas) FillString(_ font.Face, at vg.Point, text string) {
	c.write(c.paint, c.point(at), start, text)
}

// The rest of vg.Canvas is for what no chart has: what is turned or scaled, and images.

// Rotate implements vg.Canvas.
func (c *canvas) Rotate(float64) { panic("something is turned") }

// Translate implements vg.Canvas.
func (c *canvas) Translate(vg.Point) { panic("something is moved") }

// Scale implements vg.Canvas.
func (c *canvas) Scale(float64, float64) { panic("something is scaled") }

// DrawImage implements vg.Canvas.
func (c *canvas) DrawImage(vg.Rectangle, image.Image) { panic("something is an image") }
