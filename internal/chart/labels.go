package chart

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The names' sizes in points. A thin line leads from where a line ends to its key, which is a piece
// of the line with its marker, and to its name.
const (
	textSize  = 10
	labelStep = 13  // the least distance of two names, as long as there is room
	mostLabel = 150 // the greatest width of a name
	leadWidth = 16  // from the data to the key
	keyWidth  = 28  // the key and the gap to the name
)

// label is a name on its way to its place.
type label struct {
	series series
	from   vg.Point // where the line ends
	y      float64  // where the name stands
}

// textWidth measures a name. The font's metrics know nothing of scripts that it does not have:
// their widest letters are about as wide as the text is high.
func textWidth(p *plot.Plot, name string) vg.Length {
	width := p.X.Tick.Label.Width(name)
	for _, r := range name {
		if r >= 0x0590 {
			width += vg.Points(textSize / 2)
		}
	}
	return width
}

// shorten cuts the middle out of a long name: its end tells p50 from p99, and often one server from
// another. The whole name shows where a pointer rests on it.
func shorten(p *plot.Plot, name string) string {
	runes := []rune(name)
	short := name
	for keep := len(runes) - 1; keep > 0 && textWidth(p, short) > vg.Points(mostLabel); keep-- {
		end := min(9, keep/2)
		short = string(runes[:keep-end]) + "…" + string(runes[len(runes)-end:])
	}
	return short
}

// names writes each line's name at its right end, outside of the data.
func (o *overlay) names(c draw.Canvas, p *plot.Plot) {
	labels := o.labels(c, p)
	size := min(textSize, 0.85*spread(labels, c.Min.Y.Points()+4, c.Max.Y.Points()-4))
	for _, l := range labels {
		y, x := vg.Points(l.y), c.Max.X+vg.Points(leadWidth)
		c.StrokeLines(draw.LineStyle{Color: rgb(soft), Width: vg.Points(0.5)}, []vg.Point{
			l.from, {X: max(l.from.X, c.Max.X), Y: l.from.Y}, {X: x - vg.Points(3), Y: y}})
		key := vg.Points(keyWidth - 5)
		c.StrokeLine2(l.series.line(), x, y, x+key, y)
		if !l.series.guide {
			c.DrawGlyphNoClip(l.series.glyph(o.figure.x.radius()), vg.Point{X: x + key/2, Y: y})
		}
		fmt.Fprintf(&o.marks, `<text x="%.1f" y="%.1f" style="%s;font-size:%.1fpx;fill:%s">`,
			(x + vg.Points(keyWidth)).Points(), pictureHeight-l.y+0.35*size, fonts, size, ink)
		fmt.Fprintf(&o.marks, "<title>%s</title>%s</text>\n",
			escaped(l.series.label), escaped(shorten(p, l.series.label)))
	}
}

// labels gives a label for each line that is drawn, from the bottom to the top.
func (o *overlay) labels(c draw.Canvas, p *plot.Plot) []*label {
	toX, toY := p.Transforms(&c)
	var all []*label
	for _, s := range o.figure.series {
		if end, ok := s.last(); ok {
			x := toX(o.figure.x.endX(s, end)) + vg.Points(5)
			y := toY(o.figure.y.place(end.median))
			all = append(all, &label{s, vg.Point{X: x, Y: y}, y.Points()})
		}
	}
	slices.SortStableFunc(all, func(a, b *label) int { return cmp.Compare(a.y, b.y) })
	return all
}

// spread moves labels apart as little as it can (least squares, by pooling neighbours that would
// violate their order), keeps them between low and high, and gives the distance that they have at
// least.
func spread(labels []*label, low, high float64) (step float64) {
	if len(labels) == 0 {
		return labelStep
	}
	step = min(labelStep, (high-low)/float64(max(1, len(labels)-1)))
	type pool struct{ sum, n float64 }
	var pools []pool
	for i, l := range labels {
		pools = append(pools, pool{l.y - float64(i)*step, 1})
		for k := len(pools) - 1; k > 0 && pools[k-1].sum/pools[k-1].n > pools[k].sum/pools[k].n; k-- {
			pools[k-1] = pool{pools[k-1].sum + pools[k].sum, pools[k-1].n + pools[k].n}
			pools = pools[:k]
		}
	}
	i, top := 0, high-float64(len(labels)-1)*step
	for _, p := range pools {
		for range int(p.n) {
			labels[i].y = max(low, min(top, p.sum/p.n)) + float64(i)*step
			i++
		}
	}
	return step
}
