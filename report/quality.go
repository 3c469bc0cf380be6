package report

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// allValid reports whether every trial is clean, no server is suspect and no code is an error.
func allValid(a *stats.Analysis) bool {
	isError := func(w stats.Warning) bool { return w.Code.Severity() == stats.SeverityError }
	isDoubtful := func(c stats.Cell) bool {
		return !c.Unknown && (c.State != stats.Valid || c.Clean() < c.Rounds)
	}
	return !slices.ContainsFunc(a.Warnings, isError) && !slices.ContainsFunc(a.Cells, isDoubtful)
}

// quality returns how many of the trials are clean, and how many requests failed or had another
// answer than the expected one.
func quality(w *locale.Printer, a *stats.Analysis) string {
	var clean, trials, answers, failed, unexpected, unsent int
	for _, c := range a.Measured() {
		if c.Unknown {
			continue
		}
		clean += c.Clean()
		trials += c.Rounds
		answers += c.Complete
		failed += c.Failed
		unexpected += c.Unexpected
		unsent += c.Unsent
	}
	text := w.Sprintf("Valid trials: %s of %s.", w.Integer(clean), w.Integer(trials))
	if failed+unexpected == 0 {
		text += " " + w.Sprintf("Of %s requests none failed, and all had the expected answer.",
			w.Integer(answers))
	} else {
		text += " " + w.Sprintf("Of %s answers %s failed, and %s were not as expected.",
			w.Integer(answers), w.Integer(failed), w.Integer(unexpected))
	}
	if unsent > 0 {
		text += " " + w.Count(unsent, "1 arrival could not be sent.",
			"%s arrivals could not be sent.")
	}
	return text
}
