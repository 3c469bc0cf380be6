package chart

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of a picture on white. In a page each becomes the custom property of its role, with
// the colour as what holds where the page says nothing; that is how dark mode and print work.
const (
	paper = "#ffffff"
	ink   = "#1f2328"
	soft  = "#57606a"
	grid  = "#d9dce0"
	shade = "#e9edf2"
)

// lightSeries are Okabe and Ito's hues, darkened until each has a contrast of 3:1 at least on
// white, and darkSeries the same hues for a dark page, in the same order.
var (
	lightSeries = []string{
		"#0072b2", "#c04f00", "#00805c", "#a3467e", "#8a6d00", "#0097a7", "#5f5f5f", "#7a4fb0"}
	darkSeries = []string{
		"#56b4e9", "#f0893e", "#2cc79b", "#e08bbb", "#e0c04a", "#5fdbe8", "#b4b4b4", "#b99ae6"}
)

// Colours gives the colours of up to eight lines, for a light page and for a dark one, in the order
// of the custom properties --series-1 to --series-8.
func Colours() (light, dark []string) { return lightSeries, darkSeries }

// roles names the custom property of each colour.
func roles() map[string]string {
	names := map[string]string{
		paper: "--paper",
		ink:   "--ink",
		soft:  "--soft",
		grid:  "--grid",
		shade: "--shade",
	}
	for i, colour := range lightSeries {
		names[colour] = "--series-" + strconv.Itoa(i+1)
	}
	return names
}

// rgb reads "#rrggbb". Its callers are the constants above.
func rgb(hex string) color.Color {
	n, _ := strconv.ParseUint(hex[1:], 16, 32)
	return color.NRGBA{
		R: uint8(n >> 16),
		G: uint8(n >> 8),
		B: uint8(n),
		A: 255,
	}
}

func (s series) colour() string {
	if s.guide {
		return soft
	}
	return lightSeries[s.style%len(lightSeries)]
}

// line is how the medians are joined: solid, in long dashes for a second line of a server, in short
// and thin ones for references.
func (s series) line() draw.LineStyle {
	style := draw.LineStyle{Color: rgb(s.colour()), Width: vg.Points(1.6)}
	switch {
	case s.guide:
		style.Width = vg.Points(0.8)
		style.Dashes = []vg.Length{vg.Points(2), vg.Points(2)}
	case s.reference:
		style.Width = vg.Points(1.2)
		style.Dashes = []vg.Length{vg.Points(3.5), vg.Points(2.5)}
	case s.dashed:
		style.Dashes = []vg.Length{vg.Points(6), vg.Points(3)}
	}
	return style
}

// glyph is the marker of a median. That of a reference is small: nobody here measured it.
func (s series) glyph(radius float64) draw.GlyphStyle {
	if s.reference {
		radius = 2
	}
	shape := markers[s.style%len(markers)]
	return draw.GlyphStyle{Color: rgb(s.colour()), Radius: vg.Points(radius), Shape: shape}
}

// markers tell lines apart where colour does not: each is filled, and of about the same area.
var markers = []draw.GlyphDrawer{
	draw.CircleGlyph{},
	polygon(4, 45, 1.25, 1.25),
	polygon(3, 90, 1.5, 1.5),
	polygon(4, 0, 1.4, 1.4),
	polygon(3, 270, 1.5, 1.5),
	polygon(8, 90, 1.7, 0.6),
	polygon(8, 45, 1.7, 0.6),
	polygon(10, 90, 1.7, 0.75),
}

// corners is a filled shape around the origin, in radii.
type corners []vg.Point

// polygon has so many corners, the first at an angle in degrees; the odd ones have a distance of
// their own, so that stars and crosses are polygons too.
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
