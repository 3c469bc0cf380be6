package report

import (
	"strconv"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
)

// joinedMachines returns the machines of joined rounds: one row if they are alike, or else a row
// for each of them with what it is.
func joinedMachines(w *locale.Printer, j *record.Joined) [][]cell {
	if j == nil {
		return nil
	}
	if j.Alike() {
		text := w.Count(len(j.Machines), "1 machine", "%s machines that are alike")
		return [][]cell{cellsOf(w.Sprintf("Measured on"), text)}
	}

	var rows [][]cell
	for i, m := range j.Machines {
		name := w.Sprintf("Machine %s, rounds %s", w.Integer(i+1),
			record.RoundRanges(j.RoundsOf(i+1)))
		if len(m.Machines) == 0 {
			rows = append(rows, cellsOf(name, describeMachine(w, m.Environment)))
		}
		for _, one := range m.Machines { // that measured together
			text := describeMachine(w, one.Environment)
			rows = append(rows, cellsOf(name+": "+machineName(w, one), text))
		}
	}
	return rows
}

// describeMachine returns what a machine is, as far as it is known.
func describeMachine(w *locale.Printer, e record.Environment) string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, printable.Text(printable.Line(text)))
		}
	}
	add(e.CPU)
	if e.Cores > 0 {
		add(w.Count(e.Cores, "1 core", "%s cores"))
	}
	if e.MemoryBytes > 0 {
		add(w.Bytes(e.MemoryBytes))
	}
	add(e.Kernel)
	add(e.Distribution)
	add(e.Machine)
	add(e.CPULimit)
	add(e.Governor)
	return strings.Join(parts, "; ")
}

// repeatJoined returns the commands that measure joined rounds again.
func repeatJoined(rec *record.Record) string {
	argv := []string{"labbook", rec.Spec.Name}
	if rec.Rounds != rec.SpecRounds {
		argv = append(argv, "--rounds", strconv.Itoa(rec.Rounds))
	}
	argv = append(argv, againstFlags(rec)...)
	each := printable.Command(argv) + " --only-round $K --output part-$K"
	before, from := "", ""
	if len(rec.Sizes)+len(rec.Searches) > 0 { // which round 1 finds, and the others take
		before = printable.Command(argv) + " --only-round 1 --output part-1\n"
		each, from = each+" --sizes-of part-1", "2 "
	}
	return before + "for K in $(seq " + from + strconv.Itoa(rec.Rounds) + "); do " + each +
		"; done\nlabbook join part-* --output joined"
}
