package terminal

import (
	"fmt"
	"io"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
)

// PrintPart prints what a run of one round has measured. A round alone has no intervals and decides
// nothing, so its numbers are left to the report of all rounds.
func PrintPart(out io.Writer, rec *record.Record, dir string) {
	w := locale.For(rec.Experiment.Language)
	clean := 0
	for _, r := range rec.Results {
		if rec.Clean(r) {
			clean++
		}
	}
	text := w.Sprintf("round %s of %s is measured: %s in %s",
		w.Integer(rec.OnlyRound), w.Integer(rec.Rounds),
		w.Count(rec.Measured(), "1 trial", "%s trials"), dir)
	if unclean := len(rec.Results) - clean; unclean > 0 {
		text += "; " + w.Count(unclean, "1 of them failed", "%s of them failed")
	}
	fmt.Fprintln(out, forTerminal(out, Printable(text)))
	fmt.Fprintln(out, forTerminal(out, Printable(w.Sprintf("when all rounds are measured, "+
		"labbook join PART… --output FOLDER makes one record and a report of them"))))
}
