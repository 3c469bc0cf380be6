package report

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// steps returns the method of this experiment in a few sentences: the order of the trials, what a
// trial is, how numbers are estimated, and what verdicts mean.
func steps(w *locale.Printer, rec *record.Record, a *stats.Analysis) []string {
	all := []string{orderStep(w, rec.Experiment, a), trialStep(w, rec), estimateStep(w, rec, a)}
	if rec.Against != nil {
		all = append([]string{versionStep(w, rec)}, all...)
	}
	if slices.ContainsFunc(a.Comparisons, stats.Comparison.Tested) {
		all = append(all, verdictStep(w, a))
	}
	return all
}

// orderStep returns in which order trials were measured.
func orderStep(w *locale.Printer, e *spec.Experiment, a *stats.Analysis) string {
	if a.Imported {
		return w.Sprintf("The trials were imported, so their order and the machine are unknown.")
	}
	text := w.Sprintf("Each round runs every server at every level once, in random order "+
		"(seed %d), so that slow changes of the machine affect all alike.", e.Design.Seed)
	if a.Objective != nil {
		text = w.Sprintf("Each round runs every server at each of its rates once, in random order "+
			"(seed %d), so that slow changes of the machine affect all alike.", e.Design.Seed)
	}
	for _, look := range a.Looks {
		text += " " + w.Sprintf("The rounds after round %s were added when the results of the "+
			"others could be seen.", w.Integer(look.Rounds))
	}
	if a.SeveralRuns() {
		text += " " + w.Sprintf("All rounds were repeated as %s runs, with a pause of %s before "+
			"each but the first.", w.Integer(a.Runs), w.Duration(e.Design.Pause))
	}
	return text
}

// trialStep returns what a trial is.
func trialStep(w *locale.Printer, rec *record.Record) string {
	if rec.Imported != nil {
		return w.Sprintf("Each trial is one report of ab: %s.", loadSize(w, rec))
	}
	text := w.Sprintf("Each trial is one call of ab: %s.", loadSize(w, rec))
	switch load := rec.Experiment.Load; {
	case load.RandomArrivals():
		text += " " + w.Sprintf("Requests are sent at random moments (Poisson), at a fixed mean "+
			"rate, whatever the server does. In a round, all trials at one rate have the same "+
			"moments.")
	case load.OpenLoop():
		text += " " + w.Sprintf("Requests are sent at a fixed rate, whatever the server does.")
	}
	return text + " " + restartMeans(w, rec)
}

// estimateStep returns how medians or differences and their intervals are estimated.
func estimateStep(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	confidence := w.Percentage(a.Confidence)
	tested := 0
	for _, c := range a.Comparisons {
		if c.Tested() {
			tested++
		}
	}
	least := stats.MinRounds(a.Confidence)
	switch {
	case a.Unfinished != nil:
		return w.Sprintf("The run has not ended. Only complete rounds count, so that every server "+
			"has as many trials at every level. Medians and differences have their %s confidence "+
			"intervals, but no verdicts and no p-values before the last round.", confidence)
	case tested == 0 && a.SeveralRuns():
		return w.Sprintf("Each run is estimated on its own. Student's t gives the %s confidence "+
			"intervals of the means over the runs.", confidence)
	case tested == 0 && rec.Rounds < least:
		return w.Sprintf("With fewer than %d trials of each server at each level there are "+
			"medians, but no confidence intervals and no verdicts.", least)
	case tested == 0:
		return w.Sprintf("The %s confidence interval of a median lies between two of the "+
			"measured values, chosen by rank.", confidence)
	case a.SeveralRuns():
		return w.Sprintf("Servers are compared within rounds, and each run gives one estimate. "+
			"Student's t gives the %s confidence interval of their mean. Verdicts are corrected "+
			"for %s (Holm).", confidence, w.Count(tested, "1 comparison", "%s comparisons"))
	case a.Imported:
		return w.Sprintf("Differences are Hodges–Lehmann estimates over all pairs of trials, with "+
			"exact %s confidence intervals (Mann–Whitney). Verdicts are corrected for %s (Holm).",
			confidence, w.Count(tested, "1 comparison", "%s comparisons"))
	}
	return w.Sprintf("Servers are compared within rounds. Differences are Hodges–Lehmann "+
		"estimates with exact %s confidence intervals (Wilcoxon signed-rank). Verdicts are "+
		"corrected for %s (Holm).",
		confidence, w.Count(tested, "1 comparison", "%s comparisons"))
}

// verdictStep returns what the verdicts mean that some comparisons have.
func verdictStep(w *locale.Printer, a *stats.Analysis) string {
	word := func(v stats.Verdict) string { return w.Sprintf(locale.Message(v)) }
	has := func(v stats.Verdict) bool {
		return slices.ContainsFunc(a.Comparisons, func(c stats.Comparison) bool {
			return c.Verdict == v
		})
	}
	text := w.Sprintf("Verdicts hold with %s confidence for all comparisons together.",
		w.Percentage(a.Confidence))
	if has(stats.Equivalent) {
		text += " " + w.Sprintf("“%s” rules out a difference of %s or more.",
			w.Sprintf("within %s", w.Percentage(a.Margin)), w.Percentage(a.Margin))
	}
	if has(stats.Inconclusive) {
		text += " " + w.Sprintf("“%s” does not mean “the same”.", word(stats.Inconclusive))
	}
	return text
}
