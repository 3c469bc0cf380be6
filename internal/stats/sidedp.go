package stats

import "math"

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

// tested returns the values of a median as those of a ratio to 1, which is tested by signs, and
// what a limit is there. Values with a positive interval are tested by their logarithms, as it is
// widened; runs and other values as they are.
func (s Summary) tested(limit, widening float64) (c Comparison, border float64) {
	c = Comparison{N: s.N, BySigns: true}
	if !s.Unpaired { // or else they are the order of files
		c.rounds = s.Rounds
	}
	if s.Runs != nil {
		split := s.medianByRun()
		c.byRun = &split
		return c, limit
	}
	if s.Low <= 0 {
		c.logs, c.center = s.Values, s.Median
		return c, limit
	}
	for _, v := range s.Values {
		c.logs = append(c.logs, math.Log(max(0, v)))
	}
	c.center = math.Log(s.Median)
	if widening > 1 {
		c.Widening = widening
	}
	return c, math.Log(max(0, limit))
}

// countSides returns how many values are at a limit or below, and how many at it or above.
func countSides(values []float64, limit float64) (notAbove, notBelow int) {
	for _, v := range values {
		if v <= limit+tieDistance {
			notAbove++
		}
		if v >= limit-tieDistance {
			notBelow++
		}
	}
	return notAbove, notBelow
}
