package chart

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of a picture on white. In a page each of them is the fallback of a custom property,
// which the page may set: that is how dark mode and printing work.
const (
	paper = "#ffffff"
	ink   = "#1f2328"
	soft  = "#57606a"
	grid  = "#d9dce0"
	shade = "#e9edf2"
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

// properties replaces each colour by its custom property. The library writes colours in upper case.
var properties = strings.NewReplacer(colourProperties()...)

func colourProperties() (pairs []string) {
	add := func(name, colour string) {
		property := "var(" + name + "," + colour + ")"
		pairs = append(pairs, colour, property, strings.ToUpper(colour), property)
	}
	add("--paper", paper)
	add("--ink", ink)
	add("--soft", soft)
	add("--grid", grid)
	add("--shade", shade)
	for i, colour := range lightSeries {
		add("--series-"+strconv.Itoa(i+1), colour)
	}
	return pairs
}

// rgb parses "#rrggbb". Its callers pass the constants above.
func rgb(hex string) color.Color {
	n, _ := strconv.ParseUint(hex[1:], 16, 32)
	return color.NRGBA{
		R: uint8(n >> 16),
		G: uint8(n >> 8),
		B: uint8(n),
		A: 255,
	}
}

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

func (s lineStyle) colour() string {
	if s.guide {
		return soft
	}
	return lightSeries[s.index%len(lightSeries)]
}

// line returns the stroke of the line: solid, in long dashes for a second line of a server, in
// short and thin ones for references.
func (s lineStyle) line() draw.LineStyle {
	stroke := s.stroke(1.6)
	switch {
	case s.guide:
		stroke.Width = vg.Points(0.8)
		stroke.Dashes = []vg.Length{vg.Points(2), vg.Points(2)}
	case s.reference:
		stroke.Width = vg.Points(1.2)
		stroke.Dashes = []vg.Length{vg.Points(3.5), vg.Points(2.5)}
	case s.dashed:
		stroke.Dashes = []vg.Length{vg.Points(6), vg.Points(3)}
	}
	return stroke
}

// stroke returns a solid stroke in the line's colour.
func (s lineStyle) stroke(width float64) draw.LineStyle {
	return draw.LineStyle{Color: rgb(s.colour()), Width: vg.Points(width)}
}

// marker returns the marker of a value. A reference has a small one.
func (s lineStyle) marker(radius float64) draw.GlyphStyle {
	if s.reference {
		radius = 2
	}
	shape := markers[s.index%len(markers)]
	return draw.GlyphStyle{Color: rgb(s.colour()), Radius: vg.Points(radius), Shape: shape}
}

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
// corner is at the inner distance, so that stars and crosses are polygons, too.
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

func sans(size float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
}

// styleAxes makes all text sans serif and all lines of the frame thin. It changes this plot alone,
// not the library's defaults, which are global.
func styleAxes(p *plot.Plot, size float64) {
	p.BackgroundColor = rgb(paper)
	p.Title.TextStyle.Font, p.Title.TextStyle.Color = sans(size+1), rgb(ink)
	p.Title.Padding = vg.Points(3)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font, axis.Label.TextStyle.Color = sans(size), rgb(ink)
		axis.Tick.Label.Font, axis.Tick.Label.Color = sans(size), rgb(ink)
		axis.LineStyle.Color, axis.LineStyle.Width = rgb(soft), vg.Points(0.8)
		axis.Tick.LineStyle.Color, axis.Tick.LineStyle.Width = rgb(soft), vg.Points(0.8)
		axis.Tick.Length = vg.Points(4)
		axis.Label.Padding = vg.Points(6)
		axis.Padding = 0
	}
}
