package report

import (
	"strconv"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// commands returns the calls of ab, warm-up and load, of the trials in the tables.
func commands(w *locale.Printer, e *spec.Experiment, a *stats.Analysis) []string {
	var lines []string
	line := func(call *record.Call) string {
		return printable.Command(boundTo(e.Load.CPUs, call.Argv))
	}
	for _, cell := range a.Cells {
		if cell.Representative == nil {
			continue
		}
		if cell.Representative.Load == nil { // an imported trial's call is not known
			continue
		}
		if warmup := cell.Representative.Warmup; warmup != nil {
			lines = append(lines, line(warmup)+"   # "+w.Sprintf("warm-up"))
		}
		call := line(cell.Representative.Load)
		if by := sharedBy(w, cell.Representative); by != "" {
			call += "   # " + by
		}
		lines = append(lines, call)
	}
	return lines
}

// sharedBy names the machines that shared a load: each of them made a part of the call. It is "" if
// one machine made all of it.
func sharedBy(w *locale.Printer, r *record.Result) string {
	if len(r.Generators) < 2 {
		return ""
	}
	var names []string
	for _, g := range r.Generators {
		names = append(names, printable.Line(g.String()))
	}
	return w.Sprintf("shared by %s", w.List(names))
}

// boundTo returns a command with the program that binds it to CPUs as we did, unless it may use all
// of them.
func boundTo(cpus cpuset.Set, argv []string) []string {
	if cpus == nil {
		return argv
	}
	return append([]string{"taskset", "-c", cpus.String()}, argv...)
}

// repeat returns the command, or a script, that runs the experiment again; "" if the record was
// imported.
func repeat(rec *record.Record) string {
	if rec.Imported != nil {
		return ""
	}
	if rec.Joined != nil {
		return repeatJoined(rec)
	}
	argv := []string{"labbook", rec.Spec.Name}
	if rec.Rounds != rec.SpecRounds {
		argv = append(argv, "--rounds", strconv.Itoa(rec.Rounds))
	}
	return printable.Command(append(argv, againstFlags(rec)...))
}
