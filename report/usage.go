package report

import (
	"labbook/internal/locale"
	"labbook/internal/stats"
)

// usageMeans explains the table of usage.
const usageMeans locale.Message = "Medians over the trials, summed over a server's processes. " +
	"CPU is user and system time during the load, divided by its requests; peak memory is since " +
	"the server's start."

// usageTable returns what the servers used, a row per cell. It has no rows if the CPU time of no
// server is known.
func usageTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf("What the servers used"),
		Columns: w.Strings(
			"Server and level",
			"CPU a request (µs)",
			"Interval",
			"Peak memory (MB)",
			"Threads as the load ended",
		),
	}
	if !known(a, stats.CPUPerRequest) {
		return t
	}
	for _, cell := range a.Cells {
		t.Rows = append(t.Rows, []string{
			cell.Cell.String(),
			medianOf(w, cell, stats.CPUPerRequest),
			intervalOf(w, cell, stats.CPUPerRequest),
			medianOf(w, cell, stats.PeakMemory),
			medianOf(w, cell, stats.Threads),
		})
	}
	return t
}
