package chart

import (
	"fmt"
	"strings"
)

// Panel is one picture of a chart, at its natural size: 300 pixels wide, so that a page can put
// panels side by side and a phone has each of them unscaled.
type Panel struct {
	Title    string // "p99"; may be empty
	Subtitle string // a finding: "2.0 to 2.4 times as long"; may be empty
	Series   int    // 1 to 8: the number in the class of the title's colour; 0: it has none
	Aside    bool   // it fits beside the one that is as wide as a page
	Whole    bool   // it is as wide as a page
	picture  scene
	narrow   *scene // the same in 328 pixels for a phone; nil if the picture itself is that narrow
	label    string // for readers who cannot see it
}

// The widths of pictures in pixels: as wide as a page, as a phone, and as a panel.
const (
	wholeWidth  = 700
	narrowWidth = 328
	panelSize   = 296 // three beside each other, with two gaps, are as wide as a page
	asideSize   = 212 // beside a picture that is as wide as a page
)

// panelHeight is the height of a panel's data in pixels.
const panelHeight = 150

// panelGraph returns a graph against the levels for a panel, without lines, and its scale. Its data
// are panelHeight high where the scene is as high as its room requires.
func (s source) panelGraph(y axis) (graph, levelScale) {
	x := s.levelScale(panelSize-2*figureEdge, labelsWidth(y)+14, 20)
	return graph{
		room:  panelRoom(),
		x:     x.axis(),
		y:     y,
		xName: x.name(),
	}, x
}

// Inline returns the panel's picture for a page that has the style sheet of Styles. Of a picture in
// two widths, the page shows one.
func (p Panel) Inline() string {
	if p.narrow == nil {
		return p.picture.inline("", p.label)
	}
	return p.picture.inline("wide", p.label) + "\n" + p.narrow.inline("narrow", p.label)
}

// labelPanels names the panels for readers who cannot see them.
func (c *Chart) labelPanels() {
	for i := range c.Panels {
		p := &c.Panels[i]
		p.label = c.Title
		if p.Title != "" {
			p.label += ": " + p.Title
		}
	}
}

// Key is the name of a server beside its marker, once for all panels of a chart.
type Key struct {
	Name   string
	Series int // 1 to 8: the number in the class of its colour; 0: it has none
	line   lineStyle
}

// Marker returns the marker as an element of a page.
func (k Key) Marker() string {
	svg := k.scene().inline("", k.Name)
	before, after, _ := strings.Cut(svg, `role="img"`)
	_, after, _ = strings.Cut(after, ">")
	return before + `aria-hidden="true">` + after
}

// scene draws the marker, on a piece of its line if that is dashed.
func (k Key) scene() scene {
	s := scene{width: 12, height: 10}
	if k.line.reference || k.line.dashed {
		s.width = 22
		s.stroke(k.line.paint(), point{0, 5}, point{22, 5})
	}
	if k.line.guide {
		return s
	}
	s.marker(k.line, solidMark, point{s.width / 2, 5}, graphMark)
	return s
}

// keysOf returns the keys of lines.
func keysOf(lines []line) []Key {
	var keys []Key
	for _, l := range lines {
		series := l.style.index%len(lightSeries) + 1
		if l.style.guide {
			series = 0
		}
		keys = append(keys, Key{Name: l.name, Series: series, line: l.style})
	}
	return keys
}

// The room around the panels of a file, in pixels.
const (
	fileEdge  = 12
	fileGap   = 24
	titleRoom = 20
)

// whole returns all panels in one picture, for a file: their names above them.
func (c Chart) whole() scene {
	columns := min(3, len(c.Panels))
	width := 0.0
	for _, p := range c.Panels {
		if p.Whole {
			columns, width = 2, p.picture.width
		}
	}
	if width == 0 {
		width = float64(columns)*panelSize + float64(columns-1)*fileGap
	}
	s := scene{width: width + 2*fileEdge}
	head := 0.0
	for _, p := range c.Panels {
		head = max(head, float64(titleRoom*len(p.headLines())))
	}
	y := s.keys(c.Keys, fileEdge, fileEdge)
	x, row := 0.0, 0.0
	for i, p := range c.Panels {
		if i > 0 && (x+p.picture.width > width+1) {
			x, y, row = 0, y+row+fileGap, 0
		}
		room := head
		if p.Whole {
			room = float64(titleRoom * len(p.headLines()))
		}
		s.head(p, point{fileEdge + x, y + room})
		s.include(p.picture, fileEdge+x, y+room)
		x, row = x+p.picture.width+fileGap, max(row, room+p.picture.height)
	}
	s.height = y + row + fileEdge
	return s
}

// headLine is a line above a panel of a file.
type headLine struct {
	paint paint
	text  string
}

// headLines returns the title and the subtitle of a panel as the lines above it.
func (p Panel) headLines() (lines []headLine) {
	if p.Title != "" {
		title := titleText.plain()
		if p.Series > 0 {
			title = nameText.of(p.Series - 1)
		}
		lines = append(lines, headLine{title, p.Title})
	}
	for _, text := range wrapped(tickText, p.Subtitle, p.picture.width) {
		lines = append(lines, headLine{tickText.plain(), text})
	}
	return lines
}

// head writes the title and the subtitle of a panel above a place.
func (s *scene) head(p Panel, bottom point) {
	lines := p.headLines()
	for i, l := range lines {
		at := bottom.plus(0, float64(titleRoom*(i-len(lines))+12))
		s.name(l.paint, at, start, l.text, p.picture.width)
	}
}

// keys writes keys in rows between equal margins, and returns where they end.
func (s *scene) keys(keys []Key, left, top float64) (bottom float64) {
	x, y, width := 0.0, top, s.width-2*left
	for _, k := range keys {
		marker := k.scene()
		length := marker.width + 6 + widthOf(nameText, fitted(nameText, k.Name, 200)) + 18
		if x > 0 && x+length > width {
			x, y = 0, y+titleRoom
		}
		s.include(marker, left+x, y)
		paint := softText.plain()
		if k.Series > 0 {
			paint = nameText.of(k.Series - 1)
		}
		s.name(paint, point{left + x + marker.width + 6, y + 9.5}, start, k.Name, 200)
		x += length
	}
	if len(keys) > 0 {
		y += titleRoom
	}
	return y
}

// file returns the scene as an SVG file in the colours of a theme.
func (c Chart) file(t theme) []byte {
	s := c.whole()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" data-labbook="chart" `+
		`viewBox="0 0 %[1]s %[2]s" width="%[1]s" height="%[2]s" role="img" `+
		`aria-labelledby="chart-%[3]s-title chart-%[3]s-desc" font-family="%[4]s">`+"\n",
		coordinate(s.width), coordinate(s.height), c.Name, escaped(fontFamily))
	fmt.Fprintf(&b, `<title id="chart-%s-title">%s</title>`+"\n", c.Name, escaped(c.Title))
	fmt.Fprintf(&b, `<desc id="chart-%s-desc">%s</desc>`+"\n", c.Name, escaped(c.Description))
	fmt.Fprintf(&b, `<path fill="%s" d="%s"/>`+"\n", t.paper, boxPath(0, 0, s.width, s.height))
	b.WriteString(s.elements(t))
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// labelsWidth returns the width of the widest label of a y axis.
func labelsWidth(y axis) float64 {
	widest := 0.0
	for _, tick := range y.ticks {
		widest = max(widest, widthOf(tickText, tick.Label))
	}
	return widest
}

// panelRoom is the room around the data of a panel.
func panelRoom() room {
	return room{
		left:   figureEdge,
		right:  figureEdge,
		top:    topRoom,
		bottom: ticksRoom + lineRoom,
	}
}
