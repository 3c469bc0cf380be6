package stats

import (
	"math"

	"labbook.example/labbook/internal/plan"
)

// checkRatio sets what is found of the ratio of a cell's number to the baseline's at its level. The
// ratio of mean response times lies between two of them.
func (a *Analysis) checkRatio(c *Check, cell Cell, metric *Metric) {
	base := a.Cell(plan.Cell{Server: a.Baseline, Level: cell.Level})
	if base.Unknown {
		c.notMeasured(UnknownNumber)
		return
	}
	if base.State == Invalid {
		c.notMeasured(InvalidData)
		return
	}
	least, most := a.ratioBounds(cell, *base, metric)
	if least.N == 0 || most.N == 0 {
		c.notMeasured(UnknownNumber)
		return
	}
	c.N = least.N
	if !least.HasInterval() || !most.HasInterval() {
		c.notMeasured(TooFewRounds)
		return
	}

	c.Found, c.Low, c.High, c.Confidence = least.Ratio, least.Low, most.High, least.Confidence
	c.widening = least.Widening
	c.least, c.most, c.border = least, most, math.Log(c.Expectation.Limit)
	c.test()
	c.limited = limitsOf(cell, metric).dividedBy(limitsOf(*base, metric))
	if isCapacity(cell.Cell, metric) {
		c.boundRatio(a.capacityRatio(cell, *base))
	}
	if control := a.Cell(plan.Cell{Server: a.Control, Level: cell.Level}); control != nil &&
		control.State != Invalid {
		low, high := a.ratioBounds(*control, *base, metric)
		c.asControl = low.HasInterval() && high.HasInterval() &&
			low.Low <= c.Found && c.Found <= high.High
	}
}

// boundRatio sets what is found of the ratio of two capacities.
func (c *Check) boundRatio(ratio Comparison) {
	c.Found, c.Low, c.High = ratio.Ratio, ratio.Low, ratio.High
	c.OpenLow, c.OpenHigh = ratio.OpenLow, ratio.OpenHigh
	c.limited = c.limited.withOpen(ratio.OpenLow, ratio.OpenHigh)
}

// ratioBounds returns the least and the most that the ratio of two cells' numbers can be. They are
// the same but of mean response times and capacities.
func (a *Analysis) ratioBounds(cell, base Cell, metric *Metric) (least, most Comparison) {
	m := a.inference(cell, base)
	if isCapacity(cell.Cell, metric) {
		return m.capacityRatios(cell, base)
	}
	if metric == MeanTime && !(cell.OneMean() && base.OneMean()) {
		return m.compareMeasures(cell, base, MeanTime, MeanAtMost),
			m.compareMeasures(cell, base, MeanAtMost, MeanTime)
	}
	c := m.compareMeasures(cell, base, metric, metric)
	return c, c
}

// limits are why the truth about a number may be more than was measured, or less; NoReason: it is
// not.
type limits struct{ mayBeMore, mayBeLess CheckReason }

// limitsOf returns the limits of a cell's number. A generator that was busy all the time was a part
// of all that was measured: the server may answer more requests per second, and each of them in
// less time. So was a network that was full. One that sent requests late is a part of the response
// times that this matters to, and of the capacity whose objective was missed so. In an open loop, a
// server that keeps up answers as many requests as arrive.
func limitsOf(cell Cell, metric *Metric) limits {
	var l limits
	bound := map[Code]CheckReason{
		GeneratorBound: LimitedByGenerator,
		NetworkBound:   LimitedByNetwork,
	}[cell.LimitedBy(metric)]
	switch {
	case metric == Throughput && cell.atArrivalRate():
		l.mayBeMore = LimitedByArrivals
	case metric == Throughput:
		l.mayBeMore = bound
	case metric.Unit == Milliseconds:
		l.mayBeLess = bound
	}
	if isCapacity(cell.Cell, metric) {
		s := cell.Of(metric)
		l = l.withOpen(s.OpenLow, s.OpenHigh)
	}
	return l
}

// has reports whether one of the limits has a reason.
func (l limits) has(reason CheckReason) bool {
	return l.mayBeMore == reason || l.mayBeLess == reason
}

// withOpen adds that an interval of capacities has no low end, or no high one.
func (l limits) withOpen(low, high bool) limits {
	if low && l.mayBeLess == NoReason {
		l.mayBeLess = BeyondRates
	}
	if high && l.mayBeMore == NoReason {
		l.mayBeMore = BeyondRates
	}
	return l
}

// dividedBy returns the limits of a ratio.
func (l limits) dividedBy(base limits) limits {
	if l.mayBeMore == NoReason {
		l.mayBeMore = base.mayBeLess
	}
	if l.mayBeLess == NoReason {
		l.mayBeLess = base.mayBeMore
	}
	return l
}
