package chart

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// axisWidth is the length of the x axis in its own units, which are about points: names of usual
// length leave so much room. All that lies side by side is arranged in them.
const axisWidth = 440

// The greatest width that a server takes at a level, and the least room beside the outermost
// levels.
const (
	mostSlot  = 16
	leastEdge = 22
)

// levelAxis places the levels on the x axis. Each server has a slot of its own at a level, with its
// median on the left of it and the trials in the order of their rounds on the right, so that
// neither covers the other and a drift over the rounds shows.
type levelAxis struct {
	printer *locale.Printer
	levels  []plan.Level // ascending
	servers int
	edge    float64 // from the end of the axis to the outermost level
	slot    float64 // width of a server's slot
	log     bool    // where the levels would crowd on a linear axis
	shrunk  float64 // how much narrower than axisWidth the axis is drawn; 0: it is not
}

func newLevelAxis(w *locale.Printer, levels []plan.Level, servers int) levelAxis {
	x := levelAxis{
		printer: w,
		levels:  slices.Clone(levels),
		servers: max(1, servers),
		edge:    leastEdge,
	}
	slices.SortFunc(x.levels, func(a, b plan.Level) int { return cmp.Compare(a.Value, b.Value) })
	logarithmic := x
	logarithmic.log = true
	if linear := x.closest(); linear < mostSlot && logarithmic.closest() > 2*linear {
		x = logarithmic
	}
	x.slot = min(mostSlot, 0.8*x.closest()/float64(x.servers))
	x.edge = max(leastEdge, x.slot*float64(x.servers)/2+12)
	return x
}

// narrow arranges the same for an axis that is drawn so many points wide: labels need more of its
// units.
func (x levelAxis) narrow(points float64) levelAxis {
	x.shrunk = axisWidth / points
	return x
}

// closest gives the least distance of two levels.
func (x levelAxis) closest() float64 {
	distance := float64(axisWidth)
	for i := 1; i < len(x.levels); i++ {
		distance = min(distance, x.place(x.levels[i])-x.place(x.levels[i-1]))
	}
	return distance
}

// place gives the middle of a level. One that stands alone is in the middle of the axis.
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

func (x levelAxis) medianX(s series, at point) float64 {
	if s.guide {
		return x.place(at.level) + at.x*x.slot*float64(x.servers)/2
	}
	return x.median(s, at.level)
}

func (x levelAxis) trialX(s series, at point, i int) float64 {
	return x.trial(s, at.level, i, len(at.trials))
}

func (x levelAxis) endX(s series, at point) float64 {
	if s.guide {
		return x.medianX(s, at)
	}
	return x.trialX(s, at, len(at.trials)-1)
}

// label says what the levels are.
func (x levelAxis) label() string {
	return x.scaled("concurrency level (clients)", "arrival rate (requests per second)")
}

// shortLabel says the same in the room of a panel.
func (x levelAxis) shortLabel() string {
	return x.scaled("clients", "arrivals a second")
}

// logScale is added to the name of an axis.
const logScale locale.Message = ", log scale"

// scaled gives the axis's name for its kind of levels.
func (x levelAxis) scaled(clients, rates locale.Message) string {
	text := x.printer.Sprintf(clients)
	if x.levels[0].Kind == plan.Rate {
		text = x.printer.Sprintf(rates)
	}
	if x.log {
		text += x.printer.Sprintf(logScale)
	}
	return text
}

// median places a line's median. References have no trials, so they need no slot.
func (x levelAxis) median(s series, level plan.Level) float64 {
	if s.reference {
		return x.place(level)
	}
	return x.place(level) + (float64(s.style)-float64(x.servers-1)/2)*x.slot - 0.35*x.slot
}

// trial places the i-th of n trials of a line; the only one of a level is its own median.
func (x levelAxis) trial(s series, level plan.Level, i, n int) float64 {
	at := x.median(s, level)
	if n > 1 {
		at += 0.4*x.slot + 0.5*x.slot*float64(i)/float64(n-1)
	}
	return at
}

// radius is that of a median's marker, in points.
func (x levelAxis) radius() float64 { return max(2, min(3.6, x.slot)) }

// ticks labels the levels: the first, the last, and of the others those that do not run into them
// or into the one before.
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

func sortedByLevel(cells []stats.Cell) []stats.Cell {
	slices.SortStableFunc(
		cells,
		func(a, b stats.Cell) int { return cmp.Compare(a.Level.Value, b.Level.Value) },
	)
	return cells
}
