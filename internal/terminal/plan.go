package terminal

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// maxShownTrials is how many trials of a plan are printed.
const maxShownTrials = 4

// Plan is what a run would do.
type Plan struct {
	Experiment *spec.Experiment
	Trials     []plan.Trial
	Sizes      []record.CellSize // of trials that are longer than the experiment says
	OnlyRound  int               // that is measured alone; 0: all are
	MoreRounds int               // the last rounds, added to a finished run; 0: all are new
	Against    *record.Against   // the older version; nil if none is measured
	Output     string            // the folder
	Last       *record.Record    // of the last run into this folder; nil if there is none

	Kept record.KeptSearch // of an interrupted run, of whose search the rest is due
}

// Print prints the plan: its size and how long it takes, then the servers, the load, and the first
// of the trials.
func (p Plan) Print(out io.Writer) {
	e := p.Experiment
	header := record.Header{Trials: len(p.Trials), Sizes: p.Sizes, OnlyRound: p.OnlyRound}
	w, trials := p.words(), p.toMeasure()
	say := func(indent, text string) {
		fmt.Fprintln(out, indent+plain(text))
	}
	say("", emphasize(out, Printable(e.Title)))
	say("", Size(e, header))
	if p.MoreRounds > 0 {
		say("", w.Sprintf("of these, %s of a finished run are kept, and %s",
			w.Count(len(p.Trials)-len(trials), "1 trial", "%s trials"),
			w.Count(p.MoreRounds, "1 round is added", "%s rounds are added")))
	}
	say("", p.ExpectedDuration())

	if machines := p.machines(); len(machines) > 0 {
		say("", w.Sprintf("machines:"))
		for _, text := range machines {
			say("  ", text)
		}
	}

	say("", w.Sprintf("servers:"))
	for _, s := range e.Servers {
		p.printServer(say, s)
	}

	say("", w.Sprintf("load:"))
	for _, text := range p.load(header) {
		say("  ", text)
	}
	if sizes := p.lastSizes(); sizes != "" {
		say("  ", sizes)
	}

	if len(e.Expectations) > 0 {
		say("", w.Sprintf("expectations:"))
	}
	for _, x := range e.Expectations {
		say("  ", Printable(findings.Expected(w, e, x)))
	}

	heading, first := p.order(trials)
	say("", heading)
	for _, text := range first {
		say("  ", text)
	}
	say("", w.Sprintf("results go to %s", p.Output))
	for line := range strings.Lines(VerdictNote(e)) {
		say("", forTerminal(out, strings.TrimSuffix(line, "\n")))
	}
}

// toMeasure returns the trials that are to be measured.
func (p Plan) toMeasure() []plan.Trial {
	kept := p.Experiment.Design.Rounds - p.MoreRounds
	first := slices.IndexFunc(p.Trials, func(t plan.Trial) bool {
		return p.MoreRounds == 0 || t.Round > kept
	})
	return p.Trials[max(0, first):]
}

func (p Plan) words() *locale.Printer { return locale.For(p.Experiment.Language) }

// printServer prints a server, and in further lines what is special about it.
func (p Plan) printServer(say func(indent, text string), s spec.Server) {
	w := p.words()
	description := Printable(describeServer(w, s))
	if s.URL != "" && p.Experiment.Design.Runs > 1 {
		description += ", " + w.Sprintf("not restarted for each run")
	}
	say("  ", fmt.Sprintf("%s  %s  %s", Printable(s.Name), s.TargetURL(), description))
	if s.On != "" {
		say("    ", w.Sprintf("on %s", s.On))
	}
	if asked := s.Request.String(); asked != "" {
		say("    ", w.Sprintf("asked by %s", Printable(asked)))
	}
	if s.OlderOf != "" && p.Against != nil {
		say("    ", w.Sprintf("the version at %s: commit %s", Printable(p.Against.Rev),
			p.Against.Commit))
	}
	if s.Expect != (spec.Expect{}) {
		say("    ", w.Sprintf("expected: %s", Printable(s.Expect.String())))
	}
	if s.CPUs != nil {
		say("    ", fmt.Sprintf("cpus: %v", s.CPUs))
	}
	if s.Version != nil {
		say("    ", "version: "+Printable(strings.Join(s.Version, " ")))
	}
	for _, hook := range s.Hooks.All() {
		say("    ", hook.Key+": "+Printable(strings.Join(hook.Command, " ")))
	}
}

// load returns what is asked of the servers, and when they are started.
func (p Plan) load(header record.Header) []string {
	e, w := p.Experiment, p.words()
	lines := p.arrivals()
	lines = append(lines,
		w.Sprintf("each trial: %s after a warm-up of %s",
			LoadSize(e, header), warmupSize(e, header)),
		w.Sprintf(restartScope(e.Design.Restart)),
	)
	if e.Design.Runs > 1 {
		lines = append(lines, w.Sprintf("%s with fresh servers, and a pause of %s between them",
			w.Count(e.Design.Runs, "1 run", "%s runs"), w.Duration(e.Design.Pause)))
	}
	if from := p.loadedFrom(); from != "" {
		lines = append(lines, from)
	}
	if e.Load.CPUs != nil {
		lines = append(lines, w.Sprintf("CPUs of the load generator: %s", e.Load.CPUs.String()))
	}
	if e.Load.AllowedFailures > 0 {
		lines = append(lines, w.Sprintf("up to %s of a trial's requests may fail",
			w.Percentage(e.Load.AllowedFailures)))
	}
	return lines
}

// arrivals returns when the requests are sent.
func (p Plan) arrivals() []string {
	e, w := p.Experiment, p.words()
	if e.Load.Capacity != nil {
		return p.capacityLoad()
	}
	var levels []string
	for _, l := range plan.Levels(e) {
		levels = append(levels, w.Integer(l.Value))
	}
	switch {
	case e.Load.RandomArrivals():
		return []string{w.Sprintf("%s arrivals per second at random (Poisson), open loop, at "+
			"most %s at a time", w.List(levels),
			w.Count(e.Load.Connections, "1 connection", "%s connections"))}
	case e.Load.OpenLoop():
		return []string{w.Sprintf("%s arrivals per second, open loop, at most %s at a time",
			w.List(levels), w.Count(e.Load.Connections, "1 connection", "%s connections"))}
	case len(levels) > 1:
		return []string{w.Sprintf("%s, closed loop", w.Sprintf("%s clients", w.List(levels)))}
	}
	return []string{w.Sprintf("%s, closed loop", w.Clients(plan.Levels(e)[0].Value))}
}

// trialText returns a trial of the plan: "round 1  async, 5 clients".
func (p Plan) trialText(t plan.Trial) string {
	w := p.words()
	round := w.Sprintf("round %s", strconv.Itoa(t.Round))
	if t.Run > 0 {
		round = w.Sprintf("run %s, %s", strconv.Itoa(t.Run), round)
	}
	text := fmt.Sprintf("%s  %s, %s", round, Printable(t.Server), levelText(w, t.Level))
	if t.Instrument != plan.Own {
		text += ", " + w.Sprintf("calibration")
	}
	return text
}

// lastSizes returns the number of requests of the last run, if its trials took as long and this one
// has yet to find the number out; else "".
func (p Plan) lastSizes() string {
	if p.Last == nil || len(p.Last.Sizes) == 0 || p.Experiment.Load.Capacity != nil ||
		!equalLoad(p.Last.Experiment.Load, p.Experiment.Load) {
		return ""
	}
	return p.words().Sprintf("last time, a trial took %s; short loads before the first round "+
		"measure it again", LoadSize(p.Last.Experiment, p.Last.Header))
}

func describeServer(w *locale.Printer, s spec.Server) string {
	switch {
	case s.RunsAs() != s.Name:
		return w.Sprintf("the same server as %s", s.RunsAs())
	case s.Model != "":
		return strings.TrimSuffix(w.Sprintf("model %s", s.Model)+", "+s.Work.String(), ", ")
	case s.URL != "":
		return w.Sprintf("already running")
	}
	return strings.Join(s.Command, " ")
}

// restartScope returns for what a server is started.
func restartScope(r spec.Restart) locale.Message {
	switch r {
	case spec.RestartNever:
		return "each server is started once per run"
	case spec.RestartRound:
		return "each server is started once per round"
	}
	return "each server is started for every trial"
}

// ExpectedDuration returns how long it would all take, judged by the last time if the load was
// equal. Otherwise only the timeouts are known.
func (p Plan) ExpectedDuration() string {
	w, load, pauses := p.words(), p.Experiment.Load, p.Experiment.Design.Pauses()
	trials := p.trialsToMeasure()
	if p.Last == nil || len(p.Last.Results) < 2 || !equalLoad(p.Last.Experiment.Load, load) {
		if load.Duration > 0 {
			perTrial := load.Duration + p.Experiment.Design.WarmupTime
			return plain(w.Sprintf("about %s, and more to start the servers",
				w.Duration(roundTime(time.Duration(trials)*perTrial+pauses))) + p.searchText())
		}
		return plain(w.Sprintf("no earlier run to estimate the time from; at worst, if every "+
			"trial times out: %s",
			w.Duration(roundTime(time.Duration(trials)*load.Timeout+pauses+p.searchTime()))))
	}

	last := p.Last.Results[len(p.Last.Results)-1]
	measuring := max(0, last.StartSeconds-p.Last.Experiment.Design.Pauses().Seconds())
	before := last.Order - p.Last.Results[0].Order // of a round alone, the first one is not 1
	perTrial := measuring / float64(max(before, 1))
	whole := time.Duration(perTrial*float64(trials)*float64(time.Second)) + pauses
	return plain(w.Sprintf(
		"about %s, as in the last run (%s)",
		w.Duration(roundTime(whole)),
		w.Count(p.Last.Measured(), "1 trial", "%s trials"),
	) + p.searchText())
}

// roundTime rounds an estimate to the precision that it has.
func roundTime(d time.Duration) time.Duration {
	switch {
	case d >= time.Hour:
		return d.Round(6 * time.Minute)
	case d >= 2*time.Minute:
		return d.Round(30 * time.Second)
	}
	return max(d.Round(time.Second), time.Second)
}

// equalLoad reports whether trials of two loads take about as long.
func equalLoad(a, b spec.Load) bool {
	return a.Requests == b.Requests && a.Duration == b.Duration && slices.Equal(a.Rate, b.Rate) &&
		(a.Capacity == nil) == (b.Capacity == nil)
}
