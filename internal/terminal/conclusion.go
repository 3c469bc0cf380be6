package terminal

import (
	"fmt"
	"io"
	"strings"
)

// PrintError prints an error, each of its lines after the program's name, and a hint if there is
// one.
func PrintError(out io.Writer, err error, hint string) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(out, forTerminal(out, "labbook: "+Printable(line)))
	}
	if hint != "" {
		fmt.Fprintln(out, forTerminal(out, "hint: "+hint))
	}
}

// Conclusion is what a finished run has found. All but the answer and the report may be empty.
type Conclusion struct {
	Answer      string
	Calibration string
	Warnings    []string
	Notes       []string // codes of what only the report explains
	Damage      string   // lines of the record that could not be read
	Report      string   // path of the report
}

// Print prints the conclusion.
func (c Conclusion) Print(out io.Writer) {
	fmt.Fprintln(out)
	say := func(text string) { fmt.Fprintln(out, forTerminal(out, text)) }
	say(Printable(c.Answer))
	if c.Calibration != "" {
		say("calibration: " + Printable(c.Calibration))
	}
	for _, warning := range c.Warnings {
		say(Printable(warning))
	}
	if c.Damage != "" {
		say(c.Damage)
	}
	if len(c.Notes) > 0 {
		say("notes in the report: " + strings.Join(c.Notes, ", "))
	}
	fmt.Fprintf(out, "report: %s\n", c.Report)
}
