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
}

// hoverText is a line in a box.
type hoverText struct {
	name   string // of a server, in its colour; may be empty
	series int    // 1 to 8: the number in the class of the name's colour
	text   string
}

// nameRoom is the maximum width of a name in a box.
const nameRoom = 130

// width returns the width of the line, with its name.
func (t hoverText) width() float64 {
	width := widthOf(boldText, t.text)
	if t.name != "" {
		width += widthOf(nameText, fitted(nameText, t.name, nameRoom)) + widthOf(plainText, " ")
	}
	return width
}

// The sizes of a box in pixels: from the edge to the texts, and from line to line.
const (
	boxRoom = 10
	boxLine = 17
)

// write writes the column as a group of a page's SVG of a picture. A box that is larger than the
// picture is seen beyond its edges.
func (c hoverColumn) write(b *strings.Builder, picture scene) {
	widest := 0.0
	for _, t := range c.texts {
		widest = max(widest, t.width())
	}
	width := widest + 2*boxRoom
	height := float64(boxLine*len(c.texts)) + boxRoom
	x := c.at + 12
	if x+width > picture.width {
		x = c.at - 12 - width
	}
	x = max(0, min(x, picture.width-width))
	y := max(c.top, (c.top+c.bottom)/2-height/2)
	y = max(0, min(y, picture.height-height))

	fmt.Fprintf(b, `<g><path class="%s" d="%s"/><g class="tip"><path class="%s" d="M%s %sv%s"/>`,
		hitArea.class, boxPath(c.left, c.top, c.right-c.left, c.bottom-c.top),
		guideLine.class, coordinate(c.at), coordinate(c.top), coordinate(c.bottom-c.top))
	fmt.Fprintf(b, `<path class="%s" d="%s"/>`, tipBox.class, boxPath(x, y, width, height))
	for i, t := range c.texts {
		class := plainText.class
		if i == 0 {
			class = boldText.class
		}
		name := ""
		if t.name != "" {
			name = fmt.Sprintf(`<tspan class="%s">%s</tspan> `, nameText.of(t.series-1).classes(),
				escaped(isolated(fitted(nameText, t.name, nameRoom))))
		}
		fmt.Fprintf(b, `<text class="%s" x="%s" y="%s">%s%s</text>`, class,
			coordinate(x+boxRoom), coordinate(y+boxLine*float64(i+1)), name, escaped(t.text))
	}
	b.WriteString("</g></g>\n")
}

// boxPath returns a rectangle as the value of a d attribute.
func boxPath(x, y, width, height float64) string {
	return fmt.Sprintf("M%s %sh%sv%sh%sz", coordinate(x), coordinate(y), coordinate(width),
		coordinate(height), coordinate(-width))
}

// isolated returns a name that keeps its direction among other words: between the marks of an
// isolate, where it has letters that are written from right to left.
func isolated(name string) string {
	rightToLeft := func(r rune) bool {
		return r >= 0x0590 && r < 0x0900 || r >= 0xfb1d && r < 0xff00
	}
	if strings.ContainsFunc(name, rightToLeft) {
		return "\u2068" + name + "\u2069"
	}
	return name
}
