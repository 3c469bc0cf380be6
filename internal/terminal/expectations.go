package terminal

import (
	"fmt"
	"io"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// maxChecks is how many lines of checks are printed. Those that failed come first.
const maxChecks = 12

// outcomeStyles are the styles of the outcomes that a reader must see.
var outcomeStyles = map[stats.Outcome]string{
	stats.CheckFailed:      red,
	stats.CheckUndecided:   bold,
	stats.CheckNotMeasured: bold,
}

// printExpectations prints what the expectations came to: how many checks have which outcome, and a
// line for each of the worst. Checks of one server that are met share a line.
func printExpectations(out io.Writer, w *locale.Printer, a *stats.Analysis) {
	e := findings.NewExpectations(w, a)
	if e.Counts != "" {
		fmt.Fprintln(out, forTerminal(out, w.Sprintf("expectations: %s", e.Counts)))
	}

	var rows []findings.CheckRow
	for _, outcome := range findings.WorstFirst {
		for _, group := range e.Groups {
			for _, row := range group.Rows {
				if row.Outcome == outcome {
					rows = append(rows, row)
				}
			}
		}
	}
	for i, row := range rows {
		if i == maxChecks-1 && len(rows) > maxChecks {
			fmt.Fprintln(out, w.Sprintf("… %s more lines; the report has every check",
				w.Integer(len(rows)-i)))
			break
		}
		printCheck(out, row)
	}
	for _, text := range e.Unjudged {
		fmt.Fprintln(out, forTerminal(out, Printable(text)))
	}
}

// printCheck prints a check, or several that share a line. What does not fit into the line goes on
// below its text.
func printCheck(out io.Writer, row findings.CheckRow) {
	line := Printable(row.Mark + " " + row.String())
	text := hanging(out, line, "  ")
	if style := outcomeStyles[row.Outcome]; style != "" {
		head := row.Mark + " " + row.Word
		text = styled(out, style, head) + strings.TrimPrefix(text, head)
	}
	fmt.Fprintln(out, text)
}
