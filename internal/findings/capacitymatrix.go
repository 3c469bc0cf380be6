package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// capacityMatrix returns the capacity of each server with its confidence interval, and how its
// requests were answered at the highest rate that kept to the objective.
func capacityMatrix(w *locale.Printer, a *stats.Analysis) *Matrix {
	m := newMatrix(w, a, w.Sprintf("Requests per second"), nil)
	m.Columns = append(m.Columns,
		w.Sprintf("with %s", Objective(w, a)),
		w.Sprintf("%s CI", w.Percentage(a.Confidence)),
	)
	for i, server := range a.Started() {
		cell := *a.Cell(plan.Cell{Server: server, Level: plan.Level{Kind: plan.Capacity}})
		interval := Interval(w, cell.Of(stats.Throughput), w.RoughRate)
		if interval == "" || cell.State == stats.Invalid {
			interval = Nothing
		}
		m.Rows[i].Cells = []MatrixCell{capacityMatrixCell(w, a, cell), {Value: interval}}
	}
	return m
}

// capacityMatrixCell returns the capacity of a server and its difference to the baseline's.
func capacityMatrixCell(w *locale.Printer, a *stats.Analysis, cell stats.Cell) MatrixCell {
	m := throughputCell(w, a, cell.Server, cell.Level)
	c := a.Capacity(cell.Server)
	if m.Bad || c == nil || cell.Of(stats.Throughput).N == 0 {
		return m
	}
	switch rate := w.RoughRate(cell.Of(stats.Throughput).Median); {
	case c.AtMost:
		m.Value, m.Open = w.Sprintf("none kept to it"), true
		m.Change, m.Mark, m.Spoken, m.Fill = "", "", "", NoFill
	case a.MayTakeMore(cell.Server):
		m.Value, m.Open = "≥\u00a0"+rate, true
	default:
		m.Value = rate
	}
	return m
}

// capacityLegend explains what a capacity is.
func capacityLegend(w *locale.Printer, a *stats.Analysis) []string {
	if a.RandomArrivals {
		return []string{w.Sprintf("Requests arrived at random (Poisson), at fixed mean rates, "+
			"and latency counts from the moment at which a request was due. The numbers are the "+
			"rates up to which a server kept %s.", Objective(w, a))}
	}
	return []string{w.Sprintf("Requests arrived at fixed rates, and latency counts from the "+
		"moment at which a request was due. The numbers are the rates up to which a server kept "+
		"%s.", Objective(w, a))}
}
