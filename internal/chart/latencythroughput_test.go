package chart

import (
	"strings"
	"testing"

	"labbook/internal/stats"
)

// A trial with only one of two metrics has no place on the chart of the two.
func TestTrialsArePairedByRound(t *testing.T) {
	t.Parallel()
	a := open().analysis()
	first := &a.Cells[0]
	late := first.Of(stats.P50)
	late.Values, late.Rounds = late.Values[3:], late.Rounds[3:]
	first.Summaries[stats.P50] = late
	s := sourceOf(a)
	trials := s.pairedTrials("x", *first, s.throughput(), s.p50())
	if len(trials) != 7 || !strings.Contains(trials[0].hover, "round 4:") ||
		trials[0].at != first.Of(stats.Throughput).Values[3] {
		t.Errorf("trials are %+v, want 7 from round 4 on", trials)
	}
}
