package chart

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// lightSeries are Okabe and Ito's hues, darkened until each has a contrast of at least 3:1 on
// white. darkSeries are the same hues for a dark page, in the same order.
var (
	lightSeries = []string{
		"#0072b2", "#c04f00", "#00805c", "#a3467e", "#8a6d00", "#007f8c", "#5f5f5f", "#7a4fb0"}
	darkSeries = []string{
		"#56b4e9", "#f0893e", "#2cc79b", "#e08bbb", "#e0c04a", "#5fdbe8", "#b4b4b4", "#b99ae6"}
)

// Colours returns the colours of up to eight lines, for a light page and for a dark one, in the
// order of the custom properties --series-1 to --series-8.
func Colours() (light, dark []string) { return lightSeries, darkSeries }

// lineStyle tells the lines of a picture apart.
type lineStyle struct {
	index     int  // of its colour and its marker: the server's place in the spec
	dashed    bool // a second line of the same server
	reference bool // not measured here: numbers from elsewhere, or a guide
	guide     bool // a line to compare with, without values of its own
	square    bool // its markers are squares, whatever the server's are
}

// guide is the style of lines that only help to read a chart.
var guide = lineStyle{reference: true, guide: true}

// markers tell lines apart where colour does not. All of them are filled, and about the same in
// area.
var markers = []draw.GlyphDrawer{
	disc{},
	polygon(4, 45, 1.25, 1.25),
	polygon(3, 90, 1.5, 1.5),
	polygon(4, 0, 1.4, 1.4),
	polygon(3, 270, 1.5, 1.5),
	polygon(8, 90, 1.7, 0.6),
	polygon(8, 45, 1.7, 0.6),
	polygon(10, 90, 1.7, 0.75),
}

// disc is a filled circle.
type disc struct{}

// DrawGlyph fills the circle at a place.
func (disc) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	var path vg.Path
	path.Move(at.Add(vg.Point{X: style.Radius}))
	path.Arc(at, style.Radius, 0, 2*math.Pi)
	c.SetColor(style.Color)
	c.Fill(path)
}

// corners is a filled shape around the origin, in radii.
type corners []vg.Point

// polygon returns a shape of n corners, the first of them at an angle in degrees. Every second
// corner is at the inner distance, so that stars and crosses are polygons as well.
func polygon(n int, angle, outer, inner float64) corners {
	shape := make(corners, n)
	for i := range shape {
		distance := outer
		if i%2 == 1 {
			distance = inner
		}
		sin, cos := math.Sincos(angle*math.Pi/180 + 2*math.Pi*float64(i)/float64(n))
		shape[i] = vg.Point{X: vg.Length(distance * cos), Y: vg.Length(distance * sin)}
	}
	return shape
}

// DrawGlyph fills the shape at a place.
func (s corners) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	var path vg.Path
	for i, corner := range s {
		p := at.Add(corner.Scale(style.Radius))
		if i == 0 {
			path.Move(p)
		} else {
			path.Line(p)
		}
	}
	path.Close()
	c.SetColor(style.Color)
	c.Fill(path)
}
