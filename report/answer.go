package report

import (
	"math"
	"slices"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// Answer says in plain text what the experiment found, a sentence for each server that is compared
// with the baseline. It says no more than the verdicts do: where there are none, it claims nothing.
func Answer(w *locale.Printer, a *stats.Analysis) string { return strings.Join(answers(w, a), " ") }

// answers gives the answer in the paragraphs in which it is read best: one, or with several servers
// one each.
func answers(w *locale.Printer, a *stats.Analysis) []string {
	var sentences []string
	if said := keptUp(w, a); said != "" {
		sentences = append(sentences, said)
	}
	if len(a.Compared()) == 0 {
		sentences = append(sentences, alone(w, a))
	}
	if len(a.Compared()) > 0 && worthless(a, a.Baseline) {
		sentences = append(sentences, withoutBaseline(w, a))
	} else {
		for _, server := range a.Compared() {
			sentences = append(sentences, compared(w, a, server))
		}
	}
	if said := againstItself(w, a); said != "" {
		sentences = append(sentences, said)
	}
	if len(a.Compared()) > 1 {
		return sentences
	}
	return []string{strings.Join(sentences, " ")}
}

// worthless reports whether every cell of a server is invalid.
func worthless(a *stats.Analysis, server string) bool {
	cells := a.CellsOf(server)
	usable := func(c stats.Cell) bool { return c.State != stats.Invalid }
	return len(cells) > 0 && !slices.ContainsFunc(cells, usable)
}

// withoutBaseline says that there is nothing to compare with.
func withoutBaseline(w *locale.Printer, a *stats.Analysis) string {
	if len(a.Invalid()) == len(a.Cells) {
		return w.Sprintf("No answer: every cell is invalid.")
	}
	return w.Sprintf(
		"No answer: every cell of %s is invalid, which the others would be compared with.",
		a.Baseline,
	)
}

// alone says what is known of the only server.
func alone(w *locale.Printer, a *stats.Analysis) string {
	low, high := math.Inf(1), math.Inf(-1)
	var best stats.Cell
	for _, cell := range a.CellsOf(a.Baseline) {
		if cell.State == stats.Invalid {
			continue
		}
		if median := cell.Of(stats.Throughput).Median; median > high {
			best, high = cell, median
		}
		low = min(low, cell.Of(stats.Throughput).Median)
	}
	if best.Server == "" {
		return w.Sprintf("No answer: every cell of %s is invalid.", a.Baseline)
	}
	if len(a.Levels) == 1 {
		return w.Sprintf(
			"%s answers %s requests per second at %s (median of %s).",
			a.Baseline,
			w.Rate(high),
			levels(w, a.Levels, a.Levels),
			trials(w, best.Clean()),
		)
	}
	most := levels(w, []plan.Level{best.Level}, a.Levels)
	return w.Sprintf("%s answers %s requests per second, most at %s (medians of up to %s a level).",
		a.Baseline, w.Span(low, high, w.Rate), most, trials(w, best.Rounds))
}

// compared says how one server does against the baseline.
func compared(w *locale.Printer, a *stats.Analysis, server string) string {
	by := map[stats.Verdict][]stats.Comparison{}
	var missing []plan.Level
	for _, level := range a.Levels {
		if c := a.Comparison(plan.Cell{Server: server, Level: level}); c != nil {
			by[c.Verdict] = append(by[c.Verdict], *c)
		} else {
			missing = append(missing, level)
		}
	}
	if len(missing) == len(a.Levels) {
		why := w.Sprintf("at every level one of the two is invalid")
		if worthless(a, server) {
			why = w.Sprintf("every cell of %s is invalid", server)
		}
		return w.Sprintf("No answer for %s against %s: %s.", server, a.Baseline, why)
	}
	var parts []string
	switch len(a.Levels) {
	case len(by[stats.Slower]):
		parts = append(parts, everywhere(w, a, server, by[stats.Slower]))
	case len(by[stats.Faster]):
		parts = append(parts, everywhere(w, a, server, by[stats.Faster]))
	default:
		parts = append(parts, parted(w, a, server, by)...)
	}
	if len(missing) > 0 {
		at := levels(w, missing, a.Levels)
		parts = append(parts, w.Sprintf("No answer at %s, where a cell is invalid.", at))
	}
	return strings.Join(parts, " ")
}

// everywhere is the sentence of a server that differs at every level in the same direction.
func everywhere(w *locale.Printer, a *stats.Analysis, server string, cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return c.Low, c.High })
	at := w.Sprintf("at every level")
	if len(cs) == 1 {
		at = w.Sprintf("at %s", levels(w, levelsOf(cs), a.Levels))
	}
	return w.Sprintf(
		"%s answers %s times as many requests per second as %s %s (%s confidence intervals within %s; %s).",
		server,
		ratios(w, cs),
		a.Baseline,
		at,
		w.Percentage(a.Confidence),
		w.Span(low, high, w.Ratio),
		rounds(w, cs),
	)
}

// parted names the levels by what can be said of them.
func parted(
	w *locale.Printer,
	a *stats.Analysis,
	server string,
	by map[stats.Verdict][]stats.Comparison,
) []string {
	var said []string
	var all []stats.Comparison
	add := func(verdict stats.Verdict, text locale.Message, of ...any) {
		if cs := by[verdict]; len(cs) > 0 {
			of = append(of, ratios(w, cs), levels(w, levelsOf(cs), a.Levels))
			said = append(said, w.Sprintf(text, of...))
			all = append(all, cs...)
		}
	}
	add(stats.Slower, "slower (%s times as many requests per second) at %s")
	add(stats.Faster, "faster (%s times as many requests per second) at %s")
	add(stats.Equivalent, "equivalent within %s (%s times as many requests per second) at %s",
		w.Percentage(a.Margin))
	add(stats.Inconclusive, "inconclusive (ratio %s) at %s")
	var sentences []string
	if len(said) > 0 {
		sentences = append(
			sentences,
			w.Sprintf("Against %s, %s is %s (%s confidence, %s).", a.Baseline, server,
				strings.Join(said, "; "), w.Percentage(a.Confidence), rounds(w, all)),
		)
	}
	if needed := roundsNeeded(by[stats.Inconclusive]); needed > 0 {
		sentences = append(
			sentences,
			w.Sprintf("About %d rounds would likely settle what is inconclusive.", needed),
		)
	}
	if unsure := by[stats.NoVerdict]; len(unsure) > 0 {
		sentences = append(
			sentences,
			w.Sprintf(
				"In %s, %s answered %s times as many requests per second as %s at %s; "+
					"that is too few rounds to infer anything from.",
				rounds(w, unsure),
				server,
				ratios(
					w,
					unsure,
				),
				a.Baseline,
				levels(w, levelsOf(unsure), a.Levels),
			),
		)
	}
	return sentences
}

// roundsNeeded is how many rounds would likely settle all of the comparisons; 0: no number that can
// be asked for, or there are none.
func roundsNeeded(open []stats.Comparison) int {
	most := 0
	for _, c := range open {
		if c.RoundsNeeded == 0 {
			return 0
		}
		most = max(most, c.RoundsNeeded)
	}
	return most
}

func ratios(w *locale.Printer, cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return c.Ratio, c.Ratio })
	bound := slices.IndexFunc(cs, func(c stats.Comparison) bool { return c.Understated })
	if bound < 0 {
		return w.Span(low, high, w.Ratio)
	}
	return atLeast(w, cs[bound], w.Span(low, high, w.Ratio))
}

// trials says how many there are.
func trials(w *locale.Printer, n int) string { return w.Count(n, "1 trial", "%s trials") }

// rounds says from how many rounds the comparisons are.
func rounds(w *locale.Printer, cs []stats.Comparison) string {
	low, high := extent(
		cs,
		func(c stats.Comparison) (float64, float64) { return float64(c.N), float64(c.N) },
	)
	if low == high {
		return w.Count(int(low), "1 round", "%s rounds")
	}
	return w.Sprintf("%d to %d rounds", int(low), int(high))
}

// extent gives the least and the greatest of two numbers of some values.
func extent[T any](cs []T, of func(T) (low, high float64)) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, c := range cs {
		l, h := of(c)
		low, high = min(low, l), max(high, h)
	}
	return low, high
}

func levelsOf(cs []stats.Comparison) []plan.Level {
	found := make([]plan.Level, len(cs))
	for i, c := range cs {
		found[i] = c.Level
	}
	return found
}
