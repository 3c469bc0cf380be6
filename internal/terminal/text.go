package terminal

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
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

// Size returns the size of a run: "2 servers × 5 levels × 10 rounds = 100 trials of 1000 requests".
// What is known of the sizes of trials is in the header.
func Size(e *spec.Experiment, h record.Header) string {
	servers := Count(len(e.Started()), "server")
	if tested := len(e.Tested()); tested > len(e.Started()) {
		servers += fmt.Sprintf(" asked in %d ways", tested)
	}
	if e.Design.Control {
		servers += " and a control"
	}
	factors := []string{
		servers,
		Count(len(plan.Levels(e)), "level"),
		Count(e.Design.Rounds, "round"),
	}
	if e.Design.Runs > 1 {
		factors = append(factors, Count(e.Design.Runs, "run"))
	}
	if e.Design.Calibrate {
		factors = append(factors, "2 generators")
	}
	return fmt.Sprintf("%s = %s of %s", strings.Join(factors, " × "),
		Count(h.Trials, "trial"), LoadSize(e, h))
}

// LoadSize returns the size of a trial's load, as far as it is known.
func LoadSize(e *spec.Experiment, h record.Header) string {
	low, high := h.SizeRange(e)
	return requestsOf(e.Load.Duration, low.Requests, high.Requests)
}

// warmupSize returns the size of a trial's warm-up, as far as it is known.
func warmupSize(e *spec.Experiment, h record.Header) string {
	low, high := h.SizeRange(e)
	return requestsOf(e.Design.WarmupTime, low.Warmup, high.Warmup)
}

// requestsOf returns a number of requests: "1000 requests". Where it stands for a time, it differs
// from cell to cell: "about 10s (23000 to 41000 requests)"; low is 0 as long as it is not known.
func requestsOf(d time.Duration, low, high int) string {
	requests := Count(high, "request")
	if low < high {
		requests = fmt.Sprintf("%d to %s", low, requests)
	}
	switch {
	case d == 0:
		return requests
	case low == 0:
		return fmt.Sprintf("about %v", d)
	}
	return fmt.Sprintf("about %v (%s)", d, requests)
}
