package chart

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// theme is the colours of a picture by their roles.
type theme struct {
	paper, ink, soft, grid, band string
	series                       []string
}

// The themes. In a page the colours are custom properties of the same names, which the page's style
// sheet sets.
var (
	light = theme{
		paper:  "#ffffff",
		ink:    "#1b1f24",
		soft:   "#57606a",
		grid:   "#e6e9ed",
		band:   "#eef1f5",
		series: lightSeries,
	}
	dark = theme{
		paper:  "#14171b",
		ink:    "#e8e8e5",
		soft:   "#a3abb5",
		grid:   "#272d34",
		band:   "#20262d",
		series: darkSeries,
	}
)

// role is what a colour is for: a custom property without its dashes.
type role string

const (
	none        role = ""
	ofPaper     role = "paper"
	ofInk       role = "ink"
	ofSoft      role = "soft"
	ofGrid      role = "grid"
	ofBand      role = "band"
	ofSeries    role = "c" // the colour of the series, which its class sets
	transparent role = "transparent"
)

// style is how something is drawn: a class of the style sheet in a page, and attributes in a file.
type style struct {
	class        string
	fill, stroke role
	width        float64   // of the stroke, in pixels
	dashes       []float64 // of the stroke, in pixels
	round        bool      // the stroke has round ends
	opacity      float64   // 0: opaque
	size         float64   // of a text, in pixels; 0: no text
	bold         bool
}

// The styles of all that charts draw. A size of 11 pixels is the least that is read well.
var (
	gridLine  = &style{class: "g", stroke: ofGrid, width: 1}
	axisLine  = &style{class: "a", stroke: ofSoft, width: 1}
	guideLine = &style{
		class:  "q",
		stroke: ofSoft,
		width:  1,
		dashes: []float64{2, 3},
	}
	bandArea   = &style{class: "b", fill: ofBand}
	seriesLine = &style{class: "l", stroke: ofSeries, width: 2}
	dashedLine = &style{
		class:  "d",
		stroke: ofSeries,
		width:  1.6,
		dashes: []float64{5, 3},
	}
	intervalBar = &style{
		class:   "i",
		stroke:  ofSeries,
		width:   7,
		round:   true,
		opacity: 0.24,
	}
	thinBar   = &style{class: "e", stroke: ofSeries, width: 2}
	trialDots = &style{
		class:   "o",
		stroke:  ofSeries,
		width:   3,
		round:   true,
		opacity: 0.55,
	}
	solidMark = &style{
		class:  "k",
		fill:   ofSeries,
		stroke: ofPaper,
		width:  1,
	}
	hollowMark = &style{
		class:  "w",
		fill:   ofPaper,
		stroke: ofSeries,
		width:  1.8,
	}
	strokes = &style{class: "x", stroke: ofSeries, width: 1.8}
	hitArea = &style{class: "z", fill: transparent}
	tipBox  = &style{
		class:  "y",
		fill:   ofPaper,
		stroke: ofGrid,
		width:  1,
	}

	tickText  = &style{class: "t", fill: ofSoft, size: 11.5}
	plainText = &style{class: "p", fill: ofInk, size: 12}
	softText  = &style{class: "f", fill: ofSoft, size: 12}
	boldText  = &style{
		class: "v",
		fill:  ofInk,
		size:  12,
		bold:  true,
	}
	titleText = &style{
		class: "h",
		fill:  ofInk,
		size:  12.5,
		bold:  true,
	}
	nameText = &style{
		class: "n",
		fill:  ofSeries,
		size:  12.5,
		bold:  true,
	}
	keyText = &style{class: "u", fill: ofSeries, size: 11.5}

	allStyles = []*style{
		gridLine, axisLine, guideLine, bandArea, seriesLine, dashedLine, intervalBar,
		thinBar, trialDots, solidMark, hollowMark, strokes, hitArea, tipBox,
		tickText, plainText, softText, boldText, titleText, nameText, keyText,
	}
)

// paint is a style in the colour of a series. It is the colour that the library is given, and so it
// comes back to our canvas with every line and text of the library.
type paint struct {
	*style
	series int // from 0, for the roles of ofSeries
}

// RGBA implements color.Color for the library, which never needs it.
func (p paint) RGBA() (r, g, b, a uint32) { return color.Black.RGBA() }

// of returns the style in the colour of a series.
func (s *style) of(series int) paint { return paint{s, series % len(lightSeries)} }

// plain returns the style without a series.
func (s *style) plain() paint { return paint{style: s} }

// line returns the paint as the library's style of lines.
func (p paint) line() draw.LineStyle {
	return draw.LineStyle{Color: p, Width: vg.Points(p.width)}
}

// colour returns a role's colour in a theme; "" for none.
func (t theme) colour(r role, series int) string {
	return map[role]string{
		ofPaper:  t.paper,
		ofInk:    t.ink,
		ofSoft:   t.soft,
		ofGrid:   t.grid,
		ofBand:   t.band,
		ofSeries: t.series[series],
	}[r]
}

// fontFamily is metric-compatible with Liberation Sans, in which texts are measured.
const fontFamily = `"Helvetica Neue",Arial,"Liberation Sans",Helvetica,sans-serif`

// Styles returns the rules for the charts in a page's style sheet. The page itself sets the custom
// properties --paper, --ink, --soft and --grid. A class s1 to s8 has the colour of a series,
// which the names of servers in texts have as well.
func Styles() string {
	var b strings.Builder
	b.WriteString(":root{" + light.properties() + "}\n@media screen and " +
		"(prefers-color-scheme:dark){:root{" + dark.properties() + "}}\n")
	for i := range lightSeries {
		fmt.Fprintf(&b, ".s%[1]d{--c:var(--series-%[1]d);color:var(--c)}", i+1)
	}
	b.WriteString("\n.ch{display:block;max-width:100%;height:auto;overflow:visible}" +
		".ch:hover{position:relative;z-index:1}" +
		".ch text{font:12px " + fontFamily + ";font-variant-numeric:tabular-nums}" +
		".ch path,.ch circle{fill:none}" +
		".ch .m{text-anchor:middle}.ch .r{text-anchor:end}" +
		".ch .tip{display:none;pointer-events:none}.ch g:hover>.tip{display:inline}" +
		".ch.narrow{display:none}" +
		"@media screen and (max-width:44rem){.ch.wide{display:none}.ch.narrow{display:block}}\n")
	for _, s := range allStyles {
		b.WriteString(".ch ." + s.class + "{" + s.rules() + "}")
	}
	fmt.Fprintf(&b, "\n.panels{display:flex;flex-wrap:wrap;align-items:end;gap:1.5rem 20px}"+
		".panels>div{flex:0 1 %dpx}.panels>.whole{flex-basis:%dpx}"+
		".panels>.aside{flex-basis:%dpx;align-self:start}\n", panelSize, wholeWidth, asideSize)
	// On paper three panels are beside each other, or the figure and what belongs beside it.
	b.WriteString("@media print{.panels{gap:12px}.panels>div{flex:1 1 30%}" +
		".panels>.whole{flex-basis:68%}.panels>.aside{flex-basis:20%}}\n")
	b.WriteString(".keys{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.4rem 0;" +
		"font-weight:bold}.keys .ch{display:inline-block;margin-right:.3rem}\n")
	return b.String()
}

// properties returns the colours of a theme that only charts have, as custom properties.
func (t theme) properties() string {
	text := "--band:" + t.band + ";"
	for i, colour := range t.series {
		text += fmt.Sprintf("--series-%d:%s;", i+1, colour)
	}
	return strings.TrimSuffix(text, ";")
}

// rules returns the style as declarations of CSS.
func (s *style) rules() string {
	var rules []string
	add := func(name, value string) { rules = append(rules, name+":"+value) }
	colour := func(name string, r role) {
		switch r {
		case none:
		case transparent:
			add(name, string(r))
		default:
			add(name, "var(--"+string(r)+")")
		}
	}
	colour("fill", s.fill)
	colour("stroke", s.stroke)
	if s.stroke != none {
		add("stroke-width", short(s.width))
	}
	if s.dashes != nil {
		add("stroke-dasharray", s.dashArray())
	}
	if s.round {
		add("stroke-linecap", "round")
	}
	if s.opacity > 0 {
		add("opacity", short(s.opacity))
	}
	if s.size > 0 && s.size != plainText.size {
		add("font-size", short(s.size)+"px")
	}
	if s.bold {
		add("font-weight", "bold")
	}
	return strings.Join(rules, ";")
}

// attributes returns the style as attributes of an SVG element, in a theme.
func (p paint) attributes(t theme) string {
	var b strings.Builder
	add := func(name, value string) { fmt.Fprintf(&b, ` %s="%s"`, name, value) }
	if p.fill == none {
		add("fill", "none")
	} else {
		add("fill", t.colour(p.fill, p.series))
	}
	if p.stroke != none {
		add("stroke", t.colour(p.stroke, p.series))
		add("stroke-width", short(p.width))
	}
	if p.dashes != nil {
		add("stroke-dasharray", p.dashArray())
	}
	if p.round {
		add("stroke-linecap", "round")
	}
	if p.opacity > 0 {
		add("opacity", short(p.opacity))
	}
	if p.size > 0 {
		add("font-size", short(p.size))
	}
	if p.bold {
		add("font-weight", "bold")
	}
	return b.String()
}

func (s *style) dashArray() string {
	var lengths []string
	for _, d := range s.dashes {
		lengths = append(lengths, short(d))
	}
	return strings.Join(lengths, " ")
}

// classes returns the paint as the value of a class attribute.
func (p paint) classes() string {
	if p.fill == ofSeries || p.stroke == ofSeries {
		return p.class + " s" + strconv.Itoa(p.series+1)
	}
	return p.class
}

// short returns a number of a style as it is written: "1.6", ".24".
func short(v float64) string {
	return strings.TrimPrefix(strconv.FormatFloat(v, 'f', -1, 64), "0")
}
