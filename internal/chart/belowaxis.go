package chart

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/stats"
)

// A server that meets its objective at no rate is measured at very low ones. An axis from these to
// the capacities of the others would leave no room for what is to be compared, so such a server is
// told, and has only an arrow on the chart.

// minBelow is how many times lower than all rates of the other servers those of such a server are.
const minBelow = 2

// isNever reports whether a server met the objective at no rate, in half of the rounds or more.
func (s source) isNever(server string) bool {
	c := s.Capacity(server)
	return c != nil && c.AtMost
}

// belowAxis returns the servers that met the objective at no rate, and whose rates are far below
// those of the others. There is none unless another server is there to be drawn.
func (s source) belowAxis() []string {
	slowest := math.Inf(1)
	for _, cell := range s.Rates {
		if !s.isNever(cell.Server) && s.isDrawn(cell.Server) {
			slowest = min(slowest, float64(cell.Level.Value))
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Servers), func(server string) bool {
		rates := s.RatesOf(server)
		if !s.isNever(server) || math.IsInf(slowest, 1) || len(rates) == 0 {
			return true
		}
		return minBelow*float64(rates[len(rates)-1].Level.Value) > slowest
	})
}

// rates returns the cells of all rates. Trials at rates may fail, and the others of a cell are
// drawn however few they are.
func (s source) rates() []stats.Cell {
	cells := slices.Clone(s.Rates)
	for i := range cells {
		if cells[i].Clean() > 0 {
			cells[i].State = stats.Valid
		}
	}
	return cells
}

// isDrawn reports whether a server has a value at any of its rates.
func (s source) isDrawn(server string) bool {
	measured := s.objectiveMeasure()
	return slices.ContainsFunc(s.rates(), func(cell stats.Cell) bool {
		return cell.Server == server && measured.mark(cell, 0).kind != gap
	})
}

// onAxis returns the cells of a chart's rates.
func (s source) onAxis() []stats.Cell {
	below := s.belowAxis()
	return slices.DeleteFunc(s.rates(), func(cell stats.Cell) bool {
		return slices.Contains(below, cell.Server)
	})
}

// belowText states which servers are not drawn, and why; "" if all are.
func (s source) belowText() string {
	below, highest := s.belowAxis(), 0
	for _, server := range below {
		for _, cell := range s.RatesOf(server) {
			highest = max(highest, cell.Level.Value)
		}
	}
	switch len(below) {
	case 0:
		return ""
	case 1:
		return " " + s.Sprintf("An arrow to the left: %s kept to the objective at no rate. Its "+
			"rates, up to %s per second, are below the axis.", below[0], s.Integer(highest))
	}
	return " " + s.Sprintf("Arrows to the left: %s kept to the objective at no rate. Their rates, "+
		"up to %s per second, are below the axis.", s.List(below), s.Integer(highest))
}

// nameBelow places the name of a server that is not drawn: at the bottom, as its arrow.
func (d capacityFigure) nameBelow(lines []line) {
	below := d.belowAxis()
	for i, l := range lines {
		if !slices.Contains(below, l.name) {
			continue
		}
		m := markAt(0, d.y.low)
		m.kind = bend
		lines[i].marks, lines[i].joined = []mark{m}, false
	}
}

// arrowBelow draws the arrow of a server that is not drawn, at a height above the axis.
func (d capacityFigure) arrowBelow(a area, index int, y float64) {
	at := point{d.across(a, d.x.values.low), y}.plus(-3, 0)
	d.picture.arrow(strokes.of(index), at.plus(-14, 0), at, -1)
	d.picture.marker(lineStyle{index: index}, solidMark, at, graphMark)
}
