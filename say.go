package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
	"labbook/report"
)

// printError prints an error once, each of its lines after our name, and what can be done about it.
func printError(stderr io.Writer, err error, hint string) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(stderr, "labbook: %s\n", printable(line))
	}
	if hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", hint)
	}
}

// printConclusion says the answer, what is wrong with the data, and where the report lies.
func printConclusion(stdout io.Writer, dir string, rec *record.Record, a *stats.Analysis) {
	fmt.Fprintf(stdout, "\n%s\n", printable(report.Answer(rec, a)))
	if said := report.Calibration(rec, a); said != "" {
		fmt.Fprintf(stdout, "calibration: %s\n", printable(said))
	}
	for _, warning := range report.Warnings(rec, a) {
		fmt.Fprintf(stdout, "%s\n", printable(warning))
	}
	if damage := report.Damage(rec); damage != "" {
		fmt.Fprintln(stdout, damage)
	}
	fmt.Fprintf(stdout, "report: %s\n", filepath.Join(dir, "report.html"))
}

// shownRounds is how many rounds of a plan are printed trial by trial.
const shownRounds = 2

// printPlan says what a run would do, and how long it would take.
func printPlan(stdout io.Writer, e *spec.Experiment, trials []plan.Trial, dir string) error {
	fmt.Fprintf(stdout, "%s\n%s\n", printable(e.Title), describe(e))
	for _, s := range e.Servers {
		fmt.Fprintf(stdout, "  %s  %s  %s\n", printable(s.Name), e.TargetURL(s), printable(kind(s)))
	}
	if e.Load.OpenLoop() {
		fmt.Fprintf(stdout, "requests arrive at a rate, at most %s at a time, open loop\n",
			count(e.Load.Connections, "connection"))
	}
	fmt.Fprintf(
		stdout,
		"a server is started for every %s, warm-up of %s before each trial, seed %d\n",
		scope(e.Design.Restart),
		count(e.Design.Warmup, "request"),
		e.Design.Seed,
	)
	for _, trial := range trials {
		if trial.Round > shownRounds {
			fmt.Fprintf(stdout, "  … and %s more\n", count(e.Design.Rounds-shownRounds, "round"))
			break
		}
		fmt.Fprintf(stdout, "  round %d  %s\n", trial.Round, printable(trial.Place()))
	}
	fmt.Fprintf(stdout, "%s\nresults go to %s\n", duration(e, trials, dir), dir)
	return nil
}

func kind(s spec.Server) string {
	switch {
	case s.Model != "":
		return strings.TrimSuffix("model "+s.Model+", "+s.Work.String(), ", ")
	case s.URL != "":
		return "runs already"
	}
	return strings.Join(s.Command, " ")
}

func scope(r spec.Restart) string {
	if r == spec.RestartNever {
		return "run"
	}
	return string(r)
}

// duration says how long a run takes, from the last record of an equal load in the same folder;
// without one only the timeouts are known.
func duration(e *spec.Experiment, trials []plan.Trial, dir string) string {
	rec, err := record.Read(dir)
	if err == nil && len(rec.Results) > 1 && equalLoad(rec.Experiment.Load, e.Load) {
		last := rec.Results[len(rec.Results)-1]
		each := last.StartSeconds / float64(max(last.Order, 2)-1)
		whole := time.Duration(each * float64(len(trials)) * float64(time.Second))
		return fmt.Sprintf(
			"about %v, by the %s of the last run",
			whole.Round(time.Second),
			count(len(rec.Results)+len(rec.Calibrated), "trial"),
		)
	}
	longest := time.Duration(len(trials)) * e.Load.Timeout
	return fmt.Sprintf(
		"no run of this load is known yet; with every trial at its timeout it would take %v",
		longest,
	)
}

// equalLoad reports whether trials of two loads take about as long.
func equalLoad(a, b spec.Load) bool {
	return a.Requests == b.Requests && slices.Equal(a.Rate, b.Rate)
}
