package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"labbook.example/labbook/internal/doctor"
)

// Diagnosis is what labbook doctor found.
type Diagnosis struct {
	Machine  string // one line about it
	Spec     string // whose needs were looked at; "": none
	Findings []doctor.Finding
}

// headings are above the findings of each severity, the worst first.
var headings = [...]string{
	doctor.Spoils:      "Spoils a measurement",
	doctor.Matters:     "May matter",
	doctor.Information: "For information",
	doctor.Unknown:     "Not told by this system",
	doctor.Sound:       "Sound",
}

// Print prints all findings, the worst first.
func (d Diagnosis) Print(out io.Writer) {
	title := "this machine: " + Printable(d.Machine)
	if d.Spec != "" {
		title += "; for " + Printable(d.Spec)
	}
	fmt.Fprintln(out, hanging(out, title, "  "))

	for severity, heading := range headings {
		its := d.of(doctor.Severity(severity))
		if len(its) == 0 {
			continue
		}
		style := bold
		if doctor.Severity(severity) == doctor.Spoils {
			style = red
		}
		fmt.Fprintf(out, "\n%s\n", styled(out, style, heading))
		if doctor.Severity(severity) == doctor.Unknown {
			printNames(out, its)
			continue
		}
		for _, f := range its {
			printFinding(out, f)
		}
	}
	fmt.Fprintf(out, "\n%s\n", hanging(out, d.conclusion(), "  "))
}

// of returns the findings of one severity.
func (d Diagnosis) of(severity doctor.Severity) []doctor.Finding {
	other := func(f doctor.Finding) bool { return f.Severity != severity }
	return slices.DeleteFunc(slices.Clone(d.Findings), other)
}

// conclusion returns the last line: how many items are bad.
func (d Diagnosis) conclusion() string {
	spoil, unknown := len(d.of(doctor.Spoils)), len(d.of(doctor.Unknown))
	text := "nothing spoils a measurement"
	switch {
	case spoil == 1:
		text = "1 item spoils a measurement"
	case spoil > 1:
		text = Count(spoil, "item") + " spoil a measurement"
	}
	text += "; " + Count(len(d.of(doctor.Matters)), "item") + " may matter"
	switch {
	case unknown == 1:
		text += "; 1 item is not known"
	case unknown > 1:
		text += "; " + Count(unknown, "item") + " are not known"
	}
	return text
}

// printNames prints the items of findings of which nothing else is known.
func printNames(out io.Writer, findings []doctor.Finding) {
	const indent = "  "
	var names []string
	for _, f := range findings {
		names = append(names, f.Item)
	}
	text := strings.Join(names, ", ")
	fmt.Fprintln(out, indent+Hang(text, indent, columnsFor(out)))
}

// printFinding prints a finding with everything that is known of it. Commands stay on one line, so
// that they can be copied.
func printFinding(out io.Writer, f doctor.Finding) {
	const indent, inner = "  ", "    "

	title := f.Item
	if f.Found != "" {
		title += ": " + Printable(f.Found)
	}
	title = Hang(title, inner, columnsFor(out))
	if f.Severity < doctor.Unknown {
		title = strings.Replace(title, f.Item, emphasize(out, f.Item), 1)
	}
	fmt.Fprintln(out, indent+title)
	if f.Severity >= doctor.Unknown {
		return
	}

	paragraph := func(text string) {
		fmt.Fprintln(out, inner+Hang(text, inner, columnsFor(out)))
	}
	why := f.Why
	if f.Code != "" {
		why += fmt.Sprintf(" A report notes it as %s.", f.Code)
	}
	if why != "" {
		paragraph(why)
	}
	if f.Advice != "" {
		paragraph("mend: " + Printable(f.Advice))
	}
	if r := f.Remedy; r != nil {
		fmt.Fprintln(out, inner+"mend: "+r.Command)
		if r.Undo != "" {
			fmt.Fprintln(out, inner+"undo: "+r.Undo)
		}
		if conditions := conditionsOf(r); conditions != "" {
			const behind = inner + "      " // the label
			fmt.Fprintln(out, behind+Hang(conditions, behind, columnsFor(out)))
		}
	}
}

// conditionsOf returns who may apply a remedy, where, and until when it holds.
func conditionsOf(r *doctor.Remedy) string {
	var parts []string
	if r.Root {
		parts = append(parts, "needs root")
	}
	if r.OnHost {
		parts = append(parts, "on the host of this container")
	}
	if r.Lasts != "" {
		parts = append(parts, "holds "+r.Lasts)
	}
	if r.Start != "" {
		parts = append(parts, "or start this container with "+r.Start)
	}
	return strings.Join(parts, ", ")
}

// columnsFor returns how wide a line may be: as wide as it likes if it does not go to a terminal.
func columnsFor(out io.Writer) int {
	if terminalOf(out) == nil {
		return maxLine
	}
	return Columns(out)
}

// maxLine is longer than any paragraph.
const maxLine = 1 << 20

// PrintReadiness prints the findings that a check tells: those that spoil a measurement or may
// matter, each as a note, and that labbook doctor tells more of the same spec.
func PrintReadiness(out io.Writer, findings []doctor.Finding, spec string) {
	say := func(indent, text string) {
		fmt.Fprintln(out, indent+Hang(text, indent+"  ", columnsFor(out)))
	}
	told := false
	for _, f := range findings {
		if f.Severity > doctor.Matters {
			continue
		}
		told = true
		say("", fmt.Sprintf("note: %s: %s", f.Item, Printable(f.Found)))
		switch {
		case f.Advice != "":
			say("  ", "mend: "+Printable(f.Advice))
		case f.Remedy != nil:
			fmt.Fprintln(out, "  mend: "+f.Remedy.Command)
		}
	}
	if told {
		say("", "note: labbook doctor "+Printable(spec)+" says how much each may matter")
	}
}
