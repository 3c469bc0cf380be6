package terminal

import (
	"fmt"
	"io"
	"text/tabwriter"

	"labbook.example/labbook/internal/record"
)

// maxPrinted is how many imported trials are printed. The report has all of them.
const maxPrinted = 40

// PrintImported prints which text became which trial, so that a wrong server is seen at once.
func PrintImported(out io.Writer, header record.Header, results []record.Result) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range results[:min(len(results), maxPrinted)] {
		m := r.Imported.Measurement
		from := fmt.Sprintf("%s:%d", r.Imported.File, r.Imported.Line)
		if file := r.Imported.PercentilesFile; file != "" {
			from += " and " + file
		}
		fmt.Fprintf(table, "%s\t%v\ttrial %d\t%s\t%.2f/s\t%s\n", Printable(r.Server), r.Level,
			r.Round, Count(m.Complete, "request"), m.RequestsPerSecond, Printable(from))
	}
	_ = table.Flush() // as any other print
	if rest := len(results) - maxPrinted; rest > 0 {
		fmt.Fprintf(out, "and %s more\n", Count(rest, "trial"))
	}
	for _, left := range header.Imported.LeftOut {
		fmt.Fprintf(out, "left out: %s:%d: %s\n", Printable(left.File), left.Line,
			Printable(left.Reason))
	}
}
