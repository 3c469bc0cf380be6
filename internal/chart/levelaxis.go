package chart

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"

	"labbook/internal/locale"
	"labbook/internal/plan"
)

// axisWidth is the length of an axis of levels in its own units. These are about points, because
// names of usual length leave an axis about that long. All that is side by side is arranged in
// them.
const axisWidth = 440

// The maximum width of a server's slot at a level, how far from its level a median's marker may be,
// and the minimum room beside the outermost levels.
const (
	maxSlot  = 12
	maxDodge = 3
	minEdge  = 22
)

// levelAxis places the levels on the x axis. Lines bend exactly at their levels: moved aside, lines
// that rise would seem to differ in value. Only the markers of several servers are a few points
// apart, so that equal ones can be told apart. The trials have a slot for each server, in the order
// of their rounds, so that a drift shows.
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

// dodge returns how far from the level the markers of a server are.
func (x levelAxis) dodge(server int) float64 {
	if x.servers == 1 {
		return 0
	}
	return maxDodge * max(1, x.shrunk) * (2*float64(server)/float64(x.servers-1) - 1)
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

// small returns the levels for a small panel: labels and markers need more of the axis's units.
func (x levelAxis) small() levelAxis {
	x.shrunk = axisWidth / float64(panelWidth)
	return x
}

// smallAxis returns the axis for a small panel: its name is short.
func (x levelAxis) smallAxis() axis {
	return axis{
		name:  x.name("clients", "arrivals per second"),
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

// maxLabelRows is the maximum number of rows in which the labels of levels stand.
const maxLabelRows = 2

// ticks returns a tick for each level. A label that would run into another one stands a row lower.
// The first and the last level have a label, and so have those between them for which a row has
// room.
func (x levelAxis) ticks() plot.ConstantTicks {
	ticks := make(plot.ConstantTicks, len(x.levels))
	last := len(x.levels) - 1
	var rows [maxLabelRows][]labelRoom
	write := func(i int) {
		level := x.levels[i]
		at, text := x.place(level), x.printer.Integer(level.Value)
		half := (float64(len(text))*3 + 2) * max(1, x.shrunk)
		for row := range rows {
			room := labelRoom{at - half, at + half}
			if !slices.ContainsFunc(rows[row], room.overlaps) {
				ticks[i].Label = strings.Repeat("\n", row) + text
				rows[row] = append(rows[row], room)
				return
			}
		}
	}

	for i, level := range x.levels {
		ticks[i].Value = x.place(level)
	}
	write(0)
	if last > 0 {
		write(last)
	}
	for i := 1; i < last; i++ {
		write(i)
	}
	return ticks
}

// labelRoom is the room of a label along an axis.
type labelRoom struct{ left, right float64 }

func (r labelRoom) overlaps(other labelRoom) bool {
	return r.left < other.right-1e-9 && other.left < r.right-1e-9
}
