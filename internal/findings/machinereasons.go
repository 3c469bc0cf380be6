package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// machineReason states evidence about one of several machines, with its name: "clients 2: all cores
// 97% busy"; "" for other evidence.
func machineReason(w *locale.Printer, all []stats.Evidence) string {
	e, ok := each[stats.AtMachine](all)
	if !ok {
		return ""
	}
	var names []string
	var inner []stats.Evidence
	for _, at := range e {
		inner = append(inner, at.Evidence)
		if !slices.Contains(names, at.Machine) {
			names = append(names, at.Machine)
		}
	}
	text := together(w, inner)
	if text == "" {
		return ""
	}
	return w.Sprintf("on %s: %s", w.List(names), text)
}

// partReason states the evidence of a doubt about the generators of a load; "" for other evidence.
func partReason(w *locale.Printer, all []stats.Evidence) string {
	if _, ok := each[stats.Overlap](all); ok {
		return number[stats.Overlap](w, all,
			"all generators made load for %s of the time (median)", percent(w))
	}
	if e, ok := each[stats.StartSpread](all); ok {
		return w.Sprintf("the last one started %s ms after the first, in loads of %s s (medians)",
			span(w, e, func(e stats.StartSpread) float64 { return e.MS }, significant(w)),
			span(w, e, func(e stats.StartSpread) float64 { return e.LoadSeconds }, fixed(w, 2)))
	}
	if e, ok := each[stats.UnlikeTimes](all); ok {
		percentile := e[0].Percentile
		if !are(e, func(e stats.UnlikeTimes) bool { return e.Percentile == percentile }) {
			return ""
		}
		return w.Sprintf("its p%d is %s ms, that of the others %s ms (medians)", percentile,
			span(w, e, func(e stats.UnlikeTimes) float64 { return e.MS }, significant(w)),
			span(w, e, func(e stats.UnlikeTimes) float64 { return e.OthersMS }, significant(w)))
	}
	return ""
}

// networkReason states the evidence of a doubt about the network; "" for other evidence.
func networkReason(w *locale.Printer, all []stats.Evidence) string {
	perMille := func(x float64) string { return w.Percent(x, 2) }
	switch all[0].(type) {
	case stats.InterfaceUse:
		return number[stats.InterfaceUse](w, all,
			"its interface used %s of its speed (median)", percent(w))
	case stats.InterfaceDrops:
		return number[stats.InterfaceDrops](w, all,
			"its interface dropped %s of the packets", perMille)
	case stats.SentAgain:
		return number[stats.SentAgain](w, all,
			"%s of the TCP segments were sent again", perMille)
	}
	e, ok := each[stats.RoundTrip](all)
	if !ok {
		return ""
	}
	ms := span(w, e, func(e stats.RoundTrip) float64 { return e.MS }, significant(w))
	medians := span(w, e, func(e stats.RoundTrip) float64 { return e.MedianMS }, significant(w))
	switch {
	case are(e, func(e stats.RoundTrip) bool { return e.Trips == 1 }):
		return w.Sprintf("a round trip of the network takes %s ms, the median response %s ms",
			ms, medians)
	case are(e, func(e stats.RoundTrip) bool { return e.Trips == 2 }):
		return w.Sprintf("two round trips of the network, of %s ms each, are part of the median "+
			"response of %s ms", ms, medians)
	}
	return ""
}

// machinesReason states the evidence of a doubt about the machines of a whole run; "" for other
// evidence.
func machinesReason(w *locale.Printer, all []stats.Evidence) string {
	switch e := all[0].(type) {
	case stats.OnMachines:
		return w.Sprintf("on %s", string(e))
	case stats.OneMachine:
		return string(e)
	case stats.OtherHosts:
		return w.Sprintf("%s, after %s", e.Names, w.Count(e.After, "1 trial", "%s trials"))
	case stats.UsableCores:
		return w.Sprintf("%s of %d cores", w.General(e.Usable, 3), e.Online)
	}
	return ""
}

// significant writes a number with three significant digits.
func significant(w *locale.Printer) func(float64) string {
	return func(x float64) string { return w.Number(x, 3, 3) }
}
