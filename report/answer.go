package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// Answer says in plain text what the experiment found, a sentence for each server that is compared with the
// baseline. It says no more than the verdicts do: where there are none, it claims nothing.
func Answer(_ *record.Record, a *stats.Analysis) string { return strings.Join(answers(a), " ") }

// answers gives the answer in the paragraphs in which it is read best: one, or with several servers one each.
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
	cells := a.Of(server)
	usable := func(c stats.Cell) bool { return c.State != stats.Invalid }
	return len(cells) > 0 && !slices.ContainsFunc(cells, usable)
}

// withoutBaseline says that there is nothing to compare with.
func withoutBaseline(a *stats.Analysis) string {
	if len(a.Invalid()) == len(a.Cells) {
		return "No answer: every cell is invalid."
	}
	return fmt.Sprintf("No answer: every cell of %s is invalid, which the others would be compared with.",
		a.Baseline)
}

// alone says what is known of the only server.
func alone(a *stats.Analysis) string {
	low, high := math.Inf(1), math.Inf(-1)
	var best stats.Cell
	for _, cell := range a.Of(a.Baseline) {
		if cell.State == stats.Invalid {
			continue
		}
		if median := cell.Throughput.Median; median > high {
			best, high = cell, median
		}
		low = min(low, cell.Throughput.Median)
	}
	if best.Server == "" {
		return fmt.Sprintf("No answer: every cell of %s is invalid.", a.Baseline)
	}
	if len(a.Levels) == 1 {
		return fmt.Sprintf("%s answers %s requests per second at %s (median of %s).",
			a.Baseline, Rate(high), levels(a.Levels, a.Levels), plural(best.Clean(), "trial"))
	}
	return fmt.Sprintf("%s answers %s requests per second, most at %s (medians of up to %s a level).",
		a.Baseline, span(low, high, Rate), levels([]plan.Level{best.Level}, a.Levels), plural(best.Rounds, "trial"))
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
		why := "at every level one of the two is invalid"
		if worthless(a, server) {
			why = "every cell of " + server + " is invalid"
		}
		return fmt.Sprintf("No answer for %s against %s: %s.", server, a.Baseline, why)
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
		parts = append(parts, fmt.Sprintf("No answer at %s, where a cell is invalid.", levels(missing, a.Levels)))
	}
	return strings.Join(parts, " ")
}

// everywhere is the sentence of a server that differs at every level in the same direction.
func everywhere(a *stats.Analysis, server string, cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return c.Low, c.High })
	at := "at every level"
	if len(cs) == 1 {
		at = "at " + levels(levelsOf(cs), a.Levels)
	}
	return fmt.Sprintf(
		"%s answers %s times as many requests per second as %s %s (%s confidence intervals within %s; %s).",
		server,
		ratios(cs),
		a.Baseline,
		at,
		percent(a.Confidence),
		span(low, high, ratio),
		rounds(cs),
	)
}

// parted names the levels by what can be said of them.
func parted(a *stats.Analysis, server string, by map[stats.Verdict][]stats.Comparison) []string {
	var said []string
	var all []stats.Comparison
	add := func(verdict stats.Verdict, format string) {
		if cs := by[verdict]; len(cs) > 0 {
			said = append(said, fmt.Sprintf(format, ratios(cs), levels(levelsOf(cs), a.Levels)))
			all = append(all, cs...)
		}
	}
	add(stats.Slower, "slower (%s times as many requests per second) at %s")
	add(stats.Faster, "faster (%s times as many requests per second) at %s")
	add(stats.Equivalent, "equivalent within "+strings.ReplaceAll(percent(a.Margin), "%", "%%")+
		" (%s times as many requests per second) at %s")
	add(stats.Inconclusive, "inconclusive (ratio %s) at %s")
	var sentences []string
	if len(said) > 0 {
		sentences = append(sentences, fmt.Sprintf("Against %s, %s is %s (%s confidence, %s).", a.Baseline, server,
			strings.Join(said, "; "), percent(a.Confidence), rounds(all)))
	}
	if needed := roundsNeeded(by[stats.Inconclusive]); needed > 0 {
		sentences = append(
			sentences,
			fmt.Sprintf("About %d rounds would likely settle what is inconclusive.", needed),
		)
	}
	if unsure := by[stats.NoVerdict]; len(unsure) > 0 {
		sentences = append(
			sentences,
			fmt.Sprintf("In %s, %s answered %s times as many requests per second as %s at %s; "+
				"that is too few rounds to infer anything from.", rounds(unsure), server, ratios(unsure), a.Baseline,
				levels(levelsOf(unsure), a.Levels)),
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

func ratios(cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return c.Ratio, c.Ratio })
	bound := slices.IndexFunc(cs, func(c stats.Comparison) bool { return c.AtLeast })
	if bound < 0 {
		return span(low, high, ratio)
	}
	return atLeast(cs[bound]) + span(low, high, ratio)
}

// rounds says from how many rounds the comparisons are.
func rounds(cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return float64(c.N), float64(c.N) })
	if low == high {
		return plural(int(low), "round")
	}
	return fmt.Sprintf("%d to %d rounds", int(low), int(high))
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
