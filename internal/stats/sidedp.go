package stats

import (
	"math"
)

// sidedP returns the one-sided p-values of the exact tests at a limit, a ratio's logarithm: above
// is small if the ratio is surely larger, and below if it is surely smaller. Where the interval
// lies above the limit, above is at most 1 − Confidence. There must be an interval.
func (c Comparison) sidedP(limit float64) (above, below float64) {
	switch {
	case c.byRun != nil:
		above = c.byRun.above(limit)
		return above, 1 - above
	case c.Unpaired:
		return c.pairs.atMost(limit), c.pairs.atLeast(limit)
	}
	m := inference{bySigns: c.BySigns, widening: c.Widening}
	limit = m.instead(limit, c.center)
	notAbove, _ := m.counts(c.logs, limit+tieDistance)
	_, notBelow := m.counts(c.logs, limit-tieDistance)
	return m.tail(len(c.logs), notAbove), m.tail(len(c.logs), notBelow)
}

// sidedP does the same of a median, by the sign test, at a limit in the unit of the sample.
func (s Summary) sidedP(limit, widening float64) (above, below float64) {
	if s.Runs != nil {
		above = s.medianByRun().above(limit)
		return above, 1 - above
	}
	if widening > 1 && s.Low > 0 && limit >= 0 { // as RoundCorrelation.widen
		limit = s.Median * math.Pow(limit/s.Median, 1/widening)
	}
	notAbove, notBelow := countSides(s.Values, limit)
	return signTail(s.N, notAbove), signTail(s.N, notBelow)
}

// countSides returns how many values are at a limit or below, and how many at it or above.
func countSides(values []float64, limit float64) (notAbove, notBelow int) {
	near := max(tieDistance, math.Abs(limit)*tieDistance)
	for _, v := range values {
		if v <= limit+near {
			notAbove++
		}
		if v >= limit-near {
			notBelow++
		}
	}
	return notAbove, notBelow
}
