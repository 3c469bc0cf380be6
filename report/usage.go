package report

import (
	"labbook/internal/locale"
	"labbook/internal/stats"
)

// usageMeans explains the table of usage.
func usageMeans(w *locale.Printer, a *stats.Analysis) string {
	text := w.Sprintf("Medians over the trials, summed over a server's processes. " +
		"CPU is user and system time during the load, divided by its requests; peak memory is " +
		"since the server's start.")
	if a.Memory() != stats.OwnMemory {
		return text
	}
	return text + " " + w.Sprintf("Own memory is what the server asked for itself, its heaps and "+
		"stacks: the most before the load, at its end and after it. Peak memory also includes the "+
		"pages of the program's file that were used, in each of its processes. Servers are "+
		"compared by their own memory.")
}

// usageTable returns what the servers used, a row per cell. It has no rows if the CPU time of no
// server is known.
func usageTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf("What the servers used"),
		Columns: w.Strings("Server and level", "CPU a request (µs)", "Interval"),
	}
	own := a.Memory() == stats.OwnMemory
	if own {
		t.Columns = append(t.Columns, w.Sprintf("Own memory (MB)"))
	}
	last := w.Strings("Peak memory (MB)", "Threads as the load ended")
	t.Columns = append(t.Columns, last...)
	if !known(a, stats.CPUPerRequest) {
		return t
	}
	for _, cell := range a.Cells {
		row := []string{
			cell.Cell.String(),
			medianOf(w, cell, stats.CPUPerRequest),
			intervalOf(w, cell, stats.CPUPerRequest),
		}
		if own {
			row = append(row, medianOf(w, cell, stats.OwnMemory))
		}
		t.Rows = append(t.Rows, append(
			row,
			medianOf(w, cell, stats.PeakMemory),
			medianOf(w, cell, stats.Threads),
		))
	}
	return t
}
