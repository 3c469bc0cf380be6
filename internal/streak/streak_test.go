package streak

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

func TestCellIsGivenUpAfterThreeFailuresInARow(t *testing.T) {
	cell := plan.Cell{Server: "a", Level: plan.Level{Kind: plan.Concurrency, Value: 1}}
	test := func(outcomes string, want bool) {
		t.Helper()
		streaks, order := Streaks{}, 0
		for name := range strings.FieldsSeq(outcomes) {
			order++
			streaks.Add(record.Result{
				Trial:   plan.Trial{Order: order, Cell: cell},
				Outcome: record.Outcome(name),
				Reason:  "because",
			})
		}
		if got := streaks.GiveUpReason(plan.Trial{Cell: cell}); (got != "") != want {
			t.Errorf("after %q: %q, want a reason: %v", outcomes, got, want)
		}
		other := plan.Trial{Cell: cell, Instrument: plan.Calibration}
		if got := streaks.GiveUpReason(other); got != "" {
			t.Errorf("after %q the other instrument is given up too: %q", outcomes, got)
		}
	}
	test("", false)
	test("crashed crashed", false)
	test("crashed timed-out aborted", true)
	test("not-started not-started not-started given-up", true)
	test("crashed crashed ended crashed crashed", false)
	test("crashed crashed ended crashed crashed crashed", true)
}
