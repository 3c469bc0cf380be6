package findings

import (
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// Many rounds of many cells show a correlation that widens little. It is not said to be none.
func TestSmallCorrelation(t *testing.T) {
	evidence := []stats.Evidence{stats.RoundCorrelation{Correlation: 0.037, Widening: 1.038}}
	const want = "correlation between rounds: 0.04; confidence intervals are 1.04 times as wide"
	if got := shapeReason(locale.For("en"), evidence); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
