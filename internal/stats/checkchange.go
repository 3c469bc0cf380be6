package stats

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// The reasons of a check of a server's earlier version, if that is the one of an older record.
const (
	// NoYardstick is that nothing tells what the machine did from what the server did.
	NoYardstick CheckReason = "no-yardstick"
	// NotComparable is that the two records did not ask the same of the server.
	NotComparable CheckReason = "not-comparable"
)

// Check returns the check of an expectation of a ratio to the older record, without its outcome
// unless nothing was measured. reason is why the cell is not compared; NoReason if it is.
func (p Pair) Check(e spec.Expectation, place plan.Cell, reason CheckReason) Check {
	c := Check{Expectation: e, Cell: place}
	metric := MetricOf(e.Metric)
	switch {
	case reason == NoYardstick:
		c.Outcome, c.Reason = CheckUndecided, reason
	case reason != NoReason:
		c.notMeasured(reason)
	case metric == nil:
		c.notMeasured(UnknownNumber)
	default:
		p.checkChange(&c, metric)
	}
	return c
}

// checkChange sets what is found of a metric relative to that of the yardstick, new ÷ old.
func (p Pair) checkChange(c *Check, metric *Metric) {
	least, most := p.bounds(c.Cell, metric)
	if min(least.Old, least.New, most.Old, most.New) == 0 {
		c.notMeasured(UnknownNumber)
		return
	}
	c.N = min(least.Old, least.New)
	if !least.isTested(p.confidence()) || !most.isTested(p.confidence()) {
		c.notMeasured(TooFewRounds)
		return
	}

	c.Found, c.Low, c.High, c.Confidence = least.Ratio, least.Low, most.High, least.Confidence
	c.widening = least.Widening
	if c.Expectation.Bound.Lower() {
		c.P = most.PAtLeast(c.Expectation.Limit)
	} else {
		c.P = least.PAtMost(c.Expectation.Limit)
	}
	c.limited = p.limits(c.Cell, metric)
	if isCapacity(c.Cell, metric) {
		s := p.relative(c.Cell, metric, metric)
		p.boundCapacity(&s, c.Cell)
		c.Found, c.Low, c.High = s.Ratio, s.Low, s.High
		c.OpenLow, c.OpenHigh = s.OpenLow, s.OpenHigh
		c.limited = c.limited.withOpen(s.OpenLow, s.OpenHigh)
	}
}

// DecideChecks sets the adjusted p-values and the outcomes of the checks that have an interval.
func DecideChecks(checks []Check, confidence float64) { decideChecks(checks, confidence) }
