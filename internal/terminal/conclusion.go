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
		fmt.Fprintf(out, "labbook: %s\n", Printable(line))
	}
	if hint != "" {
		fmt.Fprintf(out, "hint: %s\n", hint)
	}
}

// Conclusion is what a finished run has found. All but the answer and the report may be empty.
type Conclusion struct {
	Answer      string
	Calibration string
	Warnings    []string
	Damage      string // lines of the record that could not be read
	Report      string // path of the report
}

// Print prints the conclusion.
func (c Conclusion) Print(out io.Writer) {
	fmt.Fprintf(out, "\n%s\n", Printable(c.Answer))
	if c.Calibration != "" {
		fmt.Fprintf(out, "calibration: %s\n", Printable(c.Calibration))
	}
	for _, warning := range c.Warnings {
		fmt.Fprintln(out, Printable(warning))
	}
	if c.Damage != "" {
		fmt.Fprintln(out, c.Damage)
	}
	fmt.Fprintf(out, "report: %s\n", c.Report)
}
