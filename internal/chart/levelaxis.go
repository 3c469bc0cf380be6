package chart

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"labbook/internal/locale"
	"labbook/internal/plan"
)

// axisWidth is the length of an axis of levels in its own units. These are about points, because
// names of usual length leave an axis about that long. All that is side by side is arranged in
// them.
const axisWidth = 440

// The maximum width of a server's slot at a level, and the minimum room beside the outermost
// levels.
const (
	maxSlot = 16
	minEdge = 22
)

// levelAxis places the levels on the x axis. Each server has a slot of its own at a level: its
// median is on the left of it and its trials follow on the right, in the order of their rounds. So
// neither covers the other, and a drift over the rounds shows.
type levelAxis struct {
	printer *locale.Printer
	levels  []plan.Level // ascending
	servers int
	edge    float64 // from the end of the axis to the outermost level
	slot    float64 // width of a server's slot
	log     bool    // where the levels would be crowded on a linear axis
	shrunk  float64 // by how much axisWidth is shrunk where it is drawn; 0: not at all
}

// levelAxis returns the axis of the analysis's levels.
func (s source) levelAxis() levelAxis {
	return newLevelAxis(s.Printer, s.Levels, len(s.Servers))
}

func newLevelAxis(w *locale.Printer, levels []plan.Level, servers int) levelAxis {
	x := levelAxis{
		printer: w,
		levels:  slices.Clone(levels),
		servers: max(1, servers),
		edge:    minEdge,
	}
	slices.SortFunc(x.levels, func(a, b plan.Level) int { return cmp.Compare(a.Value, b.Value) })

	logarithmic := x
	logarithmic.log = true
	if linear := x.closest(); linear < maxSlot && logarithmic.closest() > 2*linear {
		x = logarithmic
	}

	x.slot = min(maxSlot, 0.8*x.closest()/float64(x.servers))
	x.edge = max(minEdge, x.slot*float64(x.servers)/2+12)
	return x
}

// closest returns the minimum distance of two levels.
func (x levelAxis) closest() float64 {
	distance := float64(axisWidth)
	for i := 1; i < len(x.levels); i++ {
		distance = min(distance, x.place(x.levels[i])-x.place(x.levels[i-1]))
	}
	return distance
}

// place returns the middle of a level. A single level is in the middle of the axis.
func (x levelAxis) place(level plan.Level) float64 {
	scale := func(v int) float64 {
		if x.log {
			return math.Log(float64(v))
		}
		return float64(v)
	}
	low, high := scale(x.levels[0].Value), scale(x.levels[len(x.levels)-1].Value)
	if low == high {
		return axisWidth / 2
	}
	return x.edge + (scale(level.Value)-low)/(high-low)*(axisWidth-2*x.edge)
}

// median returns the place of a server's median at a level.
func (x levelAxis) median(server int, level plan.Level) float64 {
	return x.place(level) + (float64(server)-float64(x.servers-1)/2)*x.slot - 0.35*x.slot
}

// afterMedian returns how far from the median the i-th of n trials is. The only trial of a level is
// its own median.
func (x levelAxis) afterMedian(i, n int) float64 {
	if n <= 1 {
		return 0
	}
	return 0.4*x.slot + 0.5*x.slot*float64(i)/float64(n-1)
}

// guide returns a line with one value for each level. Servers are side by side at a level, so the
// line is as wide as all of them there: whichever server has the value is on the line.
func (x levelAxis) guide(name string, value func(plan.Level) float64) line {
	l := line{style: guide, name: name, joined: true}
	for _, level := range x.levels {
		reach := x.slot * float64(x.servers) / 2
		for _, at := range []float64{x.place(level) - reach, x.place(level) + reach} {
			m := markAt(at, value(level))
			m.kind, m.level = bend, level
			l.marks = append(l.marks, m)
		}
	}
	return l
}

// markerRadius is that of a median, in points.
func (x levelAxis) markerRadius() float64 { return max(2, min(3.6, x.slot)) }

// axis returns the axis for a panel that is a chart of its own.
func (x levelAxis) axis() axis {
	name := x.name("concurrency level (clients)", "arrival rate (requests per second)")
	return axis{name: name, high: axisWidth, ticks: x.ticks()}
}

// panelWidth is about the width of a small panel's axis in points.
const panelWidth = 150

// smallAxis returns the axis for a small panel: its labels need more of the axis's units, and its
// name is short.
func (x levelAxis) smallAxis() axis {
	x.shrunk = axisWidth / float64(panelWidth)
	return axis{
		name:  x.name("clients", "arrivals a second"),
		high:  axisWidth,
		ticks: x.ticks(),
	}
}

// name returns the axis's name for its kind of levels.
func (x levelAxis) name(clients, rates locale.Message) string {
	name := x.printer.Sprintf(clients)
	if x.levels[0].Kind == plan.Rate {
		name = x.printer.Sprintf(rates)
	}
	if x.log {
		name += x.printer.Sprintf(logScale)
	}
	return name
}

// ticks returns a tick for each level. The first and the last have a label, and so have those
// between them whose labels run into no other.
func (x levelAxis) ticks() plot.ConstantTicks {
	ticks := make(plot.ConstantTicks, len(x.levels))
	last := len(x.levels) - 1
	labelHalf := func(i int) float64 {
		return (float64(len(x.printer.Integer(x.levels[i].Value)))*3 + 3) * max(1, x.shrunk)
	}
	end, start := math.Inf(-1), x.place(x.levels[last])-labelHalf(last)
	for i, level := range x.levels {
		at, half := x.place(level), labelHalf(i)
		ticks[i].Value = at
		if i == last && (i == 0 || at-half >= end) ||
			i != last && at-half >= end && at+half <= start {
			ticks[i].Label, end = x.printer.Integer(level.Value), at+half
		}
	}
	return ticks
}
