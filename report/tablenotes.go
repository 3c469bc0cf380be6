package report

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// comparisonNotes returns the small print under a table of comparisons: what the intervals are, why
// a verdict can be stricter than its interval, and what the marks mean.
func comparisonNotes(
	w *locale.Printer, a *stats.Analysis, cells []stats.Cell, comparisons []stats.Comparison,
) string {
	notes := intervalNotes(w, a, cells, comparisons)
	tested := 0
	for _, c := range a.Comparisons {
		if c.Tested() {
			tested++
		}
	}
	isTested := func(c stats.Comparison) bool { return c.Tested() && c.Server != a.Control }
	if tested > 1 && slices.ContainsFunc(comparisons, isTested) {
		notes = append(notes, w.Sprintf("Verdicts and p-values are corrected for %s "+
			"comparisons (Holm), so an interval can exclude 0%% and the verdict still be "+
			"inconclusive.", w.Integer(tested)))
	}
	drawn := slices.DeleteFunc(slices.Clone(comparisons), func(c stats.Comparison) bool {
		return hasNoNumber(a, c.Server)
	})
	return strings.Join(append(notes, findings.LimitNotes(w, drawn)...), " ")
}

// intervalNotes states what the ranges in a table are, and which confidence they reach; nothing if
// there are none.
func intervalNotes(
	w *locale.Printer, a *stats.Analysis, cells []stats.Cell, comparisons []stats.Comparison,
) []string {
	var reached []float64
	for _, c := range cells {
		if s := c.Of(stats.Throughput); c.State != stats.Invalid && s.HasInterval() {
			reached = append(reached, s.Confidence)
		}
	}
	for _, c := range comparisons {
		if c.HasInterval() {
			reached = append(reached, c.Confidence)
		}
	}
	if len(reached) == 0 {
		return nil
	}
	low, high := slices.Min(reached), slices.Max(reached)
	percent := func(share float64) string { return w.Percent(share, 1) }
	confidence := w.Percentage(a.Confidence)
	if percent(low) == percent(a.Confidence) && percent(high) == percent(a.Confidence) {
		return []string{w.Sprintf("Ranges are %s confidence intervals, each for its own level.",
			confidence)}
	}
	return []string{w.Sprintf("Ranges are confidence intervals of at least %s (attained: %s), "+
		"each for its own level.", confidence, w.Span(low, high, percent))}
}
