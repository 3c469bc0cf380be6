package findings

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
)

// Origin states that a record was imported, and of what; "" if Labbook measured it.
func Origin(w *locale.Printer, rec *record.Record) string {
	if rec.Imported == nil {
		return ""
	}
	return w.Sprintf(
		"Imported, not measured by Labbook: %s from %s. The machine, the order of the calls "+
			"and the state before them are unknown.",
		w.Count(len(rec.Results), "1 report of ab", "%s reports of ab"),
		w.Count(len(rec.Imported.Files), "1 file", "%s files"),
	)
}

// importedMeans explains what is not known of imported trials, and what was left out.
func importedMeans(w *locale.Printer, rec *record.Record) string {
	sentences := []string{
		w.Sprintf("Unknown are the machine and what else ran on it, when and in which order ab " +
			"was called, the warm-up, the resource use of servers and generator, and the " +
			"statuses, except that ab counts answers outside 2xx."),
		w.Sprintf("Two servers have no rounds in common, so they are compared unpaired. If one " +
			"was measured after the other, a change of the machine in between may be the whole " +
			"difference. Measure again to find out."),
	}
	if inWholeMS(rec) {
		sentences = append(sentences, w.Sprintf(
			"Latencies from ab's text are whole milliseconds.",
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
		w.Count(len(left), "1 incomplete report was left out",
			"%s incomplete reports were left out"),
		strings.Join(named, "; "))
}
