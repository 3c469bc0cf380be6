package chart

import (
	"fmt"
	"strings"
)

// hoverColumn is a stretch of a picture in which a pointer shows a line and a box of texts. It is
// for pages alone, and needs no script.
type hoverColumn struct {
	left, right float64 // of the stretch
	top, bottom float64
	at          float64 // of the line
	texts       []hoverText
	width       float64 // of the picture
}

// hoverText is a line in a box.
type hoverText struct {
	text   string
	series int // from 1; 0: the text has no colour
}

// The sizes of a box in pixels: from the edge to the texts, and from line to line.
const (
	boxRoom = 10
	boxLine = 17
)

// write writes the column as a group of a page's SVG.
func (c hoverColumn) write(b *strings.Builder) {
	widest := 0.0
	for _, t := range c.texts {
		widest = max(widest, widthOf(boldText, t.text))
	}
	width := widest + 2*boxRoom
	height := float64(boxLine*len(c.texts)) + boxRoom
	x := c.at + 12
	if x+width > c.width {
		x = c.at - 12 - width
	}
	x = max(0, min(x, c.width-width))
	y := max(c.top, (c.top+c.bottom)/2-height/2)

	fmt.Fprintf(b, `<g><path class="%s" d="%s"/><g class="tip"><path class="%s" d="M%s %sv%s"/>`,
		hitArea.class, boxPath(c.left, c.top, c.right-c.left, c.bottom-c.top),
		guideLine.class, coordinate(c.at), coordinate(c.top), coordinate(c.bottom-c.top))
	fmt.Fprintf(b, `<path class="%s" d="%s"/>`, tipBox.class, boxPath(x, y, width, height))
	for i, t := range c.texts {
		class := plainText.class
		switch {
		case i == 0:
			class = boldText.class
		case t.series > 0:
			class = nameText.of(t.series - 1).classes()
		}
		fmt.Fprintf(b, `<text class="%s" x="%s" y="%s">%s</text>`, class,
			coordinate(x+boxRoom), coordinate(y+boxLine*float64(i+1)), escaped(t.text))
	}
	b.WriteString("</g></g>\n")
}

// boxPath returns a rectangle as the value of a d attribute.
func boxPath(x, y, width, height float64) string {
	return fmt.Sprintf("M%s %sh%sv%sh%sz", coordinate(x), coordinate(y), coordinate(width),
		coordinate(height), coordinate(-width))
}
