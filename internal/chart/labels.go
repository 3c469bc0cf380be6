package chart

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// endLabels writes each line's name at its right end, outside of the data, and keeps the names apart.
type endLabels struct {
	style text.Style // of the axis's ticks
	names []endLabel
}

type endLabel struct {
	text   string
	colour string
	x, y   float64 // where the line ends, in data
}

// mostLabel is how many characters of a name are shown: the whole one stands in the tables.
const mostLabel = 26

// labelStep is the least distance of two names.
const labelStep = 13

// labelGap is the room between the data and the names, in which a thin line leads from one to the other.
const labelGap = 14

func (l *endLabels) add(s series, shift float64) {
	if p, ok := s.last(); ok {
		l.names = append(l.names, endLabel{shorten(s.label), s.colour(), float64(p.level.Value) + shift, p.median})
	}
}

// shorten cuts the middle out of a long name: its end tells p50 from p99, and often one server from another.
func shorten(name string) string {
	runes := []rune(name)
	if len(runes) <= mostLabel {
		return name
	}
	const end = 9
	return string(runes[:mostLabel-end-1]) + "…" + string(runes[len(runes)-end:])
}

// GlyphBoxes asks for the room to the right of the data that the longest name needs.
func (l *endLabels) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	var widest vg.Length
	for _, name := range l.names {
		widest = max(widest, l.style.Width(name.text))
	}
	room := vg.Rectangle{Max: vg.Point{X: widest + vg.Points(labelGap+4), Y: vg.Points(1)}}
	return []plot.GlyphBox{{X: 1, Y: 0.5, Rectangle: room}}
}

// Plot writes the names.
func (l *endLabels) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	type placed struct {
		endLabel
		from, at vg.Length
	}
	var all []placed
	for _, name := range l.names {
		all = append(all, placed{name, toY(name.y), toY(name.y)})
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.from, b.from) })
	at := make([]vg.Length, len(all))
	for i := range all {
		at[i] = all[i].from
	}
	spread(at, c.Min.Y, c.Max.Y)
	style := l.style
	style.XAlign, style.YAlign = text.XLeft, text.YCenter
	for i, name := range all {
		style.Color = rgb(ink)
		left := c.Max.X + vg.Points(labelGap)
		lead := draw.LineStyle{Color: rgb(name.colour), Width: vg.Points(0.7)}
		c.StrokeLine2(lead, toX(name.x)+vg.Points(5), name.from, left-vg.Points(3), at[i])
		c.FillText(style, vg.Point{X: left, Y: at[i]}, name.text)
	}
}

// spread moves ascending places apart until each is a labelStep from the next, and into the room
// between low and high as far as they fit.
func spread(at []vg.Length, low, high vg.Length) {
	step := vg.Points(labelStep)
	for i := 1; i < len(at); i++ {
		at[i] = max(at[i], at[i-1]+step)
	}
	top := high
	for i := len(at) - 1; i >= 0; i-- {
		at[i] = min(at[i], top)
		top = at[i] - step
	}
	bottom := low
	for i := range at {
		at[i] = max(at[i], bottom)
		bottom = at[i] + step
	}
}
