package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// Objective returns what the capacities of an analysis keep to: "p99 within 50 ms", and where
// requests may fail "p99 within 50 ms and failures within 5%". It is "" if none was looked for.
func Objective(w *locale.Printer, a *stats.Analysis) string {
	if a.Objective == nil {
		return ""
	}
	text := w.Sprintf("%s within %s", a.Objective.Percentile, w.Limit(a.Objective.Within))
	if a.Allowed > 0 {
		allowed := w.Decimal(shifted(a.Allowed, -1, 2)) + "%"
		text = w.Sprintf("%s and failures within %s", text, allowed)
	}
	return text
}

// Interval returns the confidence interval of a summary: "17,900–18,900". Where a capacity may be
// beyond all rates, it has one end: "≥ 17,900". It is "" if there is none.
func Interval(w *locale.Printer, s stats.Summary, format func(float64) string) string {
	if !s.HasInterval() || s.OpenLow && s.OpenHigh {
		return ""
	}
	if end, ok := openEnd(s.OpenLow, s.OpenHigh, format(s.Low), format(s.High)); ok {
		return end
	}
	return w.Span(s.Low, s.High, format)
}

// openEnd returns the only end of an interval that is open at the other one: "≥ 17,900". ok is
// false unless exactly one end is open.
func openEnd(openLow, openHigh bool, low, high string) (text string, ok bool) {
	switch {
	case openLow && !openHigh:
		return "≤\u00a0" + high, true
	case openHigh && !openLow:
		return "≥\u00a0" + low, true
	}
	return "", false
}

// VerdictName returns a verdict on a throughput, or on a capacity, in words: "slower", "takes
// less".
func VerdictName(w *locale.Printer, a *stats.Analysis, verdict stats.Verdict) string {
	switch {
	case verdict == stats.Equivalent:
		return w.Sprintf("within %s", w.Percentage(a.Margin))
	case a.Objective != nil && verdict == stats.Faster:
		return w.Sprintf("takes more")
	case a.Objective != nil && verdict == stats.Slower:
		return w.Sprintf("takes less")
	}
	return w.Sprintf(locale.Message(verdict))
}

// DeadRounds states in how many of the rounds of a capacity no trial is valid.
func DeadRounds(w *locale.Printer, c stats.Cell) string {
	return w.Sprintf("no valid trial in %d of %d rounds", c.Dead(), c.Rounds)
}
