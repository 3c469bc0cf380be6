package report

import (
	"fmt"

	"labbook/internal/stats"
)

// againstItself says how far the baseline measured twice lies from itself, "" where it was not.
func againstItself(a *stats.Analysis) string {
	if len(a.Controls) == 0 {
		return ""
	}
	said := fmt.Sprintf("Measured twice, %s answers %s times as many requests per second as itself",
		a.Baseline, ratios(a.Controls))
	var inferred []stats.Comparison
	for _, c := range a.Controls {
		if c.HasInterval() {
			inferred = append(inferred, c)
		}
	}
	if len(inferred) > 0 {
		low, high := extent(inferred, func(c stats.Comparison) (float64, float64) { return c.Low, c.High })
		said += fmt.Sprintf(" (%s confidence intervals within %s)", percent(a.Confidence), span(low, high, ratio))
	}
	return said + ": that is what no difference looks like here."
}
