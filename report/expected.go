package report

import (
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// expectedAnswers returns what the answers must be: one text, or what most of them must be and then
// the servers of which something else is expected.
func expectedAnswers(w *locale.Printer, e *spec.Experiment) string {
	started := e.Started()
	if len(started) == 0 {
		return expectedAnswer(w, spec.Expect{})
	}
	usual := started[0].Expect
	parts := []string{expectedAnswer(w, usual)}
	for _, s := range started[1:] {
		if s.Expect != usual {
			parts = append(parts, w.Sprintf("%s: %s", s.Name, expectedAnswer(w, s.Expect)))
		}
	}
	return strings.Join(parts, "; ")
}

// expectedAnswer returns what an answer must be: `302, a body with "ready"`.
func expectedAnswer(w *locale.Printer, x spec.Expect) string {
	text := w.Sprintf("any 2xx")
	if x.Status != 0 {
		text = strconv.Itoa(x.Status)
	}
	switch {
	case x.Text != "":
		return w.Sprintf("%s, a body with %s", text, strconv.Quote(x.Text))
	case x.SHA256 != "":
		return w.Sprintf("%s, a body with the SHA-256 %s", text, x.SHA256)
	}
	return text
}

func expectsBodies(e *spec.Experiment) bool {
	return slices.ContainsFunc(e.Servers, func(s spec.Server) bool { return s.Expect.HasBody() })
}

// allowedFailures returns the share of requests that may fail, "" if none may.
func allowedFailures(w *locale.Printer, e *spec.Experiment) string {
	if e.Load.AllowedFailures == 0 {
		return ""
	}
	return w.Percentage(e.Load.AllowedFailures)
}

// whatWasLookedAt returns which answers were compared with what the spec expects, as a sentence
// that follows another one; "" if ab itself counts all that is not expected.
func whatWasLookedAt(w *locale.Printer, rec *record.Record) string {
	e := rec.Experiment
	bodies := expectsBodies(e)
	expects := bodies || e.Load.AllowedFailures > 0 ||
		slices.ContainsFunc(e.Servers, func(s spec.Server) bool { return s.Expect.Status != 0 })
	lookedAt := slices.ContainsFunc(rec.Results, record.Result.LookedAt)
	real := rec.Generator.Name == record.InstalledAB

	switch {
	case !expects || !lookedAt && !real: // the embedded ab of older versions looked at none
		return ""
	case lookedAt && bodies:
		return " " + w.Sprintf("Status and body of every answer were checked.")
	case lookedAt:
		return " " + w.Sprintf("The status of every answer was checked.")
	case bodies:
		return " " + w.Sprintf("Only the answer before each load was fully checked, because ab "+
			"does not check bodies.")
	}
	return " " + w.Sprintf("The exact status is known only of the answer before each load, "+
		"because ab only distinguishes 2xx from all other statuses.")
}
