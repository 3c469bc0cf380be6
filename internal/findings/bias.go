package findings

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// biasSentence states how far the ratios of a server are from those of the same two models in C:
// first for the levels at which it looks slower than its twin, then for those at which it looks
// faster. It is "" where no level has a sure bias.
func biasSentence(w *locale.Printer, a *stats.Analysis, server string) string {
	var clauses []string
	var models string
	for _, slower := range []bool{true, false} {
		var of []stats.Bias
		for _, b := range a.Biases {
			if b.Server == server && (b.Ours < b.Twins) == slower {
				of = append(of, b)
			}
		}
		if len(of) == 0 {
			continue
		}
		models = of[0].Models
		lowOurs, highOurs := extent(of, func(b stats.Bias) float64 { return b.Ours })
		lowTwins, highTwins := extent(of, func(b stats.Bias) float64 { return b.Twins })
		clauses = append(clauses, w.Sprintf("%s in Go and %s in C %s",
			w.Span(lowOurs, highOurs, w.Ratio),
			w.Span(lowTwins, highTwins, w.Ratio),
			atLevels(w, clientLevels(of), nil),
		))
	}
	if len(clauses) == 0 {
		return ""
	}
	return w.Sprintf("Labbook's models are written in Go, which changes this ratio. In a "+
		"separate run beside the same models in C, %s was %s.", models, w.List(clauses))
}

// clientLevels returns the levels at which biases were measured, each once.
func clientLevels(biases []stats.Bias) []plan.Level {
	var clients []int
	for _, b := range biases {
		clients = append(clients, b.Concurrency)
	}
	slices.Sort(clients)
	var levels []plan.Level
	for _, n := range slices.Compact(clients) {
		levels = append(levels, plan.Level{Kind: plan.Concurrency, Value: n})
	}
	return levels
}

// measuredWhere states of how many rounds the numbers are, of which machine and which day.
func measuredWhere(w *locale.Printer, m *bias.Measured) string {
	return w.Sprintf("medians of %d rounds on %s with %s, %s",
		m.Rounds, m.Machine.CPU, w.Count(m.Machine.Cores, "1 core", "%s cores"), m.Date)
}

// ModelsInGo states how far the models that were measured are from their twins in C; "" where that
// is not known.
func ModelsInGo(w *locale.Printer, a *stats.Analysis, models []string) string {
	if a.Twins == nil {
		return ""
	}
	loads := calmLoads(a)
	var clauses []string
	for _, model := range []string{bias.Async, bias.Thread} {
		if slices.Contains(models, model) && len(loads) > 0 {
			clauses = append(clauses, besideTwin(w, loads, model))
		}
	}
	if len(clauses) == 0 {
		return ""
	}
	text := w.Sprintf("Labbook's models are written in Go, and part of each number is due to "+
		"Go. Compared with C servers of the same models, at %s and without work per request, "+
		"%s (%s).",
		levelRange(w, loads), strings.Join(clauses, "; "), measuredWhere(w, a.Twins))
	biased := func(l bias.Load) bool { return l.Biased(a.Margin) }
	if len(clauses) == 2 && !slices.ContainsFunc(loads, biased) {
		text += " " + w.Sprintf("That run does not show that thread ÷ async differs between Go "+
			"and C by %s or more at any of these levels.", w.Percentage(a.Margin))
	}
	return text
}

// levelRange names the levels of some loads: "1 to 10 clients".
func levelRange(w *locale.Printer, loads []bias.Load) string {
	from, to := extent(loads, func(l bias.Load) int { return l.Concurrency })
	if from == to {
		return w.Clients(from)
	}
	return w.Sprintf("%s to %s clients", w.Integer(from), w.Integer(to))
}

// besideTwin compares a model with its twin.
func besideTwin(w *locale.Printer, loads []bias.Load, model string) string {
	of := func(r bias.Ratios) float64 {
		if model == bias.Async {
			return r.Async.Median
		}
		return r.Thread.Median
	}
	low, high := extent(loads, func(l bias.Load) float64 { return of(l.Throughput) })
	lowCPU, highCPU := extent(loads, func(l bias.Load) float64 { return of(l.CPU) })
	return w.Sprintf("%s answered %s times as many requests per second and used %s times the "+
		"CPU time per request", model, w.Span(low, high, w.Ratio), w.Span(lowCPU, highCPU, w.Ratio))
}

// calmLoads returns the loads of which most rounds were calm: those in the range of the
// experiment's levels, or all if none is.
func calmLoads(a *stats.Analysis) []bias.Load {
	calm := slices.DeleteFunc(slices.Clone(a.Twins.Loads), func(l bias.Load) bool {
		return !a.Twins.Calm(l)
	})
	if len(a.Levels) == 0 || a.Levels[0].Kind != plan.Concurrency {
		return calm
	}
	low, high := a.Levels[0].Value, a.Levels[0].Value
	for _, level := range a.Levels {
		low, high = min(low, level.Value), max(high, level.Value)
	}
	near := slices.DeleteFunc(slices.Clone(calm), func(l bias.Load) bool {
		return l.Concurrency < low || l.Concurrency > high
	})
	if len(near) == 0 {
		return calm
	}
	return near
}
