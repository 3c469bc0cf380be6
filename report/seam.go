package report

import (
	"fmt"
	"math"
	"strings"

	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// seamsWhere says where a run was cut short: "after 37 of 100 trials, 12 s into the run, for 5 min".
func seamsWhere(rec *record.Record, a *stats.Analysis) string {
	var parts []string
	for _, s := range a.Seams {
		part := fmt.Sprintf("after %s of %s, %s into the run", whole(s.After), plural(rec.Trials, "trial"),
			howLong(s.Seconds))
		if s.AwaySeconds != nil {
			part += ", for " + howLong(*s.AwaySeconds)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// seamsMean says what an interruption means for the trials on its two sides.
func seamsMean(rec *record.Record) string {
	text := "The run was cut short there, and gone on with. Every trial from before is kept as it was; the " +
		"one under way was measured anew. The rest has the same spec, program, generator and machine, but " +
		"what the machine did meanwhile is not known: look at the trials in their order, on both sides."
	if restart := rec.Experiment.Design.Restart; restart != spec.RestartTrial {
		text += fmt.Sprintf(" With restart = %q the servers were to live on; here they were started afresh.",
			string(restart))
	}
	return text
}

// howLong says a time as roughly as its length allows: "45 s", "12 min", "3 h", "2 days".
func howLong(seconds float64) string {
	n := func(unit float64) int { return int(math.Round(seconds / unit)) }
	switch {
	case seconds < 120:
		return whole(n(1)) + " s"
	case seconds < 2*3600:
		return whole(n(60)) + " min"
	case seconds < 48*3600:
		return whole(n(3600)) + " h"
	}
	return whole(n(24*3600)) + " days"
}

// Damage says that lines of the record could not be read, "" where all could.
func Damage(rec *record.Record) string { return damage(rec.Damaged) }

// Damage is what Damage says of the page's record.
func (p *page) Damage() string { return damage(p.Damaged) }

func damage(lines int) string {
	switch lines {
	case 0:
		return ""
	case 1:
		return "1 line of the record could not be read and is left out."
	}
	return whole(lines) + " lines of the record could not be read and are left out."
}
