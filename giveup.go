package main

import (
	"fmt"

	"labbook/internal/plan"
	"labbook/internal/record"
)

// mostFailures is how often a cell may fail in a row before it is given up: once or twice may be
// chance, and each failure can cost as much time as the spec's timeouts allow.
const mostFailures = 3

// failing remembers the cells whose last trials failed, apart for each instrument.
type failing map[visited]inARow

type visited struct {
	plan.Cell
	plan.Instrument
}

// inARow is how often a cell has failed since it last worked, and how it did so last.
type inARow struct {
	times int
	last  record.Result
}

// note takes in what a trial gave. What was not tried has not failed once more.
func (f failing) note(r record.Result) {
	at := visited{r.Cell, r.Instrument}
	switch r.Outcome {
	case record.Ended:
		delete(f, at)
	case record.GivenUp:
	default:
		f[at] = inARow{f[at].times + 1, r}
	}
}

// givenUp says why a trial is not worth trying, "" where it is.
func (f failing) givenUp(t plan.Trial) string {
	row := f[visited{t.Cell, t.Instrument}]
	if row.times < mostFailures {
		return ""
	}
	return fmt.Sprintf(
		"not tried after %d failures in a row, the last of them trial %d, %s: %s",
		row.times,
		row.last.Order,
		row.last.Outcome,
		row.last.Reason,
	)
}
