package report

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// usageMeans explains the tables of usage.
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

// usageTables returns what the servers used, a table per metric that is known.
func usageTables(w *locale.Printer, a *stats.Analysis, e *spec.Experiment) several {
	tables := []table{
		metricMatrix(w, a, w.Sprintf("CPU time per request (µs)"), stats.CPUPerRequest),
	}
	if a.Memory() == stats.OwnMemory {
		own := metricMatrix(w, a, w.Sprintf("Own memory (MB)"), stats.OwnMemory)
		tables = append(tables, own)
	}
	threads := metricMatrix(w, a, w.Sprintf("Threads at the end of the load"), stats.Threads)
	threads.Fine = runtimeThreads(w, e)
	tables = append(
		tables,
		metricMatrix(w, a, w.Sprintf("Peak memory (MB)"), stats.PeakMemory),
		threads,
		startupTable(w, a),
	)
	return newSeveral(w.Sprintf("What the servers used"), usageMeans(w, a), tables...)
}

// runtimeThreads states of which servers the threads are also those of the Go runtime; "" if no
// server is one of ours.
func runtimeThreads(w *locale.Printer, e *spec.Experiment) string {
	var ours []string
	for _, s := range e.Servers {
		if s.Model != "" && s.Control == "" {
			ours = append(ours, s.Name)
		}
	}
	if len(ours) == 0 {
		return ""
	}
	return w.Sprintf("Go runtime included: %s.", w.List(ours))
}

// startupTable returns how long the servers take to start. It has no rows if that is not known.
func startupTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf("Start to first good answer (ms)"),
		Columns: w.Strings("Server", "Median", "Starts"),
	}
	ms := func(seconds float64) string { return w.Number(1000*seconds, 3, 1) }
	for _, s := range a.Startups {
		median := cell{Text: ms(s.Seconds.Median)}
		if s.Seconds.HasInterval() {
			median.Under = []string{w.NoBreakRange(s.Seconds.Low, s.Seconds.High, ms)}
		}
		starts := cell{Text: w.Integer(s.Seconds.N)}
		t.Rows = append(t.Rows, []cell{{Text: s.Server}, median, starts})
	}
	return t
}
