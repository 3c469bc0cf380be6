package stats

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/record"
)

// A round does not tell the capacity, only two rates between which it is. More rounds do not bring
// these nearer to each other: a server without any noise has the same two in each round. The
// interval of the estimates between them alone would be too sure of itself. So that of a capacity
// is extended on each side by what the rates leave open there: by the ratio of the median of the
// low ends, or of the high ends, to that of the estimates. That of a ratio also contains all from
// the centre of low ÷ high to that of high ÷ low (the bounds of partially identified parameters;
// Manski, Partial Identification of Probability Distributions, 2003). A p-value is of the
// estimates; a verdict needs both.
//
// A capacity below the lowest rate or above the highest one has no such end. It is computed with
// one that is far off, and where an interval ends there, it is open on that side.

// farOff is by what factor an end that is not known is beyond all rates, and isFarOff the factor
// from which on the end of an interval is one of these.
const (
	farOff   = 1e9
	isFarOff = 1e3
)

// ofBracket returns a metric of the capacity of a round.
func ofBracket(value func(record.Bracket) float64) func(record.Result) (float64, bool) {
	return func(r record.Result) (float64, bool) {
		if r.Capacity == nil {
			return 0, false
		}
		return value(*r.Capacity), true
	}
}

// lowOfBracket returns the least that the capacity of a round can be.
func lowOfBracket(b record.Bracket) float64 {
	if b.AtMost() {
		return b.Estimate / farOff
	}
	return b.Low
}

// highOfBracket returns the most that it can be.
func highOfBracket(b record.Bracket) float64 {
	if b.AtLeast() {
		return b.Estimate * farOff
	}
	return b.High
}

// leastOfCapacity returns the estimate of a round's capacity, or what is far off below it.
func leastOfCapacity(b record.Bracket) float64 {
	if b.AtMost() {
		return b.Estimate / farOff
	}
	return b.Estimate
}

// mostOfCapacity returns the same, or what is far off above it.
func mostOfCapacity(b record.Bracket) float64 {
	if b.AtLeast() {
		return b.Estimate * farOff
	}
	return b.Estimate
}

// isCapacity reports whether the throughput of a cell is a capacity.
func (c Cell) isCapacity() bool { return isCapacity(c.Cell, Throughput) }

// boundCapacities sets the intervals of the capacities of cells.
func boundCapacities(cells []Cell) {
	for _, cell := range cells {
		s := cell.Of(Throughput)
		if !cell.isCapacity() || !s.HasInterval() {
			continue
		}
		least, most := cell.bounds(Throughput)
		s.Low = least.Low * cell.Of(bracketLow).Median / s.Median
		s.High = most.High * cell.Of(bracketHigh).Median / s.Median
		if !(s.Low > s.Min/isFarOff) {
			s.OpenLow, s.Low = true, s.Min
		}
		if !(s.High < s.Max*isFarOff) {
			s.OpenHigh, s.High = true, s.Max
		}
		cell.Summaries[Throughput] = s
	}
}

// compareCapacities compares two capacities as compareThroughputs does.
func (m inference) compareCapacities(c *Comparison, cell, base Cell, margin float64) {
	*c = m.capacityRatio(cell, base)
	c.coarse = c.isCoarse(math.Expm1(margin))
	if !c.HasInterval() {
		return
	}
	above, below := c.sidesOfBounds(0)
	c.P = min(1, 2*min(above, below))
	above, _ = c.sidesOfBounds(-margin)
	_, below = c.sidesOfBounds(margin)
	c.notEquivalent = min(1, 2*max(above, below))
}

// capacityRatio returns the ratio of two capacities. What is far off is not symmetric about
// anything, so where a capacity is open in a round, signs are counted.
func (m inference) capacityRatio(cell, base Cell) Comparison {
	m.bySigns = m.bySigns || isOpen(cell) || isOpen(base)
	ratio := func(ours, theirs *Metric) Comparison {
		return m.compare(cell.Of(ours).Sample, base.Of(theirs).Sample)
	}
	c := ratio(Throughput, Throughput)
	least, most := m.capacityRatios(cell, base)
	c.least, c.most = &least, &most
	if c.HasInterval() {
		low, high := ratio(bracketLow, bracketHigh), ratio(bracketHigh, bracketLow)
		c.coarseLow, c.coarseHigh = low.Ratio, high.Ratio
		c.Low, c.High = min(least.Low, low.Ratio), max(most.High, high.Ratio)
		smallest, largest := math.Exp(slices.Min(c.logs)), math.Exp(slices.Max(c.logs))
		if !(c.Low > smallest/isFarOff) {
			c.OpenLow, c.Low = true, smallest
		}
		if !(c.High < largest*isFarOff) {
			c.OpenHigh, c.High = true, largest
		}
	}
	return c
}

// capacityRatio returns the ratio of two capacities as it is compared.
func (a *Analysis) capacityRatio(cell, base Cell) Comparison {
	return a.inference(cell, base).capacityRatio(cell, base)
}

// isOpen reports whether a capacity was beyond the rates in any round.
func isOpen(cell Cell) bool {
	return slices.ContainsFunc(cell.counted, isOpenRound)
}

func isOpenRound(r record.Result) bool {
	return r.Capacity != nil && (r.Capacity.AtLeast() || r.Capacity.AtMost())
}

// capacityRatios returns the least and the most that the ratio of two capacities can be.
func (m inference) capacityRatios(cell, base Cell) (least, most Comparison) {
	m.bySigns = m.bySigns || isOpen(cell) || isOpen(base)
	low, high := cell.Of(capacityAtLeast).Sample, cell.Of(capacityAtMost).Sample
	ofLow, ofHigh := base.Of(capacityAtLeast).Sample, base.Of(capacityAtMost).Sample
	return m.compare(low, ofHigh), m.compare(high, ofLow)
}

// sidesOfBounds is sidedP of a ratio that is known within bounds only.
func (c Comparison) sidesOfBounds(limit float64) (above, below float64) {
	above, _ = c.least.sidedP(limit)
	_, below = c.most.sidedP(limit)
	return above, below
}

// isCoarse reports whether what the rates leave open of a ratio allows no verdict, however many
// rounds there are: it contains 1, and more than the margin.
func (c Comparison) isCoarse(margin float64) bool {
	low, high := c.coarseLow, c.coarseHigh
	return c.least != nil && low <= 1 && high >= 1 && !(low >= 1/(1+margin) && high <= 1+margin)
}

// bound sets the interval and the p-values of a shift of capacities. low and high are those of the
// ends of brackets.
func (s *Shift) bound(least, most, low, high Shift) {
	s.least, s.most = &least, &most
	s.P = min(1, 2*min(s.PAtMost(1), s.PAtLeast(1)))
	if !s.HasInterval() {
		return
	}
	s.Low, s.High = min(least.Low, low.Ratio), max(most.High, high.Ratio)
	if !(s.Low > s.Ratio/isFarOff) {
		s.OpenLow, s.Low = true, s.Ratio
	}
	if !(s.High < s.Ratio*isFarOff) {
		s.OpenHigh, s.High = true, s.Ratio
	}
}
