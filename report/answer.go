package report

import (
	"math"
	"slices"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// Answer says in plain text what the experiment found, a sentence for each server that is compared
// with the baseline. It says no more than the verdicts do: where there are none, it claims nothing.
func Answer(_ *record.Record, a *stats.Analysis) string { return strings.Join(answers(a), " ") }

// answers gives the answer in the paragraphs in which it is read best: one, or with several servers
// one each.
func answers(a *stats.Analysis) []string {
	var sentences []string
	if said := keptUp(a); said != "" {
		sentences = append(sentences, said)
	}
	if len(a.Compared()) == 0 {
		sentences = append(sentences, alone(a))
	}
	if len(a.Compared()) > 0 && worthless(a, a.Baseline) {
		sentences = append(sentences, withoutBaseline(a))
	} else {
		for _, server := range a.Compared() {
			sentences = append(sentences, compared(a, server))
		}
	}
	if said := againstItself(a); said != "" {
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
func withoutBaseline(a *stats.Analysis) string {
	if len(a.Invalid()) == len(a.Cells) {
		return a.Sprintf("No answer: every cell is invalid.")
	}
	return a.Sprintf(
		"No answer: every cell of %s is invalid, which the others would be compared with.",
		a.Baseline,
	)
}

// alone says what is known of the only server.
func alone(a *stats.Analysis) string {
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
		return a.Sprintf("No answer: every cell of %s is invalid.", a.Baseline)
	}
	if len(a.Levels) == 1 {
		return a.Sprintf(
			"%s answers %s requests per second at %s (median of %s).",
			a.Baseline,
			a.Rate(high),
			levels(a.Printer, a.Levels, a.Levels),
			trials(a.Printer, best.Clean()),
		)
	}
	most := levels(a.Printer, []plan.Level{best.Level}, a.Levels)
	return a.Sprintf("%s answers %s requests per second, most at %s (medians of up to %s a level).",
		a.Baseline, a.Span(low, high, a.Rate), most, trials(a.Printer, best.Rounds))
}

// compared says how one server does against the baseline.
func compared(a *stats.Analysis, server string) string {
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
		why := a.Sprintf("at every level one of the two is invalid")
		if worthless(a, server) {
			why = a.Sprintf("every cell of %s is invalid", server)
		}
		return a.Sprintf("No answer for %s against %s: %s.", server, a.Baseline, why)
	}
	var parts []string
	switch len(a.Levels) {
	case len(by[stats.Slower]):
		parts = append(parts, everywhere(a, server, by[stats.Slower]))
	case len(by[stats.Faster]):
		parts = append(parts, everywhere(a, server, by[stats.Faster]))
	default:
		parts = append(parts, parted(a, server, by)...)
	}
	if len(missing) > 0 {
		at := levels(a.Printer, missing, a.Levels)
		parts = append(parts, a.Sprintf("No answer at %s, where a cell is invalid.", at))
	}
	return strings.Join(parts, " ")
}

// everywhere is the sentence of a server that differs at every level in the same direction.
func everywhere(a *stats.Analysis, server string, cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return c.Low, c.High })
	at := a.Sprintf("at every level")
	if len(cs) == 1 {
		at = a.Sprintf("at %s", levels(a.Printer, levelsOf(cs), a.Levels))
	}
	return a.Sprintf(
		"%s answers %s times as many requests per second as %s %s (%s confidence intervals within %s; %s).",
		server,
		ratios(a.Printer, cs),
		a.Baseline,
		at,
		a.Percentage(a.Confidence),
		a.Span(low, high, a.Ratio),
		rounds(a.Printer, cs),
	)
}

// parted names the levels by what can be said of them.
func parted(a *stats.Analysis, server string, by map[stats.Verdict][]stats.Comparison) []string {
	var said []string
	var all []stats.Comparison
	add := func(verdict stats.Verdict, text locale.Message, of ...any) {
		if cs := by[verdict]; len(cs) > 0 {
			of = append(of, ratios(a.Printer, cs), levels(a.Printer, levelsOf(cs), a.Levels))
			said = append(said, a.Sprintf(text, of...))
			all = append(all, cs...)
		}
	}
	add(stats.Slower, "slower (%s times as many requests per second) at %s")
	add(stats.Faster, "faster (%s times as many requests per second) at %s")
	add(stats.Equivalent, "equivalent within %s (%s times as many requests per second) at %s",
		a.Percentage(a.Margin))
	add(stats.Inconclusive, "inconclusive (ratio %s) at %s")
	var sentences []string
	if len(said) > 0 {
		sentences = append(
			sentences,
			a.Sprintf("Against %s, %s is %s (%s confidence, %s).", a.Baseline, server,
				strings.Join(said, "; "), a.Percentage(a.Confidence), rounds(a.Printer, all)),
		)
	}
	if needed := roundsNeeded(by[stats.Inconclusive]); needed > 0 {
		sentences = append(
			sentences,
			a.Sprintf("About %d rounds would likely settle what is inconclusive.", needed),
		)
	}
	if unsure := by[stats.NoVerdict]; len(unsure) > 0 {
		sentences = append(
			sentences,
			a.Sprintf(
				"In %s, %s answered %s times as many requests per second as %s at %s; "+
					"that is too few rounds to infer anything from.",
				rounds(a.Printer, unsure),
				server,
				ratios(
					a.Printer,
					unsure,
				),
				a.Baseline,
				levels(a.Printer, levelsOf(unsure), a.Levels),
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
