package chart

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The sizes of names in points. A thin line leads from the end of a line to its key, which is a
// piece of the line with its marker, and to its name.
const (
	textSize  = 10
	labelStep = 13  // the minimum distance of two names, as long as there is room
	maxLabel  = 150 // the maximum width of a name
	leadWidth = 16  // from the data to the key
	keyWidth  = 28  // the key and the gap to the name
)

// textWidth returns about the width of a name. The font's metrics do not cover all scripts: the
// widest letters of the others are about as wide as the text is high.
func textWidth(name string) vg.Length {
	style := text.Style{Font: sans(textSize), Handler: plot.DefaultTextHandler}
	width := style.Width(name)
	for _, r := range name {
		if r >= 0x0590 {
			width += vg.Points(textSize / 2)
		}
	}
	return width
}

// shorten cuts the middle out of a long name: its end tells p50 from p99, and often one server from
// another. A pointer that rests on the name shows all of it.
func shorten(name string) string {
	runes := []rune(name)
	short := name
	keep := min(len(runes)-1, maxLabel) // letters are wider than a point
	for ; keep > 0 && textWidth(short) > vg.Points(maxLabel); keep-- {
		end := min(9, keep/2)
		short = string(runes[:keep-end]) + "…" + string(runes[len(runes)-end:])
	}
	return short
}

// name writes a name, shortened. A pointer shows all of it.
func (d *document) name(l label) {
	l.style = "fill:" + ink
	l.title, l.text = l.text, shorten(l.text)
	d.label(l)
}

// key draws a piece of a line with its marker.
func key(c draw.Canvas, style lineStyle, radius float64, x, y vg.Length) {
	length := vg.Points(keyWidth - 5)
	c.StrokeLine2(style.line(), x, y, x+length, y)
	if !style.guide {
		c.DrawGlyphNoClip(style.marker(radius), vg.Point{X: x + length/2, Y: y})
	}
}

// endName is the name of a line on its way to its place.
type endName struct {
	line line
	from vg.Point // the line's end
	y    float64  // the name's place, in points
}

// names writes each line's name at its right end, outside of the data.
func (o overlay) names(c draw.Canvas, place placer) {
	names := o.endNames(place)
	step := spreadNames(names, c.Min.Y.Points()+4, c.Max.Y.Points()-4)
	size := min(textSize, 0.85*step)
	for _, n := range names {
		x, y := c.Max.X+vg.Points(leadWidth), vg.Points(n.y)
		lead := draw.LineStyle{Color: rgb(soft), Width: vg.Points(0.5)}
		c.StrokeLines(lead, []vg.Point{
			n.from,
			{X: max(n.from.X, c.Max.X), Y: n.from.Y},
			{X: x - vg.Points(3), Y: y},
		})
		key(c, n.line.style, o.panel.marker, x, y)
		o.document.name(label{
			x:    (x + vg.Points(keyWidth)).Points(),
			y:    o.document.height - n.y + 0.35*size,
			size: pixels(size),
			text: n.line.name,
		})
	}
}

// endNames returns the name of each line that is drawn, from the bottom to the top.
func (o overlay) endNames(place placer) []*endName {
	var all []*endName
	for _, l := range o.panel.lines {
		if end, ok := l.last(); ok {
			from := place(end.at+end.reach, end.value).Add(vg.Point{X: vg.Points(5)})
			all = append(all, &endName{line: l, from: from, y: from.Y.Points()})
		}
	}
	slices.SortStableFunc(all, func(a, b *endName) int { return cmp.Compare(a.y, b.y) })
	return all
}

// spreadNames moves names apart and keeps them between low and high. It returns the minimum
// distance of two names.
func spreadNames(names []*endName, low, high float64) (step float64) {
	places := make([]float64, len(names))
	for i, name := range names {
		places[i] = name.y
	}
	step = spread(places, low, high, labelStep)
	for i, name := range names {
		name.y = places[i]
	}
	return step
}
