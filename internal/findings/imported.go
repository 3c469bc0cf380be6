package findings

import (
	"fmt"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/printable"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// Origin states that a record was imported, and of what; "" if Labbook measured it.
func Origin(w *locale.Printer, rec *record.Record) string {
	if rec.Imported == nil {
		return ""
	}
	return w.Sprintf(
		"Imported, not measured by Labbook: %s of ab from %s. Nothing is known of the machine, of "+
			"the order of the calls and of what came before them.",
		w.Count(len(rec.Results), "1 text", "%s texts"),
		w.Count(len(rec.Imported.Files), "1 file", "%s files"),
	)
}

// importedMeans explains what is not known of imported trials, and what was left out.
func importedMeans(w *locale.Printer, rec *record.Record) string {
	sentences := []string{
		w.Sprintf("Labbook measured none of this. Unknown are the machine and what else ran on " +
			"it; when and in which order the calls were made; whether there was a warm-up; what " +
			"the servers and the generator used; and every status, except that ab counts answers " +
			"outside 2xx."),
		w.Sprintf("Trials of two servers have no rounds in common, so they are compared without " +
			"pairs. If one server was measured after the other, what changed on the machine " +
			"meanwhile may be the whole difference. To know more, measure again."),
	}
	if inWholeMS(rec) {
		sentences = append(sentences, w.Sprintf(
			"Response times that come from ab's text are whole milliseconds.",
		))
	}
	if low, high := RequestsSpan(rec); low < high {
		sentences = append(sentences, w.Sprintf(
			"The trials differ in length: %s to %s requests.", w.Integer(low), w.Integer(high),
		))
	}
	if left := leftOut(w, rec.Imported.LeftOut); left != "" {
		sentences = append(sentences, left)
	}
	return strings.Join(sentences, " ")
}

// inWholeMS reports whether some trial has its response times from ab's text.
func inWholeMS(rec *record.Record) bool {
	for _, r := range rec.Results {
		if len(r.PercentilesMS) == 0 && r.Imported != nil && len(r.Imported.PercentagesMS) > 0 {
			return true
		}
	}
	return false
}

// RequestsSpan returns the minimum and the maximum of what the trials of a record completed. Both
// are 0 if it has none.
func RequestsSpan(rec *record.Record) (low, high int) {
	for i, r := range rec.Results {
		n := 0
		if m := r.Measurement(); m != nil {
			n = m.Complete
		}
		if i == 0 {
			low, high = n, n
		}
		low, high = min(low, n), max(high, n)
	}
	return low, high
}

// leftOut names the reports that were not imported; "" if there are none.
func leftOut(w *locale.Printer, left []record.LeftOut) string {
	if len(left) == 0 {
		return ""
	}
	const maxNamed = 5
	var named []string
	for _, l := range left[:min(len(left), maxNamed)] {
		place := fmt.Sprintf("%s:%d", l.File, l.Line)
		named = append(named, printable.Line(fmt.Sprintf("%s (%s)", place, l.Reason)))
	}
	if rest := len(left) - maxNamed; rest > 0 {
		named = append(named, w.Sprintf("%s more in trials.jsonl", w.Integer(rest)))
	}
	return w.Sprintf("%s: %s.",
		w.Count(len(left), "1 report that is not whole was left out",
			"%s reports that are not whole were left out"),
		strings.Join(named, "; "))
}

// importedFewMeans explains Few of an imported record.
func importedFewMeans(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	needed := stats.MinRounds(a.Confidence)
	if rec.Rounds == 1 {
		return w.Sprintf(
			"One trial of each: there is no interval, and nothing can be inferred. Intervals of "+
				"%s confidence need %d trials of each server at each level. Measure again, with "+
				"%d rounds or more.",
			w.Percentage(a.Confidence), needed, max(10, needed),
		)
	}
	return w.Sprintf(
		"Too few trials: intervals of %s confidence need %d of each server at each level. There "+
			"are medians and points, but no inference. Measure again, with %d rounds or more.",
		w.Percentage(a.Confidence), needed, max(10, needed),
	)
}
