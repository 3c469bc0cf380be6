package chart

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
)

// levelScale places the levels on an x axis of so many pixels: each at its value, or at its
// logarithm where the levels would be crowded. All that belongs to a level is at its place.
type levelScale struct {
	printer     *locale.Printer
	levels      []plan.Level // ascending
	width       float64      // of the axis
	left, right float64      // from its ends to the outermost levels
	log         bool
}

// crowded is the distance of two levels as a share of all of them, below which they are too close
// to each other. A share, so that all charts of a report have the same scale, whatever their width.
// Rates bear more: on a logarithmic axis, what arrives would be no straight line.
const (
	crowdedClients = 0.08
	crowdedRates   = 0.045
)

// levelScale returns the scale of the analysis's levels on an axis.
func (s source) levelScale(width, left, right float64) levelScale {
	return newLevelScale(s.Printer, s.Levels, width, left, right)
}

func newLevelScale(
	w *locale.Printer, levels []plan.Level, width, left, right float64,
) levelScale {
	x := levelScale{
		printer: w,
		levels:  slices.Clone(levels),
		width:   width,
		left:    left,
		right:   right,
	}
	slices.SortFunc(x.levels, func(a, b plan.Level) int { return cmp.Compare(a.Value, b.Value) })
	logarithmic := x
	logarithmic.log = true
	span := width - left - right
	if linear := x.closest(); linear < x.crowded()*span && logarithmic.closest() > 2*linear {
		return logarithmic
	}
	return x
}

func (x levelScale) crowded() float64 {
	if len(x.levels) > 0 && x.levels[0].Kind == plan.Rate {
		return crowdedRates
	}
	return crowdedClients
}

// closest returns the minimum distance of two levels.
func (x levelScale) closest() float64 {
	distance := x.width
	for i := 1; i < len(x.levels); i++ {
		distance = min(distance, x.place(x.levels[i])-x.place(x.levels[i-1]))
	}
	return distance
}

// place returns the place of a level. A single level is in the middle of the axis.
func (x levelScale) place(level plan.Level) float64 {
	scale := func(v int) float64 {
		if x.log {
			return math.Log(float64(v))
		}
		return float64(v)
	}
	low, high := scale(x.levels[0].Value), scale(x.levels[len(x.levels)-1].Value)
	if low == high {
		return (x.left + x.width - x.right) / 2
	}
	return x.left + (scale(level.Value)-low)/(high-low)*(x.width-x.left-x.right)
}

// axis returns the scale as an axis, with a tick for each level.
func (x levelScale) axis() axis { return axis{high: x.width, ticks: x.ticks()} }

// text returns a level as it is written below the axis.
func (x levelScale) text(level plan.Level) string {
	if level.Kind == plan.Capacity {
		return x.printer.Sprintf("capacity")
	}
	return x.printer.Integer(level.Value)
}

// name returns what the levels are; "" if their texts tell that.
func (x levelScale) name() string {
	if x.levels[0].Kind == plan.Capacity {
		return ""
	}
	name := x.printer.Sprintf("concurrent clients")
	if x.levels[0].Kind == plan.Rate {
		name = x.printer.Sprintf("arrival rate (requests per second)")
	}
	if x.log {
		name += x.printer.Sprintf(logScale)
	}
	return name
}

// ticks returns a tick for each level. The first and the last have a label, and so have those
// between them whose labels are not too close to another.
func (x levelScale) ticks() plot.ConstantTicks {
	ticks := make(plot.ConstantTicks, len(x.levels))
	for i, level := range x.levels {
		ticks[i].Value = x.place(level)
	}
	for _, i := range x.apart(tickText, func(level plan.Level) string {
		return x.text(level)
	}) {
		ticks[i].Label = x.text(x.levels[i])
	}
	return ticks
}

// labelStep is the distance of two rows of labels below an axis, in pixels.
const labelStep = 13

// lower returns the labels that have no room beside the others, for a row below them. One that has
// no room there either is left out.
func (x levelScale) lower() (labels plot.ConstantTicks) {
	const gap = 6
	var taken []labelBox
	for i, tick := range x.ticks() {
		text := x.text(x.levels[i])
		half := (widthOf(tickText, text) + gap) / 2
		b := labelBox{left: tick.Value - half, right: tick.Value + half}
		if tick.Label == "" && !slices.ContainsFunc(taken, b.covers) {
			labels = append(labels, plot.Tick{Value: tick.Value, Label: text})
			taken = append(taken, b)
		}
	}
	return labels
}

// apart returns which levels have room for a text below them: the first, the last and those
// between them whose texts are not too close to another.
func (x levelScale) apart(s *style, text func(plan.Level) string) (shown []int) {
	const gap = 6
	last := len(x.levels) - 1
	half := func(i int) float64 { return (widthOf(s, text(x.levels[i])) + gap) / 2 }
	end, start := math.Inf(-1), x.place(x.levels[last])-half(last)
	for i, level := range x.levels {
		at := x.place(level)
		if i == last && (i == 0 || at-half(i) >= end) ||
			i != last && at-half(i) >= end && at+half(i) <= start {
			shown, end = append(shown, i), at+half(i)
		}
	}
	return shown
}

// curvePieces is how many pieces a curve has between two levels of a logarithmic axis.
const curvePieces = 12

// guide returns a line with a value for each level, from the first to the last. Between two levels
// it is what the value would be there. At a single level it is as long as the axis allows.
func (x levelScale) guide(name string, value func(level float64) float64) line {
	l := line{style: guide, name: name, joined: true}
	add := func(at, level float64) {
		m := markAt(at, value(level))
		m.kind = bend
		l.marks = append(l.marks, m)
	}
	first, last := x.levels[0], x.levels[len(x.levels)-1]
	if first == last {
		add(x.left, float64(first.Value))
		add(x.width-x.right, float64(first.Value))
		return l
	}

	from, to := x.place(first), x.place(last)
	pieces := 1
	if x.log {
		pieces = curvePieces * (len(x.levels) - 1)
	}
	for i := range pieces + 1 {
		share := float64(i) / float64(pieces)
		add(from+share*(to-from), x.levelAt(share))
	}
	return l
}

// levelAt returns the level at a share of the way from the first level to the last.
func (x levelScale) levelAt(share float64) float64 {
	low, high := float64(x.levels[0].Value), float64(x.levels[len(x.levels)-1].Value)
	if x.log {
		return low * math.Pow(high/low, share)
	}
	return low + share*(high-low)
}
