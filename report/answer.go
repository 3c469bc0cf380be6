package report

import (
	"fmt"
	"math"
	"strings"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// Answer says in plain text what the experiment found, a sentence for each server that is compared with the
// baseline. It says no more than the intervals do: where there are none, it claims nothing.
func Answer(_ *record.Record, a *stats.Analysis) string {
	if len(a.Servers) == 1 {
		return alone(a)
	}
	var sentences []string
	for _, server := range a.Servers {
		if server != a.Baseline {
			sentences = append(sentences, compared(a, server))
		}
	}
	return strings.Join(sentences, " ")
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
			a.Baseline, Rate(high), levels(a.Levels), plural(best.Clean(), "trial"))
	}
	return fmt.Sprintf("%s answers %s requests per second, most at %s (medians of up to %s a level).",
		a.Baseline, span(low, high, Rate), levels([]plan.Level{best.Level}), plural(best.Rounds, "trial"))
}

// compared says how one server does against the baseline.
func compared(a *stats.Analysis, server string) string {
	var slower, faster, open, unsure []stats.Comparison
	var missing []plan.Level
	for _, level := range a.Levels {
		c := a.Comparison(plan.Cell{Server: server, Level: level})
		switch {
		case c == nil:
			missing = append(missing, level)
		case !c.HasInterval():
			unsure = append(unsure, *c)
		case c.High < 1:
			slower = append(slower, *c)
		case c.Low > 1:
			faster = append(faster, *c)
		default:
			open = append(open, *c)
		}
	}
	if len(missing) == len(a.Levels) {
		return fmt.Sprintf(
			"No answer for %s against %s: at every level one of the two is invalid.",
			server,
			a.Baseline,
		)
	}
	var parts []string
	if len(slower)+len(faster) == len(a.Levels) && (len(slower) == 0 || len(faster) == 0) {
		parts = append(parts, everywhere(a, server, append(slower, faster...)))
	} else {
		parts = append(parts, parted(a, server, slower, faster, open, unsure)...)
	}
	if len(missing) > 0 {
		parts = append(parts, fmt.Sprintf("No answer at %s, where a cell is invalid.", levels(missing)))
	}
	return strings.Join(parts, " ")
}

// everywhere is the sentence of a server that differs at every level in the same direction.
func everywhere(a *stats.Analysis, server string, cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return c.Low, c.High })
	at := "at every level"
	if len(cs) == 1 {
		at = "at " + levels(levelsOf(cs))
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
func parted(a *stats.Analysis, server string, slower, faster, open, unsure []stats.Comparison) []string {
	var said []string
	add := func(cs []stats.Comparison, format string) {
		if len(cs) > 0 {
			said = append(said, fmt.Sprintf(format, ratios(cs), levels(levelsOf(cs))))
		}
	}
	add(slower, "slower (%s times as many requests per second) at %s")
	add(faster, "faster (%s times as many requests per second) at %s")
	add(open, "not told apart (ratio %s, intervals that hold 1) at %s")
	var sentences []string
	if len(said) > 0 {
		sentences = append(sentences, fmt.Sprintf("Against %s, %s is %s (%s confidence, %s).", a.Baseline, server,
			strings.Join(said, "; "), percent(a.Confidence), rounds(append(append(slower, faster...), open...))))
	}
	if len(unsure) > 0 {
		sentences = append(
			sentences,
			fmt.Sprintf("In %s, %s answered %s times as many requests per second as %s at %s; "+
				"that is too few rounds to infer anything from.", rounds(unsure), server, ratios(unsure), a.Baseline,
				levels(levelsOf(unsure))),
		)
	}
	return sentences
}

func ratios(cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return c.Ratio, c.Ratio })
	return span(low, high, ratio)
}

// rounds says from how many rounds the comparisons are.
func rounds(cs []stats.Comparison) string {
	low, high := extent(cs, func(c stats.Comparison) (float64, float64) { return float64(c.N), float64(c.N) })
	if low == high {
		return plural(int(low), "round")
	}
	return fmt.Sprintf("%d to %d rounds", int(low), int(high))
}

func extent(cs []stats.Comparison, of func(stats.Comparison) (low, high float64)) (low, high float64) {
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

// levels names levels in a sentence: "c = 1, 3 and 5".
func levels(ls []plan.Level) string {
	words := make([]string, len(ls))
	for i, l := range ls {
		words[i] = fmt.Sprint(l.Value)
	}
	return "c = " + list(words)
}
