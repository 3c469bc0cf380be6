package findings

import (
	"slices"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// cannotTell states that the rounds are too few for any verdict, whatever the servers do; nothing
// if they are enough. It is said once, of the first server that is inconclusive.
func cannotTell(w *locale.Printer, a *stats.Analysis, server string) []string {
	comparisons, needed, few := a.CannotTell()
	isInconclusive := func(c stats.Comparison) bool { return c.Verdict == stats.Inconclusive }
	first := slices.IndexFunc(a.Comparisons, isInconclusive)
	if !few || first < 0 || a.Comparisons[first].Server != server {
		return nil
	}
	return []string{w.Sprintf(
		"So few rounds cannot give a verdict on %s, however large the differences are; at "+
			"least %d rounds can.",
		w.Count(comparisons, "1 comparison", "%s comparisons"),
		needed,
	)}
}
