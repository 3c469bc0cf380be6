package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// VerdictMark returns the mark of a verdict, as the figure has it: "■" for a difference that is
// established, "≈" for one within the margin, "□" for an inconclusive one; "" if there is no
// verdict.
func VerdictMark(c stats.Comparison) string {
	if !c.HasVerdict() || c.Verdict == stats.AtArrivalRate {
		return ""
	}
	return marks[fillOf(c)]
}

// marks are the fills as characters.
var marks = map[Fill]string{Established: "■", WithinMargin: "≈", NotEstablished: "□"}

// VerdictKeys explains the marks of the verdicts that some comparisons have.
func VerdictKeys(
	w *locale.Printer, a *stats.Analysis, comparisons []stats.Comparison,
) []Key {
	var fills []Fill
	for _, c := range comparisons {
		if VerdictMark(c) != "" {
			fills = append(fills, fillOf(c))
		}
	}
	return keysOf(w, a, fills)
}

// keysOf explains those of the fills that are in use.
func keysOf(w *locale.Printer, a *stats.Analysis, used []Fill) []Key {
	means := map[Fill]string{
		Established: w.Sprintf("different from %s, with %s confidence", a.Baseline,
			w.Percentage(a.Confidence)),
		WithinMargin: w.Sprintf("a difference of %s or more is ruled out",
			w.Percentage(a.Margin)),
		NotEstablished: w.Sprintf("no difference established"),
	}
	var keys []Key
	for _, fill := range []Fill{Established, WithinMargin, NotEstablished} {
		if slices.Contains(used, fill) {
			keys = append(keys, Key{Fill: fill, Mark: marks[fill], Means: means[fill]})
		}
	}
	return keys
}

// Change returns the ratio of a comparison for a table, with the mark of a limit: "−24%*".
func Change(w *locale.Printer, c stats.Comparison) string { return w.Change(c.Ratio) + markOf(c) }

// ChangeInterval returns the interval of a comparison for a table: "−28% to −21%", or with one end
// "≥ −21%"; "" if it has none. Both ends have the same form.
func ChangeInterval(w *locale.Printer, c stats.Comparison) string {
	if !c.HasInterval() || c.OpenLow && c.OpenHigh {
		return ""
	}
	format := w.Change
	if c.High >= locale.MultipleFrom {
		format = func(ratio float64) string { return w.Number(ratio, 2, 2) + "×" }
	}
	end, ok := openEnd(c.OpenLow, c.OpenHigh, format(c.Low), format(c.High))
	if ok {
		return end
	}
	return w.NoBreakRange(c.Low, c.High, format)
}

// LimitNotes explains the marks of the limits that some comparisons have.
func LimitNotes(w *locale.Printer, comparisons []stats.Comparison) []string {
	limited := func(sides ...stats.Limited) bool {
		return slices.ContainsFunc(comparisons, func(c stats.Comparison) bool {
			return slices.Contains(sides, c.Limited)
		})
	}
	network := func(sides ...stats.Limited) bool {
		return byNetwork(slices.DeleteFunc(slices.Clone(comparisons),
			func(c stats.Comparison) bool { return !slices.Contains(sides, c.Limited) }))
	}
	var notes []string
	if len(comparisons) > 0 && comparisons[0].Level.Kind == plan.Capacity {
		if limited(stats.FasterSide) {
			notes = append(notes, w.Sprintf("*\u00a0The true difference may be larger: only a "+
				"limit of a capacity is known."))
		}
		if limited(stats.SlowerSide, stats.BothSides) {
			notes = append(notes, w.Sprintf("†\u00a0Proves nothing: only a limit of a capacity "+
				"is known."))
		}
		return notes
	}
	if limited(stats.FasterSide) {
		notes = append(notes, w.Sprintf(limitWords(network(stats.FasterSide),
			"*\u00a0The true difference may be larger: the load generator was the bottleneck.",
			"*\u00a0The true difference may be larger: the network was the bottleneck.")))
	}
	if limited(stats.SlowerSide, stats.BothSides) {
		notes = append(notes, w.Sprintf(limitWords(network(stats.SlowerSide, stats.BothSides),
			"†\u00a0Proves nothing: the load generator was the bottleneck for the slower server.",
			"†\u00a0Proves nothing: the network was the bottleneck for the slower server.")))
	}
	return notes
}

// LevelName returns the name of a level, as the head of a column: "3 clients", "2,000/s".
func LevelName(w *locale.Printer, level plan.Level) string { return levelName(w, level) }
