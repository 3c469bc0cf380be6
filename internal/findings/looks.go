package findings

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// addedRounds returns how many of all rounds were added after looks that were chances of a false
// claim; ok is false if none were.
func addedRounds(a *stats.Analysis) (added int, ok bool) {
	looks := a.DecisiveLooks()
	if len(looks) == 0 {
		return 0, false
	}
	return a.Rounds - looks[0].Rounds, true
}

// afterLooking states that rounds were added after the results could be seen, and what that does to
// every claim; "" if they were not.
func (s story) afterLooking() string {
	added, ok := addedRounds(s.Analysis)
	if !ok {
		return ""
	}
	return s.Sprintf("%s of the %s rounds were added after the results could be seen, so that a "+
		"false claim is more likely than %s confidence promises (more-rounds).",
		s.Integer(added), s.Integer(s.Rounds), s.Percentage(s.Confidence))
}

// looksWhere states after how many rounds others were added: "After 10 of 20 rounds, 8 s into the
// run, for 3 min". When that was is known unless lines of the record are damaged.
func looksWhere(w *locale.Printer, a *stats.Analysis) string {
	seams := slices.DeleteFunc(slices.Clone(a.Interruptions), func(i stats.Interruption) bool {
		return i.MoreRounds == 0
	})
	var parts []string
	for i, look := range a.Looks {
		done, all := w.Integer(look.Rounds), w.Count(a.Rounds, "1 round", "%s rounds")
		if len(seams) == len(a.Looks) {
			parts = append(parts, interruptionWhere(w, done, all, seams[i]))
		} else {
			parts = append(parts, w.Sprintf("After %s of %s", done, all))
		}
	}
	return strings.Join(parts, "; ")
}

// looksMean states what it means that rounds were added.
func looksMean(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	text := w.Sprintf("So few rounds could decide nothing, so that looking at them was no " +
		"further chance of a false claim.")
	if len(a.DecisiveLooks()) > 0 {
		text = w.Sprintf("Each look is a further chance of a false claim, which p and confidence " +
			"intervals do not count. In simulations of equal servers, adding rounds until a " +
			"result pleases called one faster in up to 11% of runs instead of 5% with one " +
			"addition, and in up to 18% with five. A claim that must hold needs all rounds anew.")
	}
	if a.Joined {
		return text
	}
	text += " " + w.Sprintf("The earlier rounds are kept as they were. Spec, program, generator "+
		"and machine are the same, but what the machine did in between is unknown.")
	if rec.Experiment.Design.Restart == spec.RestartNever {
		text += " " + startedAgain(w, spec.RestartNever)
	}
	return text
}
