package chart

import (
	"image/color"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of a picture on white. In a page each becomes the custom property of its role, with the colour
// as what holds where the page says nothing; that is how dark mode and print work.
const (
	paper = "#ffffff"
	ink   = "#1f2328"
	soft  = "#57606a"
	grid  = "#d9dce0"
)

// lightSeries are Okabe and Ito's hues, darkened until each has a contrast of 3:1 at least on
// white, and darkSeries the same hues for a dark page, in the same order.
var (
	lightSeries = []string{
		"#0072b2",
		"#c04f00",
		"#00805c",
		"#a3467e",
		"#8a6d00",
		"#2f7fb5",
		"#5f5f5f",
		"#7a4fb0",
	}
	darkSeries = []string{
		"#56b4e9",
		"#f0893e",
		"#2cc79b",
		"#e08bbb",
		"#e0c04a",
		"#8ec9f0",
		"#b4b4b4",
		"#b99ae6",
	}
)

// Colours gives the colours of up to eight lines, for a light page and for a dark one, in the order of
// the custom properties --series-1 to --series-8.
func Colours() (light, dark []string) { return lightSeries, darkSeries }

// roles names the custom property of each colour.
func roles() map[string]string {
	names := map[string]string{paper: "--paper", ink: "--ink", soft: "--soft", grid: "--grid"}
	for i, colour := range lightSeries {
		names[colour] = "--series-" + strconv.Itoa(i+1)
	}
	return names
}

// rgb reads "#rrggbb". Its callers are the constants above.
func rgb(hex string) color.Color {
	n, _ := strconv.ParseUint(hex[1:], 16, 32)
	return color.NRGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: 255}
}

// Colour is never alone: each line also has a marker of its own.
var markers = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{},
	draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}, draw.PlusGlyph{}}

func (s series) colour() string { return lightSeries[s.style%len(lightSeries)] }

func (s series) marker() draw.GlyphDrawer { return markers[s.style%len(markers)] }

// line is how the medians are joined: solid, dashed for a second line of a server, dotted for references.
func (s series) line() draw.LineStyle {
	style := draw.LineStyle{Color: rgb(s.colour()), Width: vg.Points(1.6)}
	switch {
	case s.reference:
		style.Width = vg.Points(1.1)
		style.Dashes = []vg.Length{vg.Points(2), vg.Points(3)}
	case s.dashed:
		style.Dashes = []vg.Length{vg.Points(6), vg.Points(3)}
	}
	return style
}
