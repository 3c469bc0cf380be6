package terminal

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
)

// lastValue returns the result of a trial as the progress line shows it: "21,338/s", or how it
// failed. ok is false of a trial of which something must be said.
func (p *Progress) lastValue(r record.Result) (text string, ok bool) {
	m := r.Measurement()
	if r.Outcome != record.Ended || m == nil {
		return outcomeText(p.words, r.Outcome), false
	}
	rate := m.RequestsPerSecond
	good := m.Failed == 0 && (m.Non2xx == 0 || r.LookedAt())
	if r.LookedAt() {
		rate = r.GoodPerSecond()
		good = good && *r.Load.Detail.Unexpected == 0
	}
	return p.words.PerSecond(rate), good
}

// outcomes are the outcomes of trials in words.
var outcomes = map[record.Outcome]locale.Message{
	record.Ended:      "no result",
	record.Aborted:    "aborted",
	record.TimedOut:   "timed out",
	record.Crashed:    "crashed",
	record.NotStarted: "not started",
	record.HookFailed: "hook failed",
	record.GivenUp:    "given up",
}

// outcomeText returns an outcome in words. A record of a later version may have other ones.
func outcomeText(w *locale.Printer, o record.Outcome) string {
	if text, ok := outcomes[o]; ok {
		return w.Sprintf(text)
	}
	return Printable(string(o))
}

// progressText returns how far a trial came that did not end, and what its server used.
func progressText(w *locale.Printer, p record.Progress) string {
	var text string
	if p.Known && p.Requests > 0 {
		format := locale.Message("; %s of %s requests answered")
		switch {
		case p.AtLeast && p.InWarmup:
			format = "; at least %s of %s requests of the warm-up answered"
		case p.AtLeast:
			format = "; at least %s of %s requests answered"
		case p.InWarmup:
			format = "; %s of %s requests of the warm-up answered"
		}
		text = w.Sprintf(format, w.Integer(p.Answered), w.Integer(p.Requests))
	}
	if p.UsageKnown {
		text += w.Sprintf("; the server used %s of a core and had %s",
			w.WholePercent(p.Cores), w.Count(p.Threads, "1 thread", "%s threads"))
	}
	return text
}

// resultText returns the result of a trial in a few words.
func resultText(w *locale.Printer, r record.Result) string {
	m := r.Measurement()
	if r.Outcome != record.Ended || m == nil {
		return outcomeText(w, r.Outcome) + ": " + Printable(r.Reason) +
			progressText(w, r.Progress())
	}

	text := w.Sprintf("%s requests/s", w.Rate(m.RequestsPerSecond))
	bad, what := m.Non2xx, locale.Message(", %s not 2xx")
	if r.LookedAt() {
		bad, what = int(*r.Load.Detail.Unexpected), ", %s not as expected"
		if bad > 0 || m.Failed > 0 { // otherwise every request got a good answer
			text = w.Sprintf("%s good answers/s", w.Rate(r.GoodPerSecond()))
		}
	}
	if m.Failed > 0 {
		text += w.Sprintf(", %s failed", w.Integer(m.Failed))
	}
	if bad > 0 {
		text += w.Sprintf(what, w.Integer(bad))
	}
	if m.Unsent > 0 {
		text += w.Sprintf(", %s unsent", w.Integer(m.Unsent))
	}
	return text
}
