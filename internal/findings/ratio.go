package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// Nothing stands where there is no number.
const Nothing = "–"

// Ratio returns a ratio with its interval, if there is one: "1.52× (1.31 to 1.70)". A line may
// break before the interval but not in it.
func Ratio(w *locale.Printer, c stats.Comparison) string {
	switch {
	case c.N == 0:
		return Nothing
	case RatioInterval(w, c) == "":
		return w.Ratio(c.Ratio) + "×"
	}
	return w.Ratio(c.Ratio) + "× (" + RatioInterval(w, c) + ")"
}

// RatioInterval returns the interval of a ratio: "1.31 to 1.70", or with one end "≥ 1.31"; "" if
// there is none.
func RatioInterval(w *locale.Printer, c stats.Comparison) string {
	if !c.HasInterval() || c.OpenLow && c.OpenHigh {
		return ""
	}
	if end, ok := openEnd(c.OpenLow, c.OpenHigh, w.Ratio(c.Low), w.Ratio(c.High)); ok {
		return end
	}
	return w.NoBreakRange(c.Low, c.High, w.Ratio)
}

// AsLimit marks a ratio, formatted as text, as the limit that it is where the generator restricted
// the faster side: "at least 1.52×".
func AsLimit(w *locale.Printer, c stats.Comparison, text string) string {
	switch {
	case c.Limited != stats.FasterSide:
		return text
	case c.Ratio > 1:
		return w.Sprintf("at least %s", text)
	}
	return w.Sprintf("at most %s", text)
}

// intervals returns the ends of the interval that contains the intervals of all comparisons.
func intervals(comparisons []stats.Comparison) (low, high float64) {
	low, _ = extent(comparisons, func(c stats.Comparison) float64 { return c.Low })
	_, high = extent(comparisons, func(c stats.Comparison) float64 { return c.High })
	return low, high
}

// rounds returns from how many rounds the comparisons are: "9 to 10 rounds".
func rounds(w *locale.Printer, comparisons []stats.Comparison) string {
	low, high := extent(comparisons, func(c stats.Comparison) int { return c.N })
	if comparisons[0].Unpaired {
		if low == high {
			return w.Count(low, "1 trial each", "%s trials each")
		}
		return w.Sprintf("%d to %d trials each", low, high)
	}
	text := w.Sprintf("%d to %d rounds", low, high)
	if low == high {
		text = w.Count(low, "1 round", "%s rounds")
	}
	if comparisons[0].Runs != nil {
		return roundsInRuns(w, comparisons, text)
	}
	return text
}

func trials(w *locale.Printer, n int) string { return w.Count(n, "1 trial", "%s trials") }

// extent returns the smallest and the largest value that some items have; there is at least one.
func extent[T any, N int | float64](items []T, of func(T) N) (low, high N) {
	low, high = of(items[0]), of(items[0])
	for _, item := range items[1:] {
		low = min(low, of(item))
		high = max(high, of(item))
	}
	return low, high
}
