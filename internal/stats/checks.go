package stats

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// An expectation is a bound, and each cell that it names is a check. A bound has one side, so the
// tests of it are one-sided. They count the same values as the intervals and never contradict them.
//
// That all checks are met needs no correction for their number: each one alone must be met
// (intersection-union test; Berger, Technometrics, 1982). That any of them failed does, or else one
// of many would fail by chance. Their p-values are adjusted for all checks of the record together,
// so that a run in which every truth is within its bound has a failed check with a probability of
// 1 − confidence at most.

// checkAll decides the expectations of a record.
func (a *Analysis) checkAll(rec *record.Record) {
	for _, e := range rec.Experiment.Expectations {
		cells := a.expected(e, rec.Against)
		if len(cells) == 0 {
			a.Unjudged = append(a.Unjudged, e)
		}
		for _, cell := range cells {
			a.Checks = append(a.Checks, a.newCheck(rec, e, cell))
		}
	}
	decideChecks(a.Checks, a.Confidence)
}

// expected returns the cells of which an expectation is checked. There are none if what it compares
// with was not measured. A run with --against is about the new version of one server; its baseline
// is the old one, and no baseline of the spec.
func (a *Analysis) expected(e spec.Expectation, against *record.Against) []Cell {
	servers := a.Started()
	if against != nil {
		servers = []string{against.Server}
	}
	before := e.Than == spec.ThanBefore
	if e.Bound.OfRatio() && before != (against != nil) {
		return nil
	}

	var cells []Cell
	for _, cell := range a.Cells {
		itself := e.Bound.OfRatio() && cell.Server == a.Baseline
		if slices.Contains(servers, cell.Server) && !itself &&
			(e.Server == "" || e.Server == cell.Server) &&
			(e.Levels == nil || slices.Contains(e.Levels, cell.Level.Value)) {
			cells = append(cells, cell)
		}
	}
	return cells
}

// newCheck returns a check without its outcome, unless nothing was measured or a count tells.
func (a *Analysis) newCheck(rec *record.Record, e spec.Expectation, cell Cell) Check {
	c := Check{Expectation: e, Cell: cell.Cell}
	metric := MetricOf(e.Metric)
	switch {
	case metric == nil && e.Bound.OfRatio():
		c.notMeasured(UnknownNumber)
	case metric == nil:
		c.count(rec, cell)
	case cell.Unknown:
		c.notMeasured(UnknownNumber)
	case cell.State == Invalid:
		c.notMeasured(InvalidData)
	case e.Bound.OfRatio():
		a.checkRatio(&c, cell, metric)
	default:
		a.checkMedian(&c, cell, metric)
	}
	return c
}

// withholdChecks takes back what checks of a run that has not ended came to. What too few rounds
// cannot tell yet, more of them may.
func withholdChecks(checks []Check) {
	for i := range checks {
		c := &checks[i]
		switch {
		case c.Outcome != CheckNotMeasured:
			c.Reason = NoReason
		case c.Reason != TooFewRounds:
			continue
		}
		c.Outcome = CheckWithheld
		c.P, c.Adjusted = 0, 0
	}
}

func (c *Check) notMeasured(reason CheckReason) {
	c.Outcome, c.Reason = CheckNotMeasured, reason
	c.Found, c.Low, c.High, c.Confidence = 0, 0, 0, 0
	c.OpenLow, c.OpenHigh = false, false
}

// MetricOf returns the metric with a key; nil if there is none, as of a count.
func MetricOf(key string) *Metric {
	i := slices.IndexFunc(Metrics, func(m *Metric) bool { return m.Key == key })
	if i < 0 {
		return nil
	}
	return Metrics[i]
}

// checkMedian sets what is found of a cell's number. The mean response time lies between two of
// them.
func (a *Analysis) checkMedian(c *Check, cell Cell, metric *Metric) {
	least, most := cell.bounds(metric)
	if least.N == 0 || most.N == 0 {
		c.notMeasured(UnknownNumber)
		return
	}
	c.N = least.N
	if !least.HasInterval() || !most.HasInterval() {
		c.notMeasured(TooFewRounds)
		return
	}

	c.Found, c.Low, c.High, c.Confidence = least.Median, least.Low, most.High, least.Confidence
	if metric == Throughput { // of a capacity, the median is between the bounds
		found := cell.Of(metric)
		c.Found, c.Low, c.High = found.Median, found.Low, found.High
		c.OpenLow, c.OpenHigh = found.OpenLow, found.OpenHigh
	}
	widening := 0.0
	if a.Correlation.Found() {
		widening = a.Correlation.Widening
	}
	c.widening = widening
	c.least, c.border = least.tested(c.Expectation.Limit, widening)
	c.most, _ = most.tested(c.Expectation.Limit, widening)
	c.test()
	c.limited = limitsOf(cell, metric)
}

// bounds returns the least and the most that a metric of a cell can be. They are the same but of
// mean response times and capacities.
func (c Cell) bounds(metric *Metric) (least, most Summary) {
	switch {
	case metric == MeanTime:
		return c.Of(MeanTime), c.Of(MeanAtMost)
	case isCapacity(c.Cell, metric):
		return c.Of(capacityAtLeast), c.Of(capacityAtMost)
	}
	return c.Of(metric), c.Of(metric)
}

// test sets the p-value of a check: that its number is on the allowed side.
func (c *Check) test() {
	if c.Expectation.Bound.Lower() {
		_, c.P = c.most.sidedP(c.border)
	} else {
		c.P, _ = c.least.sidedP(c.border)
	}
}

// decideChecks sets the adjusted p-values and the outcomes of the checks that have an interval.
func decideChecks(checks []Check, confidence float64) {
	tested := testedChecks(checks)
	if len(tested) == 0 {
		return
	}
	for i, p := range adjustChecks(tested) {
		tested[i].Adjusted = p
		tested[i].decide(confidence, len(tested))
	}
}

// testedChecks returns those of the checks that have an interval.
func testedChecks(checks []Check) []*Check {
	var tested []*Check
	for i := range checks {
		if c := &checks[i]; c.HasInterval() {
			tested = append(tested, c)
		}
	}
	return tested
}

// adjustChecks returns the p-values of checks that hold for all of them together. Where they do not
// rest on the same rounds they get Holm's correction: runs are too few to be mirrored, and imported
// trials and those of two records have no rounds in common.
func adjustChecks(checks []*Check) []float64 {
	var values []float64
	var rounds []int
	byRounds := true
	for _, c := range checks {
		values = append(values, c.P)
		byRounds = byRounds && c.least.rounds != nil && c.least.byRun == nil
		rounds = append(rounds, c.least.rounds...)
		rounds = append(rounds, c.most.rounds...)
	}
	if !byRounds {
		return holm(values)
	}
	slices.Sort(rounds)
	rounds = slices.Compact(rounds)

	var tests []mirrored
	for _, c := range checks {
		of := c.least
		if c.Expectation.Bound.Lower() {
			of = c.most
		}
		tests = append(tests, newMirrored(of, c.border, !c.Expectation.Bound.Lower(), rounds))
	}
	return adjustTogether(tests)
}

// decide sets the outcome of a check of so many that are tested.
func (c *Check) decide(confidence float64, tested int) {
	lower, limit := c.Expectation.Bound.Lower(), c.Expectation.Limit
	met := lower && notBelow(c.Low, limit) || !lower && notBelow(limit, c.High)
	beyond := lower && !notBelow(c.High, limit) || !lower && !notBelow(limit, c.Low)
	failed := beyond && c.Adjusted <= 1-confidence

	c.Outcome, c.Reason = CheckUndecided, NoReason
	if !met && !failed {
		switch {
		case beyond && c.against(false) == BeyondRates:
			c.Reason = BeyondRates
		case beyond && c.dependsTooMuch(minRoundsToFail(tested, confidence)):
			c.Reason = DependentRounds
		}
		return
	}
	rounds := MinRounds(confidence)
	if failed {
		rounds = minRoundsToFail(tested, confidence)
	}
	switch {
	case c.dependsTooMuch(rounds):
		c.Reason = DependentRounds
	case !c.mayBe(met):
		c.Reason = c.against(met)
	case c.asControl && c.claimsDifference(met):
		c.Reason = LikeControl
	case met:
		c.Outcome = CheckMet
	default:
		c.Outcome = CheckFailed
	}
}

// against returns why it cannot be claimed that a check is met, or that it failed: the truth may be
// on the other side of the limit. NoReason: it can.
func (c *Check) against(met bool) CheckReason {
	if c.Expectation.Bound.Lower() == met { // the truth would be at the limit or above
		return c.limited.mayBeLess
	}
	return c.limited.mayBeMore
}

// mayBe reports whether nothing but the rounds is against a check being met, or failed.
func (c *Check) mayBe(met bool) bool { return c.against(met) == NoReason }

// notBelow reports whether a number is a limit or more. The rounding of logarithms makes no number
// miss a limit that it equals.
func notBelow(x, limit float64) bool { return x >= limit || IsLimit(x, limit) }

// IsLimit reports whether a number equals a limit, but for the rounding of logarithms.
func IsLimit(x, limit float64) bool { return math.Abs(x-limit) <= math.Abs(limit)*tieDistance }

// dependsTooMuch reports whether the rounds are worth fewer independent ones than are needed.
func (c *Check) dependsTooMuch(needed int) bool {
	return c.widening > 1 && float64(c.N)/(c.widening*c.widening) < float64(needed)
}

// ProvesDifference reports whether a ratio to another server, or another version, was decided in a
// way that equal ones would contradict.
func (c Check) ProvesDifference() bool {
	decided := c.Outcome == CheckMet || c.Outcome == CheckFailed
	return decided && c.HasInterval() && c.Expectation.Bound.OfRatio() &&
		c.claimsDifference(c.Outcome == CheckMet)
}

// claimsDifference reports whether a ratio of 1 contradicts that the check is met, or that it is
// not.
func (c *Check) claimsDifference(met bool) bool {
	allowed := 1 <= c.Expectation.Limit
	if c.Expectation.Bound.Lower() {
		allowed = 1 >= c.Expectation.Limit
	}
	return met != allowed
}

// minRoundsToFail returns how many rounds so many checks need at least so that any of them can
// fail. The smallest p-value of n rounds is 2^−n, and Holm's correction multiplies it by the number
// of checks.
func minRoundsToFail(checks int, confidence float64) int {
	n := MinRounds(confidence)
	for float64(checks)*math.Exp2(float64(-n)) > 1-confidence {
		n++
	}
	return n
}
