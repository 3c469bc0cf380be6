package findings

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Calibration states how the embedded ab compares with the installed one; "" if nothing was
// calibrated.
func Calibration(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	if len(a.Calibration) == 0 {
		return ""
	}
	by := map[stats.Agreement][]stats.Calibrated{}
	for _, c := range a.Calibration {
		by[c.Agreement] = append(by[c.Agreement], c)
	}
	unknown := len(by[stats.Unknown])
	judged := len(a.Calibration) - unknown

	var sentences []string
	if judged > 0 {
		sentences = append(sentences, agreeing(w, a, by[stats.Agree], judged))
	} else {
		sentences = append(sentences, w.Sprintf("Too few rounds are valid with both generators "+
			"to compare them."))
	}
	if cells := by[stats.EmbeddedHigher]; len(cells) > 0 {
		sentences = append(sentences, measuredMore(w, a, cells))
	}
	if cells := by[stats.EmbeddedLower]; len(cells) > 0 {
		sentences = append(sentences, measuredLess(w, a, cells))
	}
	if cells := by[stats.Undecided]; len(cells) > 0 {
		sentences = append(sentences, undecided(w, a, cells))
	}
	if unknown > 0 && judged > 0 {
		sentences = append(sentences,
			w.Sprintf("For %s there are too few valid rounds.", cellCount(w, unknown)))
	}

	own := w.Sprintf("All other numbers in this report come from the installed ab.")
	if rec.Generator.Name == record.EmbeddedAB {
		own = w.Sprintf("All other numbers in this report come from the embedded ab.")
	}
	return strings.Join(append(sentences, own), " ")
}

func cellCount(w *locale.Printer, n int) string {
	return w.Count(n, "1 combination of server and level", "%s combinations of server and level")
}

// agreeing states in how many cells the two agree, and how large a difference there may still be.
func agreeing(
	w *locale.Printer, a *stats.Analysis, cells []stats.Calibrated, judged int,
) string {
	margin := w.Percentage(a.Margin)
	if len(cells) == 0 {
		return w.Sprintf("The embedded and the installed ab agree within %s in none of "+
			"%s.", margin, cellCount(w, judged))
	}
	return w.Sprintf(
		"The embedded and the installed ab agree within %s in %s of %s (confidence intervals "+
			"of their ratios: %s).",
		margin,
		w.Integer(len(cells)),
		cellCount(w, judged),
		calibrationIntervals(w, cells),
	)
}

// undecided states where neither a difference nor an agreement was found.
func undecided(w *locale.Printer, a *stats.Analysis, cells []stats.Calibrated) string {
	return w.Sprintf(
		"Neither agreement nor a difference could be established for %s (confidence intervals: "+
			"%s).",
		cellNames(w, a, cells),
		calibrationIntervals(w, cells),
	)
}

// calibrationIntervals returns the range that contains the intervals of all ratios.
func calibrationIntervals(w *locale.Printer, cells []stats.Calibrated) string {
	low, _ := extent(cells, func(c stats.Calibrated) float64 { return c.Throughput.Low })
	_, high := extent(cells, func(c stats.Calibrated) float64 { return c.Throughput.High })
	return w.Span(low, high, w.Ratio)
}

// The generator that needs less CPU per request leaves more to the server, which can explain why it
// measures more. measuredMore and measuredLess therefore compare what the generators used.

// measuredMore states where the embedded ab measured more than the installed one.
func measuredMore(w *locale.Printer, a *stats.Analysis, cells []stats.Calibrated) string {
	text := w.Sprintf("The embedded ab measured a higher rate for %s (%s times).",
		cellNames(w, a, cells), calibrationRatios(w, cells))
	if slices.ContainsFunc(cells, dropped) {
		return text + " " + whatDropsDo(w)
	}
	if !generatorCPUKnown(cells) {
		return text
	}
	for _, c := range cells {
		if c.Embedded.CPUPerRequest.Median >= c.Installed.CPUPerRequest.Median {
			return text + " " + w.Sprintf("It did not use less CPU time per request in all of "+
				"them, so the cost of the generators does not explain it.")
		}
	}
	embedded, installed := generatorCPUs(w, cells)
	return text + " " + w.Sprintf("It used less CPU time per request there (%s µs against %s "+
		"µs), so the installed ab was part of the limit.", embedded, installed)
}

// measuredLess states where the embedded ab measured less than the installed one.
func measuredLess(w *locale.Printer, a *stats.Analysis, cells []stats.Calibrated) string {
	text := w.Sprintf("The embedded ab measured a lower rate for %s (%s times).",
		cellNames(w, a, cells), calibrationRatios(w, cells))
	if slices.ContainsFunc(cells, dropped) {
		return text + " " + whatDropsDo(w)
	}
	if !generatorCPUKnown(cells) {
		return text
	}
	for _, c := range cells {
		if c.Embedded.CPUPerRequest.Median <= c.Installed.CPUPerRequest.Median {
			return text + " " + w.Sprintf("It did not use more CPU time per request in all of "+
				"them, so the cost of the generators does not explain it.")
		}
	}
	embedded, installed := generatorCPUs(w, cells)
	return text + " " + w.Sprintf("It used more CPU time per request there (%s µs against %s "+
		"µs), so the embedded ab was part of the limit.", embedded, installed)
}

func dropped(c stats.Calibrated) bool { return c.Dropped }

// whatDropsDo explains how the two differ where the server's queue dropped connections.
func whatDropsDo(w *locale.Printer) string {
	return w.Sprintf("A server's queue dropped connections there (see backlog). The installed " +
		"ab does not wait for those clients and the embedded one does, so the two did not " +
		"measure the same thing.")
}

// generatorCPUKnown reports whether it is known of both generators, in all of the cells.
func generatorCPUKnown(cells []stats.Calibrated) bool {
	for _, c := range cells {
		if c.Embedded.CPUPerRequest.N == 0 || c.Installed.CPUPerRequest.N == 0 {
			return false
		}
	}
	return true
}

// generatorCPUs returns the range of what each generator used per request.
func generatorCPUs(w *locale.Printer, cells []stats.Calibrated) (embedded, installed string) {
	low, high := extent(cells, func(c stats.Calibrated) float64 {
		return c.Embedded.CPUPerRequest.Median
	})
	embedded = w.Span(low, high, w.Microseconds)

	low, high = extent(cells, func(c stats.Calibrated) float64 {
		return c.Installed.CPUPerRequest.Median
	})
	return embedded, w.Span(low, high, w.Microseconds)
}

func calibrationRatios(w *locale.Printer, cells []stats.Calibrated) string {
	low, high := extent(cells, func(c stats.Calibrated) float64 { return c.Throughput.Ratio })
	return w.Span(low, high, w.Ratio)
}

// cellNames names cells, those of a server together: "A at 1 and 3 clients and B at every level".
func cellNames(w *locale.Printer, a *stats.Analysis, cells []stats.Calibrated) string {
	var names []string
	for i := 0; i < len(cells); {
		server := cells[i].Server
		var levels []plan.Level
		for ; i < len(cells) && cells[i].Server == server; i++ {
			levels = append(levels, cells[i].Level)
		}
		names = append(names, w.Sprintf("%s %s", server, atLevels(w, levels, a.Levels)))
	}
	return w.List(names)
}

// Agreement states in how many cells the two generators agree, in one sentence; it is empty if
// nothing was calibrated. It is not a part of the answer, which has nothing of the calibration.
func Agreement(w *locale.Printer, a *stats.Analysis) Sentence {
	agree, judged := 0, 0
	for _, c := range a.Calibration {
		if c.Agreement != stats.Unknown {
			judged++
		}
		if c.Agreement == stats.Agree {
			agree++
		}
	}
	if judged == 0 {
		return nil
	}
	return newSentence(w.Sprintf("Calibration: the embedded and the installed ab agree within %s "+
		"in %s of %s combinations of server and level.",
		w.Percentage(a.Margin), w.Integer(agree), w.Integer(judged)))
}
