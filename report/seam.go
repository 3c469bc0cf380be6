package report

import (
	"math"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// seamsWhere says where a run was cut short: "after 37 of 100 trials, 12 s into the run, for 5
// min".
func seamsWhere(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	var parts []string
	for _, s := range a.Interruptions {
		part := w.Sprintf(
			"after %s of %s, %s into the run",
			w.Integer(s.After),
			trials(w, rec.Trials),
			howLong(w, s.Seconds),
		)
		if s.AwaySeconds != nil {
			part += w.Sprintf(", for %s", howLong(w, *s.AwaySeconds))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// seamsMean says what an interruption means for the trials on its two sides.
func seamsMean(w *locale.Printer, rec *record.Record) string {
	text := w.Sprintf(
		"The run was cut short there, and gone on with. Every trial from before is kept as it was; " +
			"the one under way was measured anew. The rest has the same spec, program, generator and machine, but " +
			"what the machine did meanwhile is not known: look at the trials in their order, on both sides.",
	)
	if restart := rec.Experiment.Design.Restart; restart != spec.RestartTrial {
		text += " " + w.Sprintf(
			"With restart = %q the servers were to live on; here they were started afresh.",
			string(restart),
		)
	}
	return text
}

// howLong says a time as roughly as its length allows: "45 s", "12 min", "3 h", "2 days".
func howLong(w *locale.Printer, seconds float64) string {
	n := func(unit float64) string { return w.Integer(int(math.Round(seconds / unit))) }
	switch {
	case seconds < 120:
		return w.Sprintf("%s s", n(1))
	case seconds < 2*3600:
		return w.Sprintf("%s min", n(60))
	case seconds < 48*3600:
		return w.Sprintf("%s h", n(3600))
	}
	return w.Sprintf("%s days", n(24*3600))
}

// Damage says that lines of the record could not be read, "" where all could.
func Damage(w *locale.Printer, rec *record.Record) string { return damage(w, rec.Damaged) }

// Damage is what Damage says of the page's record.
func (p *page) Damage() string { return damage(p.Printer, p.Damaged) }

func damage(w *locale.Printer, lines int) string {
	if lines == 0 {
		return ""
	}
	return w.Count(lines, "1 line of the record could not be read and is left out.",
		"%s lines of the record could not be read and are left out.")
}
