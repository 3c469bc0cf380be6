package terminal

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// VerdictNote returns a note for each claim that the rounds are too few for, one a line: any
// verdict, and any expectation that is judged by an interval. It returns "" if they are enough.
func VerdictNote(e *spec.Experiment) string {
	notes := []string{comparisonNote(e), expectationNote(e)}
	empty := func(note string) bool { return note == "" }
	return strings.Join(slices.DeleteFunc(notes, empty), "\n")
}

// LostNote returns a note about a machine that was lost when all trials had been measured.
func LostNote(e *spec.Experiment, cause error) string {
	return locale.For(e.Language).Sprintf(
		"note: %s; all trials had been measured before, so nothing is missing", cause)
}

// expectationNote returns a note that the rounds are too few for an interval, if an expectation is
// judged by one. That of a count is not, and several runs have one from two runs on.
func expectationNote(e *spec.Experiment) string {
	hasInterval := func(x spec.Expectation) bool { return stats.MetricOf(x.Metric) != nil }
	rounds := stats.MinRounds(e.Design.Confidence)
	if e.Design.Runs > 1 || e.Design.Rounds >= rounds ||
		!slices.ContainsFunc(e.Expectations, hasInterval) {
		return ""
	}
	w := locale.For(e.Language)
	return w.Sprintf(
		"note: with %s, expectations of medians and ratios cannot be judged at %s confidence; "+
			"set rounds in [design] to at least %d",
		w.Count(e.Design.Rounds, "1 round", "%s rounds"),
		w.Percentage(e.Design.Confidence),
		rounds,
	)
}

// comparisonNote returns a note that the rounds are too few for any verdict, "" if they are enough.
func comparisonNote(e *spec.Experiment) string {
	comparisons := len(plan.ResultLevels(e)) * (len(e.Tested()) - 1)
	if comparisons == 0 {
		return ""
	}
	if len(e.Load.Rate) > 0 {
		comparisons = 1 // servers that keep up with a rate are not compared there
	}
	if e.Design.Runs > 1 {
		return runsNote(e.Design, comparisons)
	}
	rounds := stats.MinRoundsForVerdict(comparisons, e.Design.Confidence)
	if e.Design.Rounds >= rounds {
		return ""
	}
	w := locale.For(e.Language)
	return w.Sprintf(
		"note: with %s and %s, nothing can be called faster or slower at %s confidence; set "+
			"rounds in [design] to at least %d",
		w.Count(e.Design.Rounds, "1 round", "%s rounds"),
		w.Count(comparisons, "1 comparison", "%s comparisons"),
		w.Percentage(e.Design.Confidence),
		rounds,
	)
}

// maxDeviations is how many standard deviations between runs a difference may need until check
// proposes more runs. Ratios of runs on one quiet machine differ by about 3 %.
const maxDeviations = 4

// runsNote returns a note that only large differences can have a verdict, because there are few
// runs, "" if there are enough.
func runsNote(d spec.Design, comparisons int) string {
	needs := func(runs int) float64 {
		return stats.DetectableInDeviations(runs, comparisons, d.Confidence)
	}
	if needs(d.Runs) <= maxDeviations {
		return ""
	}
	enough := d.Runs
	for enough < stats.MaxRunsNeeded && needs(enough) > maxDeviations {
		enough++
	}
	return fmt.Sprintf(
		"note: with %s and %s a verdict needs a difference of more than %.0f times the standard "+
			"deviation between runs; with %s it is %.1f times: set runs in [design]",
		Count(d.Runs, "run"),
		Count(comparisons, "comparison"),
		needs(d.Runs),
		Count(enough, "run"),
		needs(enough),
	)
}

// minCoresToBind is from how many cores on check proposes to bind generator and servers. With two,
// a server of many threads would lose one of its cores, and the noise stays the same.
const minCoresToBind = 4

// CPUsNote returns a note that generator and servers could have cores of their own, with the lines
// to write, "" if there are too few of these, the spec binds one of the two, or another machine
// takes part. The generator has one thread, so it gets one core: the last, because the first ones
// serve most interrupts.
func CPUsNote(e *spec.Experiment, cores []cpuset.Set) string {
	isOurs := func(s spec.Server) bool { return s.URL == "" }
	isBound := func(s spec.Server) bool { return s.CPUs != nil }
	if len(cores) < minCoresToBind || e.Load.CPUs != nil || len(e.Elsewhere()) > 0 ||
		!slices.ContainsFunc(e.Servers, isOurs) || slices.ContainsFunc(e.Servers, isBound) {
		return ""
	}

	servers := cpuset.Of()
	for _, core := range cores[:len(cores)-1] {
		servers = cpuset.Of(slices.Concat(servers, core)...)
	}
	return fmt.Sprintf(
		"note: generator and servers share %d cores; these keys separate them, which answers a "+
			"different question (docs/method.md, \"CPUs of their own\"):\n  in [load]:         "+
			"   cpus = %q\n  in each [[server]]:   cpus = %q",
		len(cores),
		cores[len(cores)-1],
		servers,
	)
}
