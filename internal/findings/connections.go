package findings

import (
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Connections states how many connections each server got its requests on; "" if keep-alive was
// asked of none.
func Connections(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	asked := false
	var modes []string
	for _, s := range rec.Experiment.Started() {
		mode := w.Sprintf("%s: a new one per request", s.Name)
		if s.Request.KeepAlive {
			asked = true
			mode = keptOpen(w, a, s.Name)
		}
		modes = append(modes, mode)
	}
	if !asked {
		return ""
	}
	return w.Sprintf("Connections: %s.", strings.Join(modes, "; "))
}

// keptOpen states how often a server of which keep-alive was asked kept its connections open.
func keptOpen(w *locale.Printer, a *stats.Analysis, server string) string {
	kept, answers, ok := a.KeptOpen(server)
	if !ok {
		return w.Sprintf("%s: keep-alive", server)
	}
	return w.Sprintf(
		"%s: keep-alive, kept open after %s of %s answers",
		server,
		w.Integer(kept),
		w.Integer(answers),
	)
}
