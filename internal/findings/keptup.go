package findings

import (
	"strings"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// keptUp states up to which arrival rate each server answered as fast as requests arrived. It omits
// a server whose cells are all invalid, and is "" in a closed loop.
func keptUp(w *locale.Printer, a *stats.Analysis) string {
	if !a.OpenLoop() {
		return ""
	}
	var clauses []string
	for _, server := range a.Started() {
		if !a.AllInvalid(server) {
			clauses = append(clauses, keptUpTo(w, a, server))
		}
	}
	if len(clauses) == 0 {
		return ""
	}
	return strings.Join(clauses, "; ") + "."
}

func keptUpTo(w *locale.Printer, a *stats.Analysis, server string) string {
	rate, all := a.KeptUpTo(server)
	switch {
	case rate == 0:
		return w.Sprintf("%s kept up with no arrival rate", server)
	case all && len(a.Levels) == 1:
		return w.Sprintf("%s kept up with the arrival of %s a second", server,
			w.Count(rate, "1 request", "%s requests"))
	case all:
		return w.Sprintf("%s kept up with every arrival rate, up to %s requests per second",
			server, w.Integer(rate))
	}
	return w.Sprintf("%s kept up with arrival rates up to %s requests per second",
		server, w.Integer(rate))
}
