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
	if a.Joined {
		return onMachines(w, a)
	}
	if a.SeveralRuns() {
		return theseRuns(w, a)
	}
	if a.Objective != nil {
		return thisCapacity(w, a)
	}
	hasRatio := slices.ContainsFunc(a.Comparisons, stats.Comparison.HasInterval)
	code, shared := sharedBy(a)
	switch {
	case shared && !hasRatio:
		return w.Sprintf("The confidence intervals describe this run. Other programs used the "+
			"machine (%s), so another run may have other medians.", code)
	case shared:
		return w.Sprintf("The confidence intervals describe this run. Other programs used the "+
			"machine (%s), so another run may have other medians and other ratios.", code)
	case !hasRatio:
		return w.Sprintf("The confidence intervals describe this run. Medians vary more " +
			"between runs on the same machine than these intervals show.")
	}
	return w.Sprintf("The confidence intervals describe this run. Other runs on the same idle " +
		"machine give nearly the same ratios, but their medians vary more than these intervals " +
		"show.")
}

// thisCapacity is ThisRun of one run that looked for capacities. How much these differ between runs
// was not measured.
func thisCapacity(w *locale.Printer, a *stats.Analysis) string {
	if code, shared := sharedBy(a); shared {
		return w.Sprintf("The confidence intervals describe this run. Other programs used the "+
			"machine (%s), so another run may have other capacities.", code)
	}
	return w.Sprintf("The confidence intervals describe this run. Another run on the same " +
		"machine may have other capacities: repeat it with runs in [design] to see how far they " +
		"differ.")
}

// sharedBy returns the code by which other programs used a machine of the run; shared is false if
// none did.
func sharedBy(a *stats.Analysis) (code stats.Code, shared bool) {
	for _, warning := range a.Warnings {
		if warning.Code == stats.OtherLoad || warning.Code == stats.Neighbours {
			return warning.Code, true
		}
	}
	return "", false
}
