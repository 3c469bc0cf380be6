package report

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
)

// TestFailedTrials holds that the table has every way to end, and that its length is limited.
func TestFailedTrials(t *testing.T) {
	got := failedTrials(nil, world("ended").Record(t))
	found := map[string]bool{}
	for _, row := range got.Rows {
		row := texts(row)
		found[row[4]] = true
		if len(row) != len(got.Columns) || row[5] == "" ||
			strings.ContainsAny(strings.Join(row, ""), "\n\t") {
			t.Errorf("the row %q is not complete", row)
		}
	}
	for _, outcome := range []record.Outcome{
		record.Ended, record.Aborted, record.TimedOut, record.Crashed, record.NotStarted,
	} {
		if !found[string(outcome)] {
			t.Errorf("no trial that is %s is in the table", outcome)
		}
	}

	many := failedTrials(nil, world("wrong").Record(t))
	const caption = "Failed trials: up to 3 per server, level and outcome; 12 more are in " +
		"trials.jsonl"
	if len(many.Rows) != 4*maxAlike || many.Caption != caption {
		t.Errorf("%d rows under %q", len(many.Rows), many.Caption)
	}
}

// TestFailedTrialsOfAnOpenLoop holds that arrivals that were not sent are a reason.
func TestFailedTrialsOfAnOpenLoop(t *testing.T) {
	failed := failedTrials(nil, world("open").Record(t))
	if len(failed.Rows) != maxAlike ||
		!strings.HasSuffix(failed.Rows[0][5].Text, "; 12 requests could not be sent") {
		t.Errorf("the trials that are not clean: %v", failed.Rows)
	}
}

// TestFailedTrialsOfAnImport holds that imported trials, which have no rounds, are given none.
func TestFailedTrialsOfAnImport(t *testing.T) {
	failed := failedTrials(nil, world("imported").Record(t))
	if len(failed.Rows) != 2 {
		t.Fatalf("%d trials are not clean, want 2", len(failed.Rows))
	}
	for _, row := range failed.Rows {
		if row[1].Text != nothing {
			t.Errorf("the trial %s has the round %q, want none", row[0].Text, row[1].Text)
		}
	}
}

// A trial that was stopped at its timeout is explained in the language of the report.
func TestWhyTimedOut(t *testing.T) {
	const reason = "the trial was stopped at its timeout of 3s"
	r := record.Result{Outcome: record.TimedOut, Reason: reason}
	for language, want := range map[string]string{
		"en": reason,
		"id": "percobaan dihentikan pada batas waktunya, 3s",
	} {
		if got := whyFailed(locale.For(language), &record.Record{}, r); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}
