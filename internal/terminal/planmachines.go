package terminal

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
)

// machines returns where the experiment takes place, a line per machine that it names.
func (p Plan) machines() []string {
	e, w := p.Experiment, p.words()
	names := e.Machines()
	switch {
	case len(names) == 0:
		return nil
	case len(e.Nodes) == 0:
		return []string{w.Sprintf("%s: this machine, because no machines file is given",
			w.List(names))}
	}

	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	var lines []string
	for _, name := range names {
		isNamed := func(n spec.Node) bool { return n.Machine.Name == name }
		if i := slices.IndexFunc(e.Nodes, isNamed); i >= 0 {
			launched := Printable(launchedBy(w, e.Nodes[i].Machine))
			lines = append(lines, fmt.Sprintf("%-*s  %s", width, name, launched))
		}
	}
	return lines
}

// launchedBy returns how a machine is reached: "2 hosts, ssh -T gen{n} labbook node".
func launchedBy(w *locale.Printer, m spec.Machine) string {
	var parts []string
	if m.Count > 1 {
		parts = append(parts, w.Count(m.Count, "1 host", "%s hosts"))
	}
	if m.IsHere() {
		parts = append(parts, w.Sprintf("this machine"))
	} else {
		node := append(slices.Clone(m.Launch), m.Labbook, "node")
		parts = append(parts, strings.Join(node, " "))
	}
	if m.Address != "" {
		parts = append(parts, w.Sprintf("reached at %s", m.Address))
	}
	return strings.Join(parts, ", ")
}

// loadedFrom returns from which machines the load comes, and how many generators share it; "" if it
// comes from this one.
func (p Plan) loadedFrom() string {
	e, w := p.Experiment, p.words()
	if len(e.Load.From) == 0 {
		return ""
	}
	text := w.Sprintf("the load comes from %s", w.List(e.Load.From))
	if hosts := e.LoadHosts(); hosts > 1 {
		text += ", " + w.Sprintf("%s generators share it", w.Integer(hosts))
	}
	return text
}
