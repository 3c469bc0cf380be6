package findings

import (
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// Reason states the evidence of a doubt in a few words; "" if there is none.
func Reason(w *locale.Printer, evidence stats.Evidence) string {
	for _, reason := range []func(*locale.Printer, stats.Evidence) string{
		stoppedReason,
		faultsReason,
		failureReason,
	} {
		if text := reason(w, evidence); text != "" {
			return text
		}
	}
	return together(w, []stats.Evidence{evidence})
}

// failureReason states the evidence of a trial that failed; "" for other evidence.
func failureReason(w *locale.Printer, evidence stats.Evidence) string {
	switch e := evidence.(type) {
	case stats.Said:
		return string(e)
	case stats.WrongClock:
		return wrongClock(w, e)
	case stats.AtMachine:
		if text := failureReason(w, e.Evidence); text != "" {
			return w.Sprintf("on %s: %s", e.Machine, text)
		}
	case stats.NoReport:
		return w.Sprintf("ab printed no report")
	case stats.NoRate:
		return w.Sprintf("ab reported no rate")
	case stats.FailedRequests:
		return w.Sprintf("%d failed requests, %d write errors", e.Failed, e.WriteErrors)
	case stats.IncompleteRequests:
		return w.Sprintf("%d of %d requests completed", e.Complete, e.Requests)
	case stats.UnsentArrivals:
		return w.Count(int(e), "1 request could not be sent", "%s requests could not be sent")
	case stats.BadRequests:
		return badRequests(w, e)
	case stats.BadAnswers:
		return badAnswers(w, e)
	case stats.NotLookedAt:
		if e.Body {
			return w.Sprintf("ab does not check bodies")
		}
		return w.Sprintf("ab only distinguishes 2xx from all other statuses")
	case stats.AnsweredStatus:
		return w.Sprintf("the answer before the load had status %d", int(e))
	}
	return ""
}

// wrongClock returns by how much the clock was moved, or that ab's time cannot be.
func wrongClock(w *locale.Printer, e stats.WrongClock) string {
	switch {
	case e.StepSeconds > 0:
		return w.Sprintf("the clock was set forward by %s s during the load",
			w.Fixed(e.StepSeconds, 3))
	case e.StepSeconds < 0:
		return w.Sprintf("the clock was set back by %s s during the load",
			w.Fixed(-e.StepSeconds, 3))
	}
	return w.Sprintf("ab reports %s s, but its process ran for %s s",
		w.Fixed(e.TookSeconds, 3), w.Fixed(e.WallSeconds, 3))
}

// badRequests states how many requests failed or got an unexpected answer, how many may, and what
// was wrong with them.
func badRequests(w *locale.Printer, e stats.BadRequests) string {
	text := w.Sprintf("%s of %s requests failed or got an unexpected answer (allowed: %s)",
		w.Integer(e.Bad), w.Integer(e.Requests), w.Integer(e.Allowed))
	if why := badAnswers(w, e.Answers); why != "" {
		return text + "; " + why
	}
	return text
}

// badAnswers states what was wrong with answers: "answered 429: 980, answered 500: 20".
func badAnswers(w *locale.Printer, bad stats.BadAnswers) string {
	const maxStatuses = 4 // more would hide the frequent ones
	var parts []string
	others := 0
	for i, s := range bad.Statuses {
		if i < maxStatuses {
			parts = append(parts, w.Sprintf("status %d: %s", s.Status, w.Integer(s.Answers)))
		} else {
			others += s.Answers
		}
	}
	if others > 0 {
		parts = append(parts, w.Sprintf("other statuses: %s", w.Integer(others)))
	}
	if bad.Bodies > 0 {
		parts = append(parts, w.Sprintf("unexpected body: %s", w.Integer(bad.Bodies)))
	}
	if faults := faultsReason(w, bad.Faults); faults != "" {
		parts = append(parts, faults)
	}
	return strings.Join(parts, ", ")
}
