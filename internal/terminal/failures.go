package terminal

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// maxFailureLines is how many trials of a server that failed in the same way have a line each. A
// server that crashes at every rate would fill the terminal.
const maxFailureLines = 5

// failures counts the trials of which something was to be said.
type failures map[failure]int

// failure is a way in which trials of a server failed.
type failure struct {
	server  string
	outcome record.Outcome
}

// add counts a trial, and reports whether it has a line of its own.
func (f failures) add(r record.Result) bool {
	f[failure{r.Server, r.Outcome}]++
	return f[failure{r.Server, r.Outcome}] <= maxFailureLines
}

// waysToFail are the outcomes of trials that have a line, in the order in which the rest is told.
var waysToFail = []record.Outcome{
	record.NotStarted,
	record.HookFailed,
	record.Crashed,
	record.TimedOut,
	record.Aborted,
	record.Ended,
	record.GivenUp,
}

// more returns for each server how many trials failed beside those that have a line.
func (f failures) more(w *locale.Printer, e *spec.Experiment) []string {
	var texts []string
	for _, s := range e.Servers {
		for _, outcome := range waysToFail {
			n := f[failure{s.Name, outcome}] - maxFailureLines
			if n <= 0 {
				continue
			}
			what := outcomeText(w, outcome)
			number := w.Count(n, "1 more trial", "%s more trials")
			switch {
			case outcome == record.Ended:
				what = w.Sprintf("with failed requests")
			case outcome == record.GivenUp && e.Load.OpenLoop():
				number = w.Count(n, "1 more rate", "%s more rates")
			case outcome == record.GivenUp:
				number = w.Count(n, "1 more level", "%s more levels")
			}
			texts = append(texts, w.Sprintf("… %s: %s (%s)", Printable(s.Name), number, what))
		}
	}
	return texts
}
