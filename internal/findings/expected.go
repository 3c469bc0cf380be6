package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Expected returns an expectation of an experiment in words, before anything is measured: "p99
// latency of app at 10 and 50 clients: at most 20 ms".
func Expected(w *locale.Printer, e *spec.Experiment, x spec.Expectation) string {
	a := &stats.Analysis{
		Baseline:  e.Design.Baseline,
		Goodput:   e.Load.AllowedFailures > 0,
		Allowed:   e.Load.AllowedFailures,
		Objective: e.Load.Capacity,
	}
	all := plan.ResultLevels(e)
	levels := all
	if x.Levels != nil {
		levels = slices.DeleteFunc(slices.Clone(all), func(l plan.Level) bool {
			return !slices.Contains(x.Levels, l.Value)
		})
	}

	metric, at := w.Sprintf(measureOf(a, x).name), atLevels(w, levels, all)
	if a.Objective != nil && x.Metric == stats.Throughput.Key {
		at = "(" + Objective(w, a) + ")"
	}
	of := w.Sprintf("%s of each server %s", metric, at)
	if x.Server != "" {
		of = w.Sprintf("%s of %s %s", metric, x.Server, at)
	}
	return of + ": " + limitOf(w, a, x)
}
