package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// maxShownRounds is how many rounds of a plan are printed trial by trial.
const maxShownRounds = 2

// Plan is what a run would do.
type Plan struct {
	Experiment *spec.Experiment
	Trials     []plan.Trial
	Output     string         // the folder
	Last       *record.Record // of the last run into this folder; nil if there is none
}

// Print prints the plan, and how long it would take.
func (p Plan) Print(out io.Writer) {
	e, header := p.Experiment, record.Header{Trials: len(p.Trials)}
	fmt.Fprintf(out, "%s\n%s\n", Printable(e.Title), Size(e, header))

	for _, s := range e.Servers {
		description := Printable(describeServer(s))
		if s.URL != "" && e.Design.Runs > 1 {
			description += ", and is not started anew for each run"
		}
		fmt.Fprintf(out, "  %s  %s  %s\n", Printable(s.Name), s.TargetURL(), description)
		if asked := s.Request.String(); asked != "" {
			fmt.Fprintf(out, "    asked by %s\n", Printable(asked))
		}
		if s.Expect != (spec.Expect{}) {
			fmt.Fprintf(out, "    expected: %s\n", Printable(s.Expect.String()))
		}
		if s.CPUs != nil {
			fmt.Fprintf(out, "    cpus: %v\n", s.CPUs)
		}
		if s.Version != nil {
			fmt.Fprintf(out, "    version: %s\n", Printable(strings.Join(s.Version, " ")))
		}
		for _, hook := range s.Hooks.All() {
			fmt.Fprintf(out, "    %s: %s\n", hook.Key, Printable(strings.Join(hook.Command, " ")))
		}
	}
	if e.Load.CPUs != nil {
		fmt.Fprintf(out, "the generator's cpus: %v\n", e.Load.CPUs)
	}
	if e.Load.AllowedFailures > 0 {
		fmt.Fprintf(out, "up to %.6g%% of a trial's requests may fail\n",
			100*e.Load.AllowedFailures)
	}
	if e.Load.OpenLoop() {
		fmt.Fprintf(
			out,
			"requests arrive at a rate, at most %s at a time, open loop\n",
			Count(e.Load.Connections, "connection"),
		)
	}
	fmt.Fprintf(
		out,
		"a server is started for every %s, warm-up of %s before each trial, seed %d\n",
		restartScope(e.Design.Restart),
		warmupSize(e, header),
		e.Design.Seed,
	)
	if e.Design.Runs > 1 {
		const fresh = "%s, each with fresh servers, and a pause of %v before each but the first\n"
		fmt.Fprintf(out, fresh, Count(e.Design.Runs, "run"), e.Design.Pause)
	}

	for _, trial := range p.Trials {
		if trial.Round > maxShownRounds {
			more := Count(e.Design.AllRounds()-maxShownRounds, "round")
			fmt.Fprintf(out, "  … and %s more\n", more)
			break
		}
		fmt.Fprintf(out, "  %s  %s\n", trial.RoundText(), Printable(trial.Place()))
	}
	if sizes := p.lastSizes(); sizes != "" {
		fmt.Fprintln(out, sizes)
	}
	fmt.Fprintf(out, "%s\nresults go to %s\n", p.ExpectedDuration(), p.Output)
}

// lastSizes returns the number of requests of the last run, if its trials took as long and this one
// has yet to find the number out; else "".
func (p Plan) lastSizes() string {
	if p.Last == nil || len(p.Last.Sizes) == 0 ||
		!equalLoad(p.Last.Experiment.Load, p.Experiment.Load) {
		return ""
	}
	const last = "in the last run a load took %s; short loads before the first round fix it anew"
	return fmt.Sprintf(last, LoadSize(p.Last.Experiment, p.Last.Header))
}

func describeServer(s spec.Server) string {
	switch {
	case s.RunsAs() != s.Name:
		return "the same server as " + s.RunsAs()
	case s.Model != "":
		return strings.TrimSuffix("model "+s.Model+", "+s.Work.String(), ", ")
	case s.URL != "":
		return "runs already"
	}
	return strings.Join(s.Command, " ")
}

// restartScope returns what a server is started for.
func restartScope(r spec.Restart) string {
	if r == spec.RestartNever {
		return "run"
	}
	return string(r)
}

// ExpectedDuration returns how long it would all take, judged by the last time if the load was
// equal. Otherwise only the timeouts are known.
func (p Plan) ExpectedDuration() string {
	load, pauses := p.Experiment.Load, p.Experiment.Design.Pauses()
	if p.Last == nil || len(p.Last.Results) < 2 || !equalLoad(p.Last.Experiment.Load, load) {
		if load.Duration > 0 {
			perTrial := load.Duration + p.Experiment.Design.WarmupTime
			return fmt.Sprintf(
				"the loads and their warm-ups take about %v, and starting servers more",
				time.Duration(len(p.Trials))*perTrial+pauses,
			)
		}
		return fmt.Sprintf(
			"no run of this load is known yet; with every trial at its timeout it would take %v",
			time.Duration(len(p.Trials))*load.Timeout+pauses,
		)
	}

	last := p.Last.Results[len(p.Last.Results)-1]
	measuring := max(0, last.StartSeconds-p.Last.Experiment.Design.Pauses().Seconds())
	perTrial := measuring / float64(max(last.Order, 2)-1)
	whole := time.Duration(perTrial*float64(len(p.Trials))*float64(time.Second)) + pauses
	return fmt.Sprintf(
		"about %v, by the %s of the last run",
		whole.Round(time.Second),
		Count(p.Last.Measured(), "trial"),
	)
}

// equalLoad reports whether trials of two loads take about as long.
func equalLoad(a, b spec.Load) bool {
	return a.Requests == b.Requests && a.Duration == b.Duration && slices.Equal(a.Rate, b.Rate)
}
