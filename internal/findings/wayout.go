package findings

import (
	"slices"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/spec"
)

// WayOut is how to know for sure whether a server changed.
type WayOut struct {
	Says    string // a sentence; a command follows if there is one
	Command string // "labbook experiment.toml --against 1a2b3c4"; "" if none fits
}

// NewWayOut returns how to measure the older version beside the newer one.
func NewWayOut(w *locale.Printer, c *compare.Comparison) WayOut {
	built := commandServers(c.New.Record.Experiment)
	servers := slices.DeleteFunc(slices.Clone(built), func(name string) bool {
		return name == c.Yardstick
	})
	named := len(built) > 1
	if against := c.New.Record.Against; against != nil { // its spec may have others
		servers, named = []string{against.Server}, true
	}
	commit := commitOf(c.Old)
	if len(servers) == 0 || commit == "" {
		return WayOut{Says: w.Sprintf("To know whether a server changed, measure both versions " +
			"as two servers in one run.")}
	}

	argv := []string{"labbook", specOf(c.New), "--against", ShortCommit(commit)}
	if named {
		argv = append(argv, "--server", servers[0])
	}
	says := w.Sprintf("To know whether the server changed, measure both versions in one run:")
	if len(servers) > 1 {
		says = w.Sprintf("To know whether a server changed, measure both of its versions in one " +
			"run, each server by itself:")
	}
	return WayOut{Says: says, Command: printable.Command(argv)}
}

// commandServers returns the names of the servers that --against can measure.
func commandServers(e *spec.Experiment) []string {
	var names []string
	for _, s := range e.Tested() {
		if s.Command != nil {
			names = append(names, s.Name)
		}
	}
	return names
}

// commitOf returns the commit whose server a side measured; "" if it is not known.
func commitOf(s compare.Side) string {
	if s.Record.Source != nil {
		return s.Record.Source.Commit
	}
	return s.Commit
}

// specOf returns the path of a side's spec, as far as it is known.
func specOf(s compare.Side) string {
	if s.Spec != "" {
		return s.Spec
	}
	return s.Record.Spec.Name
}
