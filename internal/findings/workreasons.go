package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// workReason states the evidence of a doubt about work that a load does not show; "" for other
// evidence.
func workReason(w *locale.Printer, all []stats.Evidence) string {
	if e, ok := each[stats.DeferredWork](all); ok {
		return deferredWork(w, e)
	}
	if e, ok := each[stats.LauncherCPU](all); ok {
		return w.Sprintf("%s ms of CPU time for %s answers",
			span(w, e, func(e stats.LauncherCPU) float64 { return 1000 * e.Seconds }, fixed(w, 2)),
			span(w, e, func(e stats.LauncherCPU) int { return e.Answers }, whole(w)))
	}
	if e, ok := each[stats.Stall](all); ok {
		return stalls(w, e)
	}
	return ""
}

// deferredWork states how much a server did after its loads.
func deferredWork(w *locale.Printer, all []stats.DeferredWork) string {
	number := func(x float64) string { return w.Number(x, 3, 1) }
	perRequest := func(e stats.DeferredWork) float64 {
		return 1e6 * e.Seconds / float64(e.Requests)
	}
	return w.Sprintf("%s ms of CPU time after the load (median): %s µs per request, in "+
		"addition to %s µs during the load",
		span(w, all, func(e stats.DeferredWork) float64 { return 1000 * e.Seconds }, number),
		span(w, all, perRequest, number),
		span(w, all, func(e stats.DeferredWork) float64 { return e.LoadUS }, number))
}

// stalls states how long loads stood still, and where if that is the same in all cells.
func stalls(w *locale.Printer, all []stats.Stall) string {
	seconds := func(e stats.Stall) float64 { return 1000 * e.Seconds }
	longer := span(w, all, seconds, fixed(w, 0))
	first := all[0]
	if first.Part == 0 || !are(all, func(e stats.Stall) bool { return e.Part == first.Part }) {
		return w.Sprintf("one part of a load took %s ms longer than the others (median)",
			longer)
	}
	return w.Sprintf("part %d of %d of a load took %s ms longer than the others (median)",
		first.Part, first.Parts, longer)
}
