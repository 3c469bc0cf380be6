package findings

import (
	"slices"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// keptUp states up to which arrival rate each server answered as fast as requests arrived. It omits
// a server whose cells are all invalid, and is "" in a closed loop.
func keptUp(w *locale.Printer, a *stats.Analysis) string {
	if !a.OpenLoop() {
		return ""
	}
	var clauses []string
	for _, server := range a.Started() {
		if !a.AllInvalid(server) {
			clauses = append(clauses, keptUpTo(w, a, server))
		}
	}
	if len(clauses) == 0 {
		return ""
	}
	return strings.Join(clauses, "; ") + "."
}

func keptUpTo(w *locale.Printer, a *stats.Analysis, server string) string {
	rate, all := a.KeptUpTo(server)
	switch {
	case rate == 0:
		return w.Sprintf("%s kept up with no arrival rate", server)
	case all && len(a.Levels) == 1:
		return w.Sprintf("%s kept up with the arrival of %s a second", server,
			w.Count(rate, "1 request", "%s requests"))
	case all:
		return w.Sprintf("%s kept up with every arrival rate, up to %s requests per second",
			server, w.Integer(rate))
	}
	return w.Sprintf("%s kept up with arrival rates up to %s requests per second",
		server, w.Integer(rate))
}

// latencyAtArrivalRate compares the response times of a server with the baseline's at the rates
// at which both throughputs are that rate, which says nothing about the servers.
func latencyAtArrivalRate(
	w *locale.Printer, a *stats.Analysis, kept []stats.Comparison,
) string {
	at := levelNames(w, levelsOf(kept), a.Levels)
	p50, ok50 := ratiosOf(a, kept, stats.P50)
	p99, ok99 := ratiosOf(a, kept, stats.P99)
	if !ok50 || !ok99 {
		return w.Sprintf("At %s both throughputs are the arrival rate, and the response times "+
			"are not known.", at)
	}

	server := kept[0].Server
	if !allHaveIntervals(p50) || !allHaveIntervals(p99) {
		return w.Sprintf(
			"At %s, where both throughputs are the arrival rate, the median response time (p50) "+
				"of %s is %s times that of %s, and the 99th percentile (p99) %s times.",
			at, server, ratios(w, p50), a.Baseline, ratios(w, p99),
		)
	}
	low50, high50 := intervals(p50)
	low99, high99 := intervals(p99)
	return w.Sprintf(
		"At %s, where both throughputs are the arrival rate, the median response time (p50) of "+
			"%s is %s times that of %s (%s confidence intervals within %s), and the 99th "+
			"percentile (p99) %s times (within %s).",
		at, server, ratios(w, p50), a.Baseline,
		w.Percentage(a.Confidence), w.Span(low50, high50, w.Ratio),
		ratios(w, p99), w.Span(low99, high99, w.Ratio),
	)
}

// ratiosOf returns the ratios of a metric in the cells of some comparisons. ok is false if one of
// them is not known.
func ratiosOf(
	a *stats.Analysis, comparisons []stats.Comparison, metric *stats.Metric,
) (of []stats.Comparison, ok bool) {
	for _, c := range comparisons {
		ratio := a.Ratio(plan.Cell{Server: c.Server, Level: c.Level}, metric)
		if ratio.N == 0 {
			return nil, false
		}
		of = append(of, ratio)
	}
	return of, true
}

func allHaveIntervals(comparisons []stats.Comparison) bool {
	return !slices.ContainsFunc(comparisons, func(c stats.Comparison) bool {
		return !c.HasInterval()
	})
}
