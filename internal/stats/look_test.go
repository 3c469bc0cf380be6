package stats

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

// A look at the results was a chance of a false claim only if there were enough rounds for one: six
// for one comparison, and more for many (Holm).
func TestLooks(t *testing.T) {
	r := rec(20)
	r.Looks = []int{5, 6, 10}
	r.Results[12].Resumed = &record.Interruption{After: 12, MoreRounds: 4}
	a := Analyse(r)
	want := []Look{{5, false}, {6, true}, {10, true}}
	if diff := cmp.Diff(want, a.Looks); diff != "" {
		t.Errorf("looks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], a.DecisiveLooks()); diff != "" {
		t.Errorf("decisive looks (-want +got):\n%s", diff)
	}
	codes := map[Code]bool{}
	for _, w := range a.Warnings {
		codes[w.Code] = true
	}
	if !codes[MoreRounds] || codes[Resumed] {
		t.Errorf("codes %v, want more-rounds, and not that the run was interrupted", codes)
	}
	if state := a.Cells[0].State; state != Valid {
		t.Errorf("added rounds make a cell %s", state)
	}

	many := &Analysis{Confidence: 0.95}
	for range 5 {
		many.Comparisons = append(many.Comparisons, Comparison{Confidence: 0.97})
	}
	rounds := MinRoundsForVerdict(5, 0.95)
	r.Looks = []int{rounds - 1, rounds}
	if diff := cmp.Diff([]Look{{rounds - 1, false}, {rounds, true}}, many.looks(r)); diff != "" {
		t.Errorf("looks at five comparisons (-want +got):\n%s", diff)
	}

	// Without a comparison, an interval that an expectation is decided by needs six.
	checked := &Analysis{Confidence: 0.95, Checks: []Check{{Confidence: 0.97}}}
	r.Looks = []int{5, 6}
	if diff := cmp.Diff([]Look{{5, false}, {6, true}}, checked.looks(r)); diff != "" {
		t.Errorf("looks at an expectation (-want +got):\n%s", diff)
	}
}

func TestNoLooks(t *testing.T) {
	if a := Analyse(rec(6)); a.Looks != nil || len(a.DecisiveLooks()) > 0 {
		t.Errorf("looks %v at a run to which nothing was added", a.Looks)
	}
}
