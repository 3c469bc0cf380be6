package report

import (
	"fmt"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// The table of failed trials is limited, because people read it: most failed trials of a cell fail
// for the same reason.
const (
	maxFailedTrials = 20
	maxAlike        = 3 // of one cell, with one outcome
)

// failedTrials returns the trials that are not clean, in the order in which they ran.
func failedTrials(w *locale.Printer, rec *record.Record) table {
	t := table{
		Caption: w.Sprintf("Failed trials"),
		Words:   true,
		Columns: w.Strings(
			"Trial",
			"Round",
			"Server",
			"Level",
			"How it ended",
			"Why",
			"Server's stderr (last lines)",
		),
	}
	type kind struct {
		cell    plan.Cell
		outcome record.Outcome
	}
	alike := map[kind]int{}
	left := 0
	for _, r := range rec.Results {
		if rec.Clean(r) {
			continue
		}
		k := kind{r.Cell, r.Outcome}
		alike[k]++
		if len(t.Rows) == maxFailedTrials || alike[k] > maxAlike {
			left++
			continue
		}
		t.Rows = append(t.Rows, cellsOf(
			strconv.Itoa(r.Order),
			roundOf(r),
			r.Server,
			findings.LevelName(w, r.Level),
			string(r.Outcome),
			printable.Line(placeOf(r)+whyFailed(w, rec, r)),
			printable.Line(lastWords(r)),
		))
	}
	if left > 0 {
		t.Caption += w.Sprintf(
			": up to %d per server, level and outcome; %s more are in trials.jsonl",
			maxAlike,
			w.Integer(left),
		)
	}
	return t
}

// roundOf returns the round of a trial. An imported one has none: its number there only tells the
// trials of a cell apart.
func roundOf(r record.Result) string {
	if r.Imported != nil {
		return nothing
	}
	return strconv.Itoa(r.Round)
}

// placeOf returns where an imported trial's text is: "run.txt:12: "; "" of any other trial.
func placeOf(r record.Result) string {
	if r.Imported == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", r.Imported.File, r.Imported.Line)
}

// atTimeout is how a record's reason begins if the trial was stopped at its timeout.
const atTimeout = "the trial was stopped at its timeout of "

// whyFailed returns why a trial is not clean: the reason in its record, or what ab counted.
func whyFailed(w *locale.Printer, rec *record.Record, r record.Result) string {
	if fault := rec.ClockFault(r); fault != nil {
		return strings.TrimPrefix(
			r.Reason+"; "+findings.Reason(w, stats.WrongClock(*fault)), "; ")
	}
	if timeout, ok := strings.CutPrefix(r.Reason, atTimeout); ok {
		return w.Sprintf("the trial was stopped at its timeout of %s", timeout)
	}
	if r.Reason != "" {
		return r.Reason
	}
	m := r.Measurement()
	if m == nil {
		return ""
	}
	var counts locale.Message = "%s completed, %s failed, %s with an unexpected status"
	if r.LookedAt() {
		counts = "%s completed, %s failed, %s unexpected"
	}
	text := w.Sprintf(counts,
		w.Integer(m.Complete), w.Integer(m.Failed), w.Integer(rec.Unexpected(r)))
	if m.Unsent == 0 {
		return text
	}
	return text + "; " +
		w.Count(m.Unsent, "1 request could not be sent", "%s requests could not be sent")
}

// lastWords returns what a failed hook of a trial printed, or else the server's last words.
func lastWords(r record.Result) string {
	if r.Outcome == record.HookFailed {
		for _, key := range []string{spec.HookSetup, spec.HookBeforeTrial} {
			if ran := r.FailedHook(key); ran != nil {
				return ran.Output
			}
		}
	}
	return r.ServerStderr
}
