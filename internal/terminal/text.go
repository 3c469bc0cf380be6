package terminal

import (
	"fmt"
	"strings"
	"unicode"

	"labbook/internal/plan"
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

// Size returns the size of an experiment that has so many trials: "2 servers × 5 levels × 10 rounds
// = 100 trials of 1000 requests".
func Size(e *spec.Experiment, trials int) string {
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
	if e.Design.Calibrate {
		factors = append(factors, "2 generators")
	}
	return fmt.Sprintf("%s = %s of %s", strings.Join(factors, " × "),
		Count(trials, "trial"), Count(e.Load.Requests, "request"))
}
