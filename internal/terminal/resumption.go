package terminal

import (
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// Resumption is where an interrupted run is resumed.
type Resumption struct {
	Experiment *spec.Experiment
	Record     *record.Record // of the interrupted run
	Trials     int            // of the whole run
	Remaining  []plan.Trial   // that are still to be measured, in plan order
}

// String returns the place, and how much of the interrupted run is kept.
func (r Resumption) String() string {
	w := locale.For(r.Experiment.Language)
	kept := w.Count(r.Record.Measured(), "1 trial of an interrupted run is kept",
		"%s trials of an interrupted run are kept")
	if damaged := r.Record.Damaged; damaged > 0 {
		kept += w.Count(damaged, ", 1 line could not be read", ", %s lines could not be read")
	}
	if len(r.Remaining) == 0 {
		return w.Sprintf("all %s: only the report is missing", kept)
	}

	next := r.Remaining[0]
	round := w.Sprintf("round %s", w.Integer(next.Round))
	if next.Run > 0 {
		round = w.Sprintf("run %s, %s", w.Integer(next.Run), round)
	}
	return w.Sprintf("resuming at trial %s of %s, %s: %s",
		w.Integer(next.Order), w.Integer(r.Trials), round, kept)
}
