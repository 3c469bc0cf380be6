package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
)

// UnlikeMachines states in what the machines of a run differ; "" if they do not, or if it has one.
func UnlikeMachines(w *locale.Printer, rec *record.Record) string {
	var names []string
	for _, what := range record.Unlike(rec.Machines) {
		if name, ok := machineNames[what]; ok {
			what = w.Sprintf(name)
		}
		names = append(names, what)
	}
	if len(names) == 0 {
		return ""
	}
	return w.Sprintf("Not the same on all machines: %s.", w.List(names))
}
