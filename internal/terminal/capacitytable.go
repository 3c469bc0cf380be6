package terminal

import (
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// capacityTable has the capacity of each server, with its confidence interval and its difference to
// the baseline's.
func capacityTable(w *locale.Printer, a *stats.Analysis, servers []string) table {
	short := shortNames(servers)
	t := table{
		head: []string{
			w.Sprintf("server"),
			w.Sprintf("requests/s"),
			w.Sprintf("interval"),
			w.Sprintf("difference"),
			"",
		},
		left:  map[int]bool{0: true, 3: true, 4: true},
		names: []int{0},

		optional: 2,
	}
	level := plan.Level{Kind: plan.Capacity}
	base := *a.Cell(plan.Cell{Server: a.Baseline, Level: level})
	for _, server := range servers {
		cell := *a.Cell(plan.Cell{Server: server, Level: level})
		interval := findings.Interval(w, cell.Of(stats.Throughput), w.RoughRate)
		if interval == "" || cell.State == stats.Invalid {
			interval = findings.Nothing
		}
		row := []string{short[server], capacity(w, a, cell), interval, "", suspicion(w, cell)}
		switch {
		case len(servers) == 1:
		case server == a.Baseline:
			row[3] = w.Sprintf("baseline")
		default:
			row[3], row[4] = difference(w, a, cell), verdictText(w, a, cell, base)
		}
		if c := a.Capacity(server); c != nil && c.AtMost && server != a.Baseline {
			row[3] = findings.Nothing // to no number
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// capacity returns a capacity: "18,400", "≥ 60,000" if it may be higher, or nothing if no rate was
// met.
func capacity(w *locale.Printer, a *stats.Analysis, cell stats.Cell) string {
	c := a.Capacity(cell.Server)
	text := throughput(w, cell)
	switch {
	case c == nil || cell.State == stats.Invalid:
		return text
	case c.AtMost:
		return findings.Nothing
	case a.MayTakeMore(cell.Server):
		return "≥ " + text
	}
	return text
}
