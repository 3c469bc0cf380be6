package terminal

import (
	"fmt"

	"labbook/internal/sizing"
)

// Sizing announces the loads that fix how many requests the trials have.
func (p *Progress) Sizing() {
	fmt.Fprintln(p.out, "a short load of each server at each level fixes the number of requests:")
}

// Sized shows the size of a cell's trials.
func (p *Progress) Sized(s sizing.Sized) {
	text := fmt.Sprintf("%s, warm-up of %d", Count(s.Requests, "request"), s.Warmup)
	switch {
	case s.Failure != nil:
		text += fmt.Sprintf(", by the rate at %v; its own load failed: %v", s.Like, s.Failure)
	case s.RequestsPerSecond == 0:
		text += ", because the load had no answer"
	default:
		rate := s.RequestsPerSecond
		text += fmt.Sprintf(", at %.*f requests/s", decimals(rate), rate)
	}
	fmt.Fprintf(p.out, "  %s  %s\n", Printable(s.Cell.String()), Printable(text))
}

// decimals returns how many decimals of a rate are shown: small ones need some.
func decimals(rate float64) int {
	if rate < 10 {
		return 2
	}
	return 0
}
