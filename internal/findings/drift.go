package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// besides says what a change was compared with.
var besides = map[stats.Beside]locale.Message{
	stats.BesideOthers: "%s from the first round to the last, compared with the other servers",
	stats.BesideChanging: "%s from the first round to the last, compared with the other server; " +
		"both changed, in opposite ways, so either may be the cause",
	stats.BesideNone: "%s from the first round to the last; no other server was measured, so the " +
		"machine may be the cause",
	stats.BesideYounger: "%s from the first to the last trial after a start",
	stats.SharedByAll:   "%s from the first round to the last (fitted line)",
}

// driftReason states how the speed of a server, or of all of them, changed; "" for other evidence,
// and where it differs what the changes were compared with.
func driftReason(w *locale.Printer, all []stats.Evidence) string {
	e, ok := each[stats.Drift](all)
	if !ok || !are(e, func(d stats.Drift) bool { return d.Beside == e[0].Beside }) {
		return ""
	}
	throughput := func(d stats.Drift) float64 { return d.Change }
	time := func(d stats.Drift) float64 { return 1/(1+d.Change) - 1 }

	what := w.Sprintf("throughput %s", span(w, e, throughput, w.SignedPercent))
	if e[0].ResponseTime {
		what = w.Sprintf("median latency %s", span(w, e, time, w.SignedPercent))
	}
	return w.Sprintf(besides[e[0].Beside], what)
}
