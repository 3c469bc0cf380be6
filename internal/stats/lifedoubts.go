package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// lifeDoubts returns what is suspicious about the life of a cell's server: what went wrong around
// its trials.
func lifeDoubts(rec *record.Record, cell Cell) []Doubt {
	return slices.Concat(afterTrialDoubts(rec, cell), killedDoubts(rec, cell))
}

// killedDoubts reports a server that had to be killed as it was stopped.
func killedDoubts(rec *record.Record, cell Cell) []Doubt {
	killed := 0
	for _, trial := range rec.ForCell(cell.Cell) {
		if trial.Killed {
			killed++
		}
	}
	if killed == 0 {
		return nil
	}
	return []Doubt{cell.doubt(Killed, killed, nil)}
}

// afterTrialDoubts reports trials whose after_trial failed. They are measured, but what follows
// them may have begun in another state.
func afterTrialDoubts(rec *record.Record, cell Cell) []Doubt {
	var failed []*record.Hook
	for _, trial := range rec.ForCell(cell.Cell) {
		if ran := trial.FailedHook(spec.HookAfterTrial); ran != nil {
			failed = append(failed, ran)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return []Doubt{cell.doubt(AfterTrial, len(failed), Said(failed[0].Reason()))}
}
