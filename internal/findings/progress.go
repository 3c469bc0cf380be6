package findings

import (
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// stoppedReason states why a trial did not end, how far it came, and what its server used until
// then.
func stoppedReason(w *locale.Printer, evidence stats.Evidence) string {
	e, ok := evidence.(stats.Stopped)
	if !ok {
		return ""
	}
	var parts []string
	for _, part := range []string{e.Said, answered(w, e), underWay(w, e), used(w, e)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// answered states how many requests were answered: "37 of 1,000 requests were answered".
func answered(w *locale.Printer, e stats.Stopped) string {
	if !e.Known {
		return ""
	}
	var message locale.Message
	switch {
	case e.Requests == 0:
		return w.Count(e.Answered, "1 request was answered", "%s requests were answered")
	case e.InWarmup && e.AtLeast:
		message = "at least %s of the warm-up's %s requests were answered"
	case e.InWarmup:
		message = "%s of the warm-up's %s requests were answered"
	case e.AtLeast:
		message = "at least %s of %s requests were answered"
	default:
		message = "%s of %s requests were answered"
	}
	return w.Sprintf(message, w.Integer(e.Answered), w.Integer(e.Requests))
}

// underWay states how far the requests had come that were under way.
func underWay(w *locale.Printer, e stats.Stopped) string {
	var parts []string
	add := func(n int, message locale.Message) {
		if n > 0 {
			parts = append(parts, w.Sprintf(message, w.Integer(n)))
		}
	}
	add(e.Connecting, "%s connecting")
	add(e.Waiting, "%s waiting for an answer")
	add(e.InAnswer, "%s with part of an answer")
	add(e.HeldOpen, "%s with a complete answer on a connection that the server kept open")
	add(e.OtherwiseIn, "%s in another state")
	if len(parts) == 0 {
		return ""
	}
	return w.Sprintf("in progress: %s", w.List(parts))
}

// used states what the server used: "the server used 190 % of a core and had 800 threads".
func used(w *locale.Printer, e stats.Stopped) string {
	if !e.UsageKnown {
		return ""
	}
	share := w.Percent(e.Cores, 0)
	if e.Threads == 1 {
		return w.Sprintf("the server used %s of a core and had 1 thread", share)
	}
	return w.Sprintf("the server used %s of a core and had %s threads", share,
		w.Integer(e.Threads))
}
