package findings

import (
	"math"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// interruptionsWhere states when a run was interrupted: "after 37 of 100 trials, 12 s into the run,
// for 5 min".
func interruptionsWhere(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	var parts []string
	for _, interruption := range a.Interruptions {
		if interruption.MoreRounds == 0 { // looksWhere states the others
			done, all := w.Integer(interruption.After), trials(w, rec.Trials)
			parts = append(parts, interruptionWhere(w, done, all, interruption))
		}
	}
	return strings.Join(parts, "; ")
}

// interruptionWhere states after how much of a run it stopped, and for how long. Of a joined round,
// only the round is known.
func interruptionWhere(w *locale.Printer, done, all string, i stats.Interruption) string {
	text := w.Sprintf("In round %s", w.Integer(i.Round))
	if i.Round == 0 {
		text = w.Sprintf("After %s of %s, %s into the run", done, all,
			roughTime(w, i.Seconds))
	}
	if i.AwaySeconds != nil {
		text += w.Sprintf(", for %s", roughTime(w, *i.AwaySeconds))
	}
	return text
}

// interruptionsMean states what an interruption means for the trials before and after it.
func interruptionsMean(w *locale.Printer, rec *record.Record) string {
	if rec.Joined != nil {
		return w.Sprintf("Earlier trials of the round were kept, and the trial in progress was " +
			"measured again. What the machine did in between is unknown.")
	}
	text := w.Sprintf("Earlier trials were kept, and the trial in progress was measured again. " +
		"Spec, program, generator and machine are the same, but what the machine did in " +
		"between is unknown. Compare the trials before and after it in run order.")
	restart := rec.Experiment.Design.Restart
	if restart != spec.RestartTrial && interruptedWithinRun(rec) {
		text += " " + startedAgain(w, restart)
	}
	return text
}

// startedAgain states that servers did not live as long as they should have.
func startedAgain(w *locale.Printer, restart spec.Restart) string {
	return w.Sprintf(
		"With restart = %q the servers should have kept running; here they were started again.",
		string(restart),
	)
}

// roughTime returns a time in the unit that suits its length: "45 s", "12 min", "3 h", "2 days".
func roughTime(w *locale.Printer, seconds float64) string {
	in := func(unit float64) string { return w.Integer(int(math.Round(seconds / unit))) }
	switch {
	case seconds < 120:
		return w.Sprintf("%s\u00a0s", in(1))
	case seconds < 2*3600:
		return w.Sprintf("%s\u00a0min", in(60))
	case seconds < 48*3600:
		return w.Sprintf("%s\u00a0h", in(3600))
	}
	return w.Sprintf("%s days", in(24*3600))
}

// Damage states that lines of the record could not be read; "" if all could.
func Damage(w *locale.Printer, lines int) string {
	if lines == 0 {
		return ""
	}
	return w.Count(lines, "1 line of the record could not be read and was skipped.",
		"%s lines of the record could not be read and were skipped.")
}
