package labtest

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// unfinishedWorlds are runs that were cut short in the middle of a round. The first of them would
// have ended with verdicts and with decided expectations.
func unfinishedWorlds() map[string]World {
	return map[string]World{
		"unfinished": {
			Head:    notebookHead,
			Servers: twoServers,
			Rounds:  10,
			Cut:     45, // of 6 trials in a round
			Trial:   Watched,
			Design:  "control = true\n",
			Ways:    expectations,
		},
		"unfinished-three": {
			Head:    headAt("[1, 10]"),
			Servers: []string{"A", "B", "C"},
			Rounds:  10,
			Cut:     14, // of 6 trials in a round: too few for intervals
			Trial:   Good,
		},
	}
}

// CutShort returns the record of a run that was cut short after so many trials: its complete
// rounds. It is nil if it has none.
func CutShort(rec *record.Record, trials int) *record.Record {
	isFirst := map[plan.Trial]bool{}
	for _, t := range rec.Planned()[:trials] {
		isFirst[t] = true
	}
	all := slices.DeleteFunc(rec.InRunOrder(), func(r record.Result) bool {
		return !isFirst[r.Trial]
	})
	part := record.New(rec.Header, rec.Experiment, all...)
	part.SpecRounds = rec.SpecRounds
	return part.CompleteRounds()
}

// cut cuts the run short as the world says.
func (w World) cut(rec *record.Record) *record.Record {
	if w.Cut == 0 {
		return rec
	}
	return CutShort(rec, w.Cut)
}
