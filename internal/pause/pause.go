// Package pause keeps the runs of an experiment apart. In come the trials in the order in which
// they are to be measured; before the first of a further run, everything is stopped and time
// passes. Nothing is refused.
package pause

import (
	"context"
	"time"

	"labbook.example/labbook/internal/plan"
)

// Pauses are those between the runs of an experiment. The zero value is ready for a fresh run
// without pauses.
type Pauses struct {
	Length time.Duration // of each; at least 0

	Stop func()                                 // stops everything that a run has started
	Say  func(next plan.Trial, d time.Duration) // tells of a pause before its first trial

	run int // of the last trial; 0 before the first
	// passed is how much of the next pause is over: the time that a resumed run was away.
	passed time.Duration
}

// Resume continues behind a trial after which nothing was measured for some time.
func (p *Pauses) Resume(last plan.Trial, away time.Duration) { p.run, p.passed = last.Run, away }

// Before is called before each trial. It returns at once unless the trial is the first of a further
// run, and at the latest when the context ends.
func (p *Pauses) Before(ctx context.Context, next plan.Trial) {
	previous, length := p.run, p.Length-p.passed
	p.run, p.passed = next.Run, 0
	if previous == 0 || previous == next.Run {
		return
	}

	p.Stop()
	if length <= 0 {
		return
	}
	p.Say(next, length)
	over := time.NewTimer(length)
	defer over.Stop()
	select {
	case <-over.C:
	case <-ctx.Done():
	}
}
