package stats

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Check is one expectation at one cell, and what the rounds say of it.
type Check struct {
	Expectation spec.Expectation
	Cell        plan.Cell
	Outcome     Outcome

	// Found is the estimate in the unit of the limit: the median or the Hodges–Lehmann ratio that
	// the report shows, or an exact count. It is valid unless the outcome is CheckNotMeasured. The
	// mean response time is known within bounds, of which Found is the least; Low is that of the
	// least, and High that of the most.
	Found float64
	// Low and High are the ends of its interval, and Confidence what that has; 0: there is none, as
	// of a count, which is exact.
	Low, High  float64
	Confidence float64
	// OpenLow and OpenHigh report that the interval has no such end, as those of a Summary.
	OpenLow, OpenHigh bool
	// P is of the exact test that the truth is on the allowed side, one-sided, and Adjusted the
	// same for all checks of the record together. Valid only with an interval. If the interval is
	// wholly beyond the limit, P is at most 1 − Confidence.
	P, Adjusted float64

	N int // rounds that count

	// Reason is why nothing was measured, or why nothing can be decided in spite of an interval.
	Reason CheckReason
	// RoundsNeeded is how many rounds would probably decide an undecided check, or RunsNeeded runs;
	// 0: not known, or more than are proposed.
	RoundsNeeded int
	RunsNeeded   int

	widening float64 // of the interval, for rounds that depend on each other; 0: none
	// least and most have what is tested: the number is at least the one and at most the other,
	// which are the same unless it is known within bounds only. border is the limit on their scale.
	least, most Comparison
	border      float64

	limited   limits
	asControl bool // the ratio lies within that of the control to the baseline
}

// HasFound reports whether Found is valid.
func (c Check) HasFound() bool {
	return c.Outcome != CheckNotMeasured && c.Reason != TooFewRounds
}

// Tested reports whether the check was decided with a p-value, so that P and Adjusted are valid.
func (c Check) Tested() bool { return c.HasInterval() && c.Outcome != CheckWithheld }

// HasInterval reports whether the number has an interval, unlike a count, which is exact.
func (c Check) HasInterval() bool { return c.Confidence > 0 }

// Outcome is what a check comes to.
type Outcome string

// The outcomes, as results.json has them. A check is met if the whole interval is on the allowed
// side, failed if it is wholly beyond the limit and Adjusted is at most 1 − confidence, and
// otherwise undecided.
const (
	CheckMet         Outcome = "met"
	CheckFailed      Outcome = "failed"
	CheckUndecided   Outcome = "undecided"
	CheckNotMeasured Outcome = "not-measured"

	// CheckWithheld is the outcome of every check of a run that has not ended and may still measure
	// the number, as Withheld is the verdict.
	CheckWithheld Outcome = "withheld"
)

// CheckReason is why a check has no better outcome.
type CheckReason string

// The reasons of a check that is not measured. TooFewRounds are fewer than an interval needs.
// UnknownNumber is one that the record does not have, and NotAllCounted a count that would be met,
// but that some of the cell's trials do not tell.
const (
	NoReason      CheckReason = ""
	InvalidData   CheckReason = "invalid"
	TooFewRounds  CheckReason = "too-few-rounds"
	UnknownNumber CheckReason = "unknown"
	NotAllCounted CheckReason = "not-all-counted"
)

// The reasons of a check that is undecided although its interval is on one side of the limit.
const (
	// LimitedByGenerator is that the server, or what it is compared with, may be better than was
	// measured, which the bound cannot take into account.
	LimitedByGenerator CheckReason = "generator-bound"
	// LimitedByNetwork is the same where the network between the machines was full.
	LimitedByNetwork CheckReason = "network-bound"
	// LimitedByArrivals is the same of an open loop's throughput that is the rate of the spec.
	LimitedByArrivals CheckReason = "arrival-rate"
	// BeyondRates is that a capacity may be lower than the lowest rate at which it was looked for,
	// or higher than the highest one.
	BeyondRates CheckReason = "beyond-rates"
	// LikeControl is that the ratio lies within the interval of the control's, which has no
	// difference.
	LikeControl CheckReason = "as-control"
	// DependentRounds is that rounds depend on each other so much that as many independent ones
	// would be too few.
	DependentRounds CheckReason = "correlated"
)
