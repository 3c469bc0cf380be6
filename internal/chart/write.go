package chart

import (
	"fmt"
	"strings"
)

// This file writes scenes as SVG: with classes for a page, and with attributes for a file.

// inline returns the scene as an element of a page, which has the style sheet of Styles. Its class
// may be "wide" or "narrow". The label is for readers who cannot see it.
func (s scene) inline(class, label string) string {
	if class != "" {
		class = " " + class
	}
	var b strings.Builder
	width, height := coordinate(s.width), coordinate(s.height)
	fmt.Fprintf(&b, `<svg class="ch%s" data-labbook="chart" viewBox="0 0 %s %s" width="%s" `+
		`height="%s" role="img" aria-label="%s">`+"\n", class, width, height, width, height,
		escaped(label))
	for _, i := range s.items {
		i.write(&b, ` class="`+i.paint.classes()+anchorClass[i.anchor]+`"`, "")
	}
	for _, c := range s.columns {
		c.write(&b, s)
	}
	b.WriteString("</svg>")
	return b.String()
}

// anchorClass is the class of an anchor, after others.
var anchorClass = map[anchor]string{middle: " m", end: " r"}

// elements returns the scene's items with attributes in a theme.
func (s scene) elements(t theme) string {
	var b strings.Builder
	for _, i := range s.items {
		attributes := i.paint.attributes(t)
		if i.dots != nil {
			i.circles(&b, t)
			continue
		}
		anchor := ""
		if i.anchor != start {
			anchor = ` text-anchor="` + string(i.anchor) + `"`
		}
		i.write(&b, attributes, anchor)
	}
	return b.String()
}

// write writes the item as an element with some attributes.
func (i item) write(b *strings.Builder, attributes, anchor string) {
	title := ""
	if i.title != "" {
		title = "<title>" + escaped(i.title) + "</title>"
	}
	switch {
	case i.paint.size == 0 && title == "":
		fmt.Fprintf(b, `<path%s d="%s"/>`+"\n", attributes, i.outline())
		return
	case i.paint.size == 0:
		fmt.Fprintf(b, `<path%s d="%s">%s</path>`+"\n", attributes, i.outline(), title)
		return
	}
	fmt.Fprintf(b, `<text%s%s x="%s" y="%s">%s%s</text>`+"\n", attributes, anchor,
		coordinate(i.at.x), coordinate(i.at.y), title, escaped(i.text))
}

// circles writes dots as circles that say which trial they are.
func (i item) circles(b *strings.Builder, t theme) {
	p := i.paint
	fmt.Fprintf(b, `<g fill="%s" fill-opacity="%s">`+"\n", t.colour(p.stroke, p.series),
		short(p.opacity))
	for _, d := range i.dots {
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s"><title>%s</title></circle>`+"\n",
			coordinate(d.at.x), coordinate(d.at.y), short(p.width/2), escaped(d.title))
	}
	b.WriteString("</g>\n")
}

// outline returns the item's path as the value of a d attribute. Dots are strokes without a length,
// which have round ends.
func (i item) outline() string {
	var b strings.Builder
	var from [2]int
	for _, g := range i.path {
		to := [2]int{tenths(g.to.x), tenths(g.to.y)}
		switch g.kind {
		case closed:
			b.WriteString("z")
			continue
		case circle:
			r := decimal(tenths(g.radius))
			d := decimal(2 * tenths(g.radius))
			left := decimal(to[0] - tenths(g.radius))
			fmt.Fprintf(&b, "M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0-%s 0z", left, decimal(to[1]),
				r, r, d, r, r, d)
		case moveTo:
			fmt.Fprintf(&b, "M%s %s", decimal(to[0]), decimal(to[1]))
		case lineTo:
			b.WriteString(lineCommand(from, to))
		}
		from = to
	}
	for _, d := range i.dots {
		fmt.Fprintf(&b, "M%s %sh0", coordinate(d.at.x), coordinate(d.at.y))
	}
	return b.String()
}

// lineCommand returns the shortest command for a line.
func lineCommand(from, to [2]int) string {
	dx, dy := to[0]-from[0], to[1]-from[1]
	switch {
	case dy == 0:
		return "h" + decimal(dx)
	case dx == 0:
		return "v" + decimal(dy)
	}
	y := decimal(dy)
	if !strings.HasPrefix(y, "-") {
		y = " " + y
	}
	return "l" + decimal(dx) + y
}
