package stats

import (
	"labbook/internal/plan"
	"labbook/internal/spec"
)

// Check is one expectation at one cell, and what the rounds say of it.
type Check struct {
	Expectation spec.Expectation
	Cell        plan.Cell
	Outcome     Outcome

	// Found is the estimate in the unit of the limit: the median or the Hodges–Lehmann ratio that
	// the report shows, or an exact count. It is valid unless the outcome is CheckNotMeasured.
	Found float64
	// Low and High are the ends of its interval, and Confidence what that has; 0: there is none, as
	// of a count, which is exact.
	Low, High  float64
	Confidence float64
	// P is of the exact test that the truth is on the allowed side, one-sided, and Adjusted the
	// same after Holm's correction over all checks of the record. Valid only with an interval.
	P, Adjusted float64

	N int // rounds that count

	// Reason is why nothing was measured, or why nothing can be decided in spite of an interval.
	Reason CheckReason
	// RoundsNeeded is how many rounds would probably decide an undecided check, or RunsNeeded runs;
	// 0: not known, or more than are proposed.
	RoundsNeeded int
	RunsNeeded   int
}

// Outcome is what a check comes to.
type Outcome string

// The outcomes, as results.json has them. A check is met if the whole interval is on the allowed
// side, failed if it is wholly beyond the limit and Holm's correction leaves that, and otherwise
// undecided.
const (
	CheckMet         Outcome = "met"
	CheckFailed      Outcome = "failed"
	CheckUndecided   Outcome = "undecided"
	CheckNotMeasured Outcome = "not-measured"
)

// CheckReason is why a check has no better outcome.
type CheckReason string

// The reasons. TooFewRounds are fewer than an interval needs. LimitedByGenerator is that the server
// may be better than was measured, which the bound cannot take into account.
const (
	NoReason           CheckReason = ""
	InvalidData        CheckReason = "invalid"
	TooFewRounds       CheckReason = "too-few-rounds"
	UnknownNumber      CheckReason = "unknown"
	LimitedByGenerator CheckReason = "generator-bound"
)
