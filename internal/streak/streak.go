// Package streak decides when a cell is given up. In come the results of trials in run order; out
// comes the reason why a further trial of a cell is not worth trying. Nothing is refused.
package streak

import (
	"fmt"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// MaxFailures is how often in a row a cell may fail before it is given up. One or two failures may
// be chance, and each can cost as much time as the spec's timeouts allow.
const MaxFailures = 3

// Streaks counts the failures of each cell since it last worked, by instrument.
type Streaks map[key]failures

type key struct {
	plan.Cell
	plan.Instrument
}

// failures are some in a row.
type failures struct {
	count int
	last  record.Result
}

// Add updates the streak of a result's cell. A trial that was given up is no further failure.
func (s Streaks) Add(r record.Result) {
	at := key{r.Cell, r.Instrument}
	switch r.Outcome {
	case record.Ended:
		delete(s, at)
	case record.GivenUp:
	default:
		s[at] = failures{s[at].count + 1, r}
	}
}

// GiveUpReason returns why a trial is not worth trying, "" if it is.
func (s Streaks) GiveUpReason(t plan.Trial) string {
	f := s[key{t.Cell, t.Instrument}]
	if f.count < MaxFailures {
		return ""
	}
	return fmt.Sprintf(
		"not tried after %d failures in a row, the last of them trial %d, %s: %s",
		f.count,
		f.last.Order,
		f.last.Outcome,
		f.last.Reason,
	)
}
