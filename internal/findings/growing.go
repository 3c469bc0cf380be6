package findings

import (
	"math"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// growingReason states what a server holds more and more of; "" for other evidence. Levels of one
// server share their evidence where it is that of a life.
func growingReason(w *locale.Printer, all []stats.Evidence) string {
	if e, ok := each[stats.GrownInLoad](all); ok {
		return w.Sprintf("%s more memory after the load than before (median), %s per request",
			span(w, e, func(e stats.GrownInLoad) float64 { return e.Bytes }, bytes(w)),
			span(w, e, func(e stats.GrownInLoad) float64 { return e.PerRequest }, bytes(w)))
	}
	e, ok := each[stats.GrownInLife](all)
	if !ok || !are(e, func(g stats.GrownInLife) bool { return g == e[0] }) {
		return ""
	}

	var grown []string
	add := func(g stats.Grown, text locale.Message) {
		if g != (stats.Grown{}) {
			grown = append(grown, w.Sprintf(text, whole(w)(g.From), whole(w)(g.To),
				perRequest(w, g.PerRequest)))
		}
	}
	add(e[0].Descriptors, "from %s to %s descriptors (%s)")
	add(e[0].Threads, "from %s to %s threads (%s)")
	if m := e[0].Memory; m != (stats.Grown{}) {
		grown = append(grown, w.Sprintf("from %s to %s of memory (%s per request)",
			bytes(w)(m.From), bytes(w)(m.To), bytes(w)(m.PerRequest)))
	}
	trials := w.Integer(e[0].Trials)
	if e[0].Lives > 1 {
		return w.Sprintf("%s over %s trials without a restart (median of %s such sequences)",
			w.List(grown), trials, w.Integer(e[0].Lives))
	}
	return w.Sprintf("%s over %s trials without a restart", w.List(grown), trials)
}

// perRequest states how many of something there are for each request, or one for how many.
func perRequest(w *locale.Printer, n float64) string {
	if n >= 1 {
		return w.Sprintf("%s per request", w.Fixed(n, 1))
	}
	return w.Sprintf("1 per %s requests", w.Integer(int(math.Round(1/n))))
}

// bytes formats a number of bytes with the unit that fits.
func bytes(w *locale.Printer) func(float64) string {
	return func(n float64) string {
		if n < 1e6 {
			return w.Number(n/1e3, 2, 1) + " kB"
		}
		return w.Number(n/1e6, 3, 1) + " MB"
	}
}
