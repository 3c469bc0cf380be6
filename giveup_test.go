package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"labbook/internal/plan"
	"labbook/internal/record"
)

func TestCellIsGivenUpAfterThreeFailuresInARow(t *testing.T) {
	cell := plan.Cell{Server: "a", Level: plan.Level{Kind: plan.Concurrency, Value: 1}}
	test := func(outcomes string, want bool) {
		t.Helper()
		f, order := failing{}, 0
		for name := range strings.FieldsSeq(outcomes) {
			order++
			f.note(
				record.Result{
					Trial:   plan.Trial{Order: order, Cell: cell},
					Outcome: record.Outcome(name),
					Reason:  "because",
				},
			)
		}
		if got := f.givenUp(plan.Trial{Cell: cell}); (got != "") != want {
			t.Errorf("after %q: %q, want a reason: %v", outcomes, got, want)
		}
		if got := f.givenUp(plan.Trial{Cell: cell, Instrument: plan.Calibration}); got != "" {
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

// After the clock on the wall was set back, a run that goes on does not know for how long it was
// away.
func TestTimeAwayBeforeAStepOfTheClock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "part")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	test := func(written time.Duration, known bool) {
		t.Helper()
		when := time.Now().Add(written)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
		if away := secondsSince(path); (away != nil) != known {
			t.Errorf("written %v from now: away %v, want known: %v", written, away, known)
		}
	}
	test(-time.Hour, true)
	test(time.Hour, false)
	if secondsSince(path+"gone") != nil {
		t.Error("a file that is not there was written to")
	}
}

// The seconds of a run count on from the end of its last trial, whatever lies between its parts.
func TestSecondsGoOn(t *testing.T) {
	last := record.Result{
		StartSeconds: 100,
		Outcome:      record.Ended,
		Warmup:       &record.Call{WallSeconds: 5},
		Load:         &record.Call{WallSeconds: 20},
	}
	b := &bench{failing: failing{}, began: time.Now()}
	b.goOn(&unfinished{Record: &record.Record{Results: []record.Result{last}}})
	if now := time.Since(b.began); now < 125*time.Second {
		t.Errorf("the run goes on at %v, before its last trial ended at 125 s", now)
	}
	if !strings.Contains(b.began.String(), " m=") {
		t.Error("the run's clock is one that can be set")
	}
}
