package report

import (
	"fmt"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/printable"
	"labbook/internal/record"
)

// failedTrial is a trial that is not clean, as a row of a table.
func failedTrials(w *locale.Printer, rec *record.Record) table {
	t := table{
		Caption: w.Sprintf("Trials that are not clean"),
		Words:   true,
		Columns: w.Strings(
			"Trial",
			"Round",
			"Cell",
			"How it ended",
			"Why",
			"The server's last words",
		),
	}
	type kind struct {
		cell    plan.Cell
		outcome record.Outcome
	}
	left, alike := 0, map[kind]int{}
	for _, r := range rec.Results {
		if rec.Clean(r) {
			continue
		}
		k := kind{r.Cell, r.Outcome}
		alike[k]++
		if len(t.Rows) == mostFailedTrials || alike[k] > mostAlike {
			left++
			continue
		}
		t.Rows = append(
			t.Rows,
			[]string{fmt.Sprint(r.Order), fmt.Sprint(r.Round), r.Cell.String(), string(r.Outcome),
				printable.Line(whyUnclean(w, rec, r)), printable.Line(r.ServerStderr)},
		)
	}
	if left > 0 {
		t.Caption += w.Sprintf(
			": at most %d of a cell for each way to end; %s more are in trials.jsonl",
			mostAlike,
			w.Integer(left),
		)
	}
	return t
}

// These bound a table that is for reading: trials of a cell that fail mostly do so for one reason.
const (
	mostFailedTrials = 20
	mostAlike        = 3 // of one cell, with one outcome
)

func whyUnclean(w *locale.Printer, rec *record.Record, r record.Result) string {
	if r.Reason != "" {
		return r.Reason
	}
	if m := r.Measurement(); m != nil {
		said := w.Sprintf("%s complete, %s failed, %s of unexpected status",
			w.Integer(m.Complete), w.Integer(m.Failed), w.Integer(rec.Unexpected(r)))
		if m.Unsent > 0 {
			said += "; " + w.Count(
				m.Unsent,
				"1 arrival could not be sent",
				"%s arrivals could not be sent",
			)
		}
		return said
	}
	return ""
}
