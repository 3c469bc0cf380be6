package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// ThisRun states of which runs the intervals hold, and what may be claimed beyond these; "" if
// there are no intervals, and of imported trials, which are of no run. docs/method.md has the
// measurements behind it.
func ThisRun(w *locale.Printer, a *stats.Analysis) string {
	hasMedian := func(c stats.Cell) bool {
		return c.State != stats.Invalid && c.Of(stats.Throughput).HasInterval()
	}
	if a.Imported || !slices.ContainsFunc(a.Cells, hasMedian) {
		return ""
	}
	if a.SeveralRuns() {
		return theseRuns(w, a)
	}
	hasRatio := slices.ContainsFunc(a.Comparisons, stats.Comparison.HasInterval)
	isShared := func(warning stats.Warning) bool { return warning.Code == stats.OtherLoad }
	switch shared := slices.ContainsFunc(a.Warnings, isShared); {
	case shared && !hasRatio:
		return w.Sprintf("The confidence intervals describe this run. Other programs used the " +
			"machine (other-load), so another run may have other medians.")
	case shared:
		return w.Sprintf("The confidence intervals describe this run. Other programs used the " +
			"machine (other-load), so another run may have other medians and other ratios.")
	case !hasRatio:
		return w.Sprintf("The confidence intervals describe this run. Medians vary more " +
			"between runs on the same machine than these intervals show.")
	}
	return w.Sprintf("The confidence intervals describe this run. Other runs on the same idle " +
		"machine give nearly the same ratios, but their medians vary more than these intervals " +
		"show.")
}
