package terminal

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Printable returns text that is safe for a terminal. Control characters could move the cursor or
// fake a line, so they become spaces, and several spaces become one.
func Printable(text string) string {
	unsafe := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	return strings.Join(strings.FieldsFunc(text, unsafe), " ")
}

// Count returns a number with its noun: "1 trial", "2 trials".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// plain returns text without the characters that keep a browser from breaking lines. A terminal
// shows some of them, and a search for the text would not find it.
func plain(text string) string {
	return strings.NewReplacer("\u00a0", " ", "\u2060", "").Replace(text)
}

// Size returns the size of a run: "2 servers × 5 levels × 10 rounds = 100 trials of 1,000
// requests". What is known of the sizes of trials is in the header.
func Size(e *spec.Experiment, h record.Header) string {
	w := locale.For(e.Language)
	servers := w.Count(len(e.Started()), "1 server", "%s servers")
	isOlder := func(s spec.Server) bool { return s.OlderOf != "" }
	if slices.ContainsFunc(e.Servers, isOlder) {
		servers = w.Sprintf("1 server in 2 versions")
	} else if tested := len(e.Tested()); tested > len(e.Started()) {
		servers = w.Sprintf("%s asked in %s ways", servers, w.Integer(tested))
	}
	if e.Design.Control {
		servers = w.Sprintf("%s and a control", servers)
	}
	rounds := w.Count(e.Design.Rounds, "1 round", "%s rounds")
	if h.OnlyRound > 0 {
		rounds = w.Sprintf("round %s of %s", w.Integer(h.OnlyRound), w.Integer(e.Design.Rounds))
	}
	if e.Design.Runs > 1 {
		rounds += " × " + w.Count(e.Design.Runs, "1 run", "%s runs")
	}
	if e.Design.Calibrate {
		rounds += " × " + w.Sprintf("2 generators")
	}
	return plain(w.Sprintf("%s × %s × %s = %s of %s",
		servers,
		levelCount(w, e),
		rounds,
		trialCount(w, e, h),
		LoadSize(e, h)))
}

// LoadSize returns the size of a trial's load, as far as it is known.
func LoadSize(e *spec.Experiment, h record.Header) string {
	low, high := h.SizeRange(e)
	w := locale.For(e.Language)
	size := requestsOf(w, e.Load.Duration, low.Requests, high.Requests)
	if plan.SearchIsDue(e) && e.Load.Duration == 0 {
		return w.Sprintf("%s or more", size)
	}
	return size
}

// warmupSize returns the size of a trial's warm-up, as far as it is known.
func warmupSize(e *spec.Experiment, h record.Header) string {
	low, high := h.SizeRange(e)
	return requestsOf(locale.For(e.Language), e.Design.WarmupTime, low.Warmup, high.Warmup)
}

// requestsOf returns a number of requests: "1,000 requests". Where it stands for a time, it differs
// from cell to cell: "about 10 s (23,000 to 41,000 requests)"; low is 0 as long as it is not known.
func requestsOf(w *locale.Printer, d time.Duration, low, high int) string {
	requests := w.Count(high, "1 request", "%s requests")
	if low < high {
		requests = w.Sprintf("%s to %s", w.Integer(low), requests)
	}
	switch {
	case d == 0:
		return requests
	case low == 0:
		return w.Sprintf("about %s", plain(w.Duration(d)))
	}
	return w.Sprintf("about %s (%s)", plain(w.Duration(d)), requests)
}
