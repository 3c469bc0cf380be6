package record

import (
	"errors"
	"fmt"

	"labbook.example/labbook/internal/failure"
)

// Keep closes the record of a run of so many trials that an error ended, and returns that error
// with how much is kept. A record without a trial is of no use, so it is removed.
func (w *Writer) Keep(cause error, trials int) error {
	code, hint := failure.CodeAndHint(cause)
	if signal, ok := errors.AsType[failure.Interrupted](cause); ok {
		cause = signal // which trial it was does not matter
	}
	if w.Added() == 0 {
		return failure.New(code, errors.Join(cause, w.Discard()), hint)
	}

	const format = "%w: %d of %d trials are kept in %s"
	kept := fmt.Errorf(format, cause, w.Written(), trials, w.Path())
	again := "the same command resumes the run, --fresh starts over; no finished report was touched"
	if hint != "" {
		again = hint + "; " + again
	}
	return failure.New(code, errors.Join(kept, w.Close()), again)
}
