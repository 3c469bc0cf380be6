package report

import (
	"labbook/internal/locale"
	"labbook/internal/stats"
)

// againstItself says how far the baseline measured twice lies from itself, "" where it was not.
func againstItself(w *locale.Printer, a *stats.Analysis) string {
	if len(a.Controls) == 0 {
		return ""
	}
	var inferred []stats.Comparison
	for _, c := range a.Controls {
		if c.HasInterval() {
			inferred = append(inferred, c)
		}
	}
	if len(inferred) == 0 {
		return w.Sprintf(
			"Measured twice, %s answers %s times as many requests per second as itself: that is what no "+
				"difference looks like here.",
			a.Baseline,
			ratios(w, a.Controls),
		)
	}
	low, high := extent(
		inferred,
		func(c stats.Comparison) (float64, float64) { return c.Low, c.High },
	)
	return w.Sprintf(
		"Measured twice, %s answers %s times as many requests per second as itself (%s confidence "+
			"intervals within %s): that is what no difference looks like here.",
		a.Baseline,
		ratios(w, a.Controls),
		w.Percentage(a.Confidence),
		w.Span(low, high, w.Ratio),
	)
}
