package report

import (
	"math"
	"strconv"
	"time"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// machinesTable returns the machines of a run that names some. It has no rows of any other.
func machinesTable(w *locale.Printer, rec *record.Record) table {
	t := table{Caption: w.Sprintf("Machines"), Words: true}
	if len(rec.Machines) == 0 {
		return t
	}
	t.Columns = w.Strings("Machine", "Role", "Round trip (network)", "Round trip (messages)",
		"Clock error")
	for _, m := range stats.UsedMachines(rec) {
		row := cellsOf(
			machineName(w, m.Machine),
			roleOf(w, m),
			millisecondsOf(w, m.ConnectMinMS),
			millisecondsOf(w, m.RTTMS),
			microsecondsOf(w, m.ClockErrorUS),
		)
		const name, messages = 0, 3
		row[name].Under = []string{whatItIs(w, m.Machine)}
		if m.Launcher != "" {
			row[messages].Under = []string{w.Sprintf("by %s", printable.Line(m.Launcher))}
		}
		t.Rows = append(t.Rows, row)
	}
	t.Note = findings.UnlikeMachines(w, rec)
	t.Fine = machinesMean(w, rec)
	return t
}

// machineName returns how readers know a machine.
func machineName(w *locale.Printer, m record.Machine) string {
	if m.Name == "" {
		return w.Sprintf("this machine")
	}
	return m.String()
}

// roleOf returns what a machine did in the run.
func roleOf(w *locale.Printer, m stats.UsedMachine) string {
	switch {
	case m.Serves && m.Loads:
		return w.Sprintf("server and load")
	case m.Serves:
		return w.Sprintf("server")
	case m.Loads:
		return w.Sprintf("load")
	}
	return nothing
}

// whatItIs describes a machine in a line: its CPU, cores, memory and system.
func whatItIs(w *locale.Printer, m record.Machine) string {
	env := m.Environment
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, printable.Line(text))
		}
	}
	add(env.CPU)
	switch {
	case env.Cores == 0:
	case m.OnlineCPUs > env.Cores:
		add(w.Sprintf("%s of %d cores", strconv.Itoa(env.Cores), m.OnlineCPUs))
	default:
		add(w.Count(env.Cores, "1 core", "%s cores"))
	}
	add(env.CPULimit)
	if env.MemoryBytes > 0 {
		add(w.Bytes(env.MemoryBytes))
	}
	if env.Hypervisor {
		add(w.Sprintf("virtual"))
	}
	add(env.Distribution)
	add(env.Kernel)
	if len(parts) == 0 {
		return nothing
	}
	text := parts[0]
	for _, part := range parts[1:] {
		text += ", " + part
	}
	return text
}

// microsecondsOf returns a time in microseconds in a suitable unit; nothing if it is not known.
func microsecondsOf(w *locale.Printer, us *float64) string {
	if us == nil {
		return nothing
	}
	return w.Duration(time.Duration(*us * float64(time.Microsecond)))
}

// millisecondsOf returns the same of milliseconds.
func millisecondsOf(w *locale.Printer, ms *float64) string {
	if ms == nil {
		return nothing
	}
	return microsecondsOf(w, new(1000**ms))
}

// maxWallOffset is by how many seconds clocks may differ before it is said.
const maxWallOffset = 1

// machinesMean explains the table of machines, and names those whose wall clock is wrong.
func machinesMean(w *locale.Printer, rec *record.Record) string {
	text := w.Sprintf("The round trip of the network is the least time in which the machine " +
		"connected to a server. That of messages is through the program that started Labbook " +
		"there. The clock error is by how much its clock may be off where generators start " +
		"together.")
	for _, m := range rec.Machines {
		off := m.WallOffsetSeconds
		if off == nil || math.Abs(*off) <= maxWallOffset {
			continue
		}
		says := locale.Message("The wall clock of %s is %s ahead. No number here depends on it.")
		if *off < 0 {
			says = "The wall clock of %s is %s behind. No number here depends on it."
		}
		by := time.Duration(math.Abs(*off) * float64(time.Second))
		text += " " + w.Sprintf(says, machineName(w, m), w.Duration(by))
	}
	return text
}

// partTables returns the numbers of each of several generators, a table per server.
func partTables(w *locale.Printer, a *stats.Analysis) several {
	var tables []table
	for _, server := range a.Servers {
		t := table{
			Caption: server,
			Of:      server,
			Columns: append(w.Strings("Generator"), levelHead(w, a.Levels)),
		}
		t.Columns = append(t.Columns, w.Strings("Its clients", "Requests per second",
			"p50 (ms)", "p99 (ms)", "CPU (1 = one core)")...)
		for _, level := range a.Levels {
			for _, g := range a.Cell(plan.Cell{Server: server, Level: level}).Generators() {
				t.Rows = append(t.Rows, partRow(w, level, g))
			}
		}
		tables = append(tables, t)
	}
	lead := w.Sprintf("Medians over the valid trials. The percentiles of the whole load are " +
		"those of all answers together, not means of these.")
	return newSeveral(w.Sprintf("What each generator measured"), lead, tables...)
}

func partRow(w *locale.Printer, level plan.Level, g stats.GeneratorNumbers) []cell {
	number := func(value *float64, format func(float64) string) string {
		if value == nil {
			return nothing
		}
		return format(*value)
	}
	ms := func(x float64) string { return w.Fixed(x, 3) }
	return cellsOf(
		g.Machine,
		levelValue(w, level),
		w.Integer(g.Clients),
		number(g.RequestsPerSecond, w.Rate),
		number(g.P50MS, ms),
		number(g.P99MS, ms),
		number(g.Share, func(x float64) string { return w.Fixed(x, 2) }),
	)
}

// generatorOf returns what made the load, and on which machines if the spec names some.
func generatorOf(w *locale.Printer, rec *record.Record) string {
	var names []string
	for _, m := range stats.UsedMachines(rec) {
		if m.Loads {
			names = append(names, machineName(w, m.Machine))
		}
	}
	if len(names) == 0 {
		return rec.Generator.String()
	}
	return w.Sprintf("%s on %s", rec.Generator.String(), w.List(names))
}

// WithMachines states what the command lacks that runs the experiment again; "" if nothing.
func (p *page) WithMachines() string {
	if !p.apart {
		return ""
	}
	return p.Sprintf("It was run on several machines. Without a machines file (--machines) all " +
		"of it runs on one.")
}
