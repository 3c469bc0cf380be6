package terminal

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Resumption is where an earlier run is gone on with.
type Resumption struct {
	Experiment *spec.Experiment
	Record     *record.Record // of the earlier run
	MoreRounds int            // that are added to it; 0: it was interrupted
	Trials     int            // of the whole run
	Remaining  []plan.Trial   // that are still to be measured, in plan order
}

// String returns the place, and how much of the earlier run is kept.
func (r Resumption) String() string {
	w := locale.For(r.Experiment.Language)
	damage := ""
	if damaged := r.Record.Damaged; damaged > 0 {
		damage = w.Count(damaged, ", 1 line could not be read", ", %s lines could not be read")
	}
	if r.MoreRounds > 0 {
		return w.Sprintf("adding %s to a finished run of %s: its %s are kept",
			w.Count(r.MoreRounds, "1 round", "%s rounds"),
			w.Count(r.Record.Rounds, "1 round", "%s rounds"),
			w.Count(r.Record.Measured(), "1 trial", "%s trials")) + damage
	}
	kept := w.Count(r.Record.Measured(), "1 trial of an interrupted run is kept",
		"%s trials of an interrupted run are kept") + damage
	if len(r.Remaining) == 0 && r.Record.OnlyRound > 0 {
		return kept
	}
	if len(r.Remaining) == 0 {
		return w.Sprintf("all %s: only the report is missing", kept)
	}

	next := r.Remaining[0]
	round := w.Sprintf("round %s", w.Integer(next.Round))
	if next.Run > 0 {
		round = w.Sprintf("run %s, %s", w.Integer(next.Run), round)
	}
	place := next.Order
	if r.Record.OnlyRound > 0 {
		place -= (r.Record.OnlyRound - 1) * r.Trials // as the trials of the round are counted
	}
	return w.Sprintf("resuming at trial %s of %s, %s: %s",
		w.Integer(place), w.Integer(r.Trials), round, kept)
}
