package checkup

import (
	"encoding/json"
	"io"
	"math"

	"labbook.example/labbook/internal/doctor"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/self"
	"labbook.example/labbook/internal/terminal"
)

// schemaVersion is that of docs/doctor.schema.json. It grows when a program that reads the present
// format would misread a newer one.
const schemaVersion = 1

// diagnosis is what labbook doctor --json prints, as docs/doctor.schema.json describes it. What is
// not known is absent.
type diagnosis struct {
	Schema   int    `json:"schema"`
	Labbook  string `json:"labbook"`
	System   string `json:"system"`
	Machine  string `json:"machine"`
	Spec     string `json:"spec,omitempty"`
	ExitCode int    `json:"exit_code"`
	Items    []item `json:"items"`
}

type item struct {
	Item     string   `json:"item"`
	Title    string   `json:"title"`
	Severity string   `json:"severity"`
	Found    string   `json:"found,omitempty"`
	Value    *float64 `json:"value,omitempty"`
	Unit     string   `json:"unit,omitempty"`

	Recommended string  `json:"recommended"`
	Why         string  `json:"why,omitempty"`
	Warning     string  `json:"warning,omitempty"`
	Remedy      *remedy `json:"remedy,omitempty"`
	Advice      string  `json:"advice,omitempty"`
}

type remedy struct {
	Command         string `json:"command"`
	Undo            string `json:"undo,omitempty"`
	Lasts           string `json:"lasts,omitempty"`
	NeedsRoot       bool   `json:"needs_root"`
	OnHost          bool   `json:"on_host"`
	ContainerOption string `json:"container_option,omitempty"`
}

// printJSON prints findings for programs. Names of programs and folders come from outside, so what
// a terminal would take for a command is replaced, as in the text for people.
func printJSON(out io.Writer, seen *doctor.Seen, spec string, found []doctor.Finding) error {
	d := diagnosis{
		Schema:   schemaVersion,
		Labbook:  self.Version(),
		System:   seen.System,
		Machine:  terminal.Printable(seen.Description()),
		Spec:     spec,
		ExitCode: exitCode(found),
		Items:    []item{},
	}
	for _, f := range found {
		d.Items = append(d.Items, itemOf(f))
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

func itemOf(f doctor.Finding) item {
	i := item{
		Item:        f.Key(),
		Title:       f.Item,
		Severity:    f.Severity.String(),
		Found:       terminal.Printable(f.Found),
		Recommended: f.Recommended,
		Why:         f.Why,
		Warning:     string(f.Code),
		Advice:      terminal.Printable(f.Advice),
	}
	if f.Number != nil {
		i.Value, i.Unit = new(math.Round(f.Number.Value*100)/100), f.Number.Unit
	}
	if r := f.Remedy; r != nil {
		i.Remedy = &remedy{
			Command:         r.Command,
			Undo:            r.Undo,
			Lasts:           r.Lasts,
			NeedsRoot:       r.Root,
			OnHost:          r.OnHost,
			ContainerOption: r.Start,
		}
	}
	return i
}

// exitCode returns the exit code of labbook doctor for findings.
func exitCode(found []doctor.Finding) int {
	if doctor.Spoiled(found) != "" {
		return failure.ExitMachine
	}
	return failure.ExitOK
}
