package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// stateCard states whether the data can be relied on, with a link to the reasons.
func stateCard(w *locale.Printer, rec *record.Record, a *stats.Analysis) Card {
	card := Card{
		Label: w.Sprintf("Data quality"),
		Link:  "quality",
		Bad:   len(a.Invalid()) > 0,
	}
	isFew := func(warning stats.Warning) bool { return warning.Code == stats.Few }
	isSuspect := func(c stats.Cell) bool { return c.State == stats.Suspect }
	switch known := len(a.Cells); {
	case len(a.Invalid()) == known:
		card.Value = w.Sprintf("Invalid")
	case card.Bad:
		card.Value = w.Sprintf("Partly invalid")
	case slices.ContainsFunc(a.Cells, isSuspect):
		card.Value = w.Sprintf("Partly suspect")
	case slices.ContainsFunc(a.Warnings, isFew) && a.Imported:
		card.Value = w.Sprintf("Too few trials")
	case slices.ContainsFunc(a.Warnings, isFew):
		card.Value = w.Sprintf("Too few rounds")
	default:
		card.Value = w.Sprintf("Valid")
	}

	card.Means = w.Sprintf("%s, %s; %s", cleanTrials(w, a), failedRequests(w, a),
		doubtCounts(w, rec, a))
	return card
}

// cleanTrials returns how many trials are clean: "99 of 100 trials clean".
func cleanTrials(w *locale.Printer, a *stats.Analysis) string {
	clean, planned := 0, 0
	for _, cell := range a.Measured() {
		if !cell.Unknown {
			clean += cell.Clean()
			planned += cell.Rounds
		}
	}
	return w.Sprintf("%s of %s trials valid", w.Integer(clean), w.Integer(planned))
}

// failedRequests returns how many requests got no answer, or not the expected one.
func failedRequests(w *locale.Printer, a *stats.Analysis) string {
	failed, unexpected := 0, 0
	for _, cell := range a.Measured() {
		failed += cell.Failed
		unexpected += cell.Unexpected
	}
	switch {
	case failed > 0:
		return w.Count(failed, "1 failed request", "%s failed requests")
	case unexpected > 0:
		return w.Count(unexpected, "1 unexpected answer", "%s unexpected answers")
	}
	return w.Sprintf("no failed requests")
}

// doubtCounts returns how many doubts there are of each kind: "2 warnings and 1 note".
func doubtCounts(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	counts := map[stats.Severity]int{}
	for _, d := range Doubts(w, rec, a) {
		counts[d.Code.Severity()]++
	}
	var parts []string
	add := func(severity stats.Severity, one, many locale.Message) {
		if n := counts[severity]; n > 0 {
			parts = append(parts, w.Count(n, one, many))
		}
	}
	add(stats.SeverityError, "1 error", "%s errors")
	add(stats.SeverityWarning, "1 warning", "%s warnings")
	add(stats.SeverityNote, "1 note", "%s notes")
	if len(parts) == 0 {
		return w.Sprintf("no notes")
	}
	return w.List(parts)
}

// singleServerCards describe the only server: its highest throughput, where it levels off, and its
// latency there.
func singleServerCards(w *locale.Printer, a *stats.Analysis) []Card {
	best := bestCell(a, a.Baseline)
	if best == nil {
		return nil
	}

	peak := best.Of(stats.Throughput)
	card := Card{
		Label: w.Sprintf(rateWords(a, "Peak requests per second", "Peak good answers per second")),
		Value: w.Rate(peak.Median),
		Means: w.Sprintf("at %s", levelName(w, best.Level)),
		Link:  "throughput",
	}
	if peak.HasInterval() {
		card.Means = w.Sprintf("%s; %s CI %s", card.Means, w.Percentage(a.Confidence),
			w.Range(peak.Low, peak.High, w.Rate))
	}
	cards := []Card{card}

	at := best
	for _, knee := range a.Knees {
		cards = append(cards, kneeCard(w, a, knee))
		if knee.Reached {
			place := best.Cell
			place.Level = knee.Level
			at = a.Cell(place)
		}
	}
	return append(cards, latencyCards(w, *at)...)
}

// bestCell returns the cell of a server with the highest throughput; nil if none has one.
func bestCell(a *stats.Analysis, server string) *stats.Cell {
	var best *stats.Cell
	for _, cell := range a.CellsOf(server) {
		usable := cell.State != stats.Invalid && cell.Clean() > 0
		if usable && (best == nil ||
			cell.Of(stats.Throughput).Median > best.Of(stats.Throughput).Median) {
			best = &cell
		}
	}
	return best
}

// kneeCard states from which level on more clients bring nothing.
func kneeCard(w *locale.Printer, a *stats.Analysis, knee stats.Knee) Card {
	card := Card{
		Label: w.Sprintf("Levels off"),
		Value: w.Sprintf("not reached"),
		Means: w.Sprintf("still rising, or not sure, up to %s",
			levelName(w, a.Levels[len(a.Levels)-1])),
		Link: "throughput",
		Open: true,
	}
	if knee.Reached {
		card.Value = w.Sprintf("at %s", levelName(w, knee.Level))
		card.Means = w.Sprintf("more clients add less than %s", w.Percent(stats.KneeGain, 0))
		card.Open = false
	}
	return card
}

// latencyCards returns the latency of a cell, or nothing if it is not known.
func latencyCards(w *locale.Printer, cell stats.Cell) []Card {
	p50, p99 := cell.Of(stats.P50), cell.Of(stats.P99)
	if p50.N == 0 || p99.N == 0 {
		return nil
	}
	link := "latency"
	if cell.Level.Kind == plan.Capacity { // which has no such section
		link = "capacity"
	}
	return []Card{{
		Label: w.Sprintf("Latency (p50 and p99) at %s", levelName(w, cell.Level)),
		Value: w.Sprintf("%s and %s ms", w.Rough(p50.Median), w.Rough(p99.Median)),
		Means: w.Sprintf("half of the requests, and 99% of them, take at most this long"),
		Link:  link,
	}}
}
