package findings

import (
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// Knees states from which level on each server gains little from more clients; "" if that could not
// be looked for.
func Knees(w *locale.Printer, a *stats.Analysis) string {
	var sentences, growing []string
	for _, k := range a.Knees {
		if !k.Reached {
			growing = append(growing, k.Server)
			continue
		}
		name := func(level plan.Level) string {
			return levelNames(w, []plan.Level{level}, nil)
		}
		sentences = append(sentences, w.Sprintf(
			"%s levels off at %s: up to %s its throughput gains less than %s (%s).",
			k.Server,
			name(k.Level),
			name(k.Above),
			w.Percent(stats.KneeGain, 0),
			gain(w, k.Gain),
		))
	}
	switch {
	case len(growing) == 0:
	case len(growing) == len(a.Servers) && len(growing) > 1:
		sentences = append(sentences,
			w.Sprintf("No server levels off within the tested range."))
	case len(growing) == 1:
		sentences = append(sentences,
			w.Sprintf("%s does not level off within the tested range.", growing[0]))
	default:
		sentences = append(sentences,
			w.Sprintf("%s do not level off within the tested range.", w.List(growing)))
	}
	return strings.Join(sentences, " ")
}

// gain returns a ratio of two levels as a change: "−3%, confidence interval −9% to +2%".
func gain(w *locale.Printer, c stats.Comparison) string {
	if !c.HasInterval() {
		return w.Change(c.Ratio)
	}
	return w.Sprintf("%s, confidence interval %s", w.Change(c.Ratio), w.Changes(c.Low, c.High))
}
