package findings

import (
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// roundsBeside returns from how many rounds some comparisons are, and which share of the cores
// other programs had meanwhile where that is a doubt. A claim about a shared machine says so
// itself: the note alone would stand elsewhere.
func roundsBeside(
	w *locale.Printer, a *stats.Analysis, comparisons []stats.Comparison,
) string {
	var cells []plan.Cell
	for _, c := range comparisons {
		cells = append(cells,
			plan.Cell{Server: c.Server, Level: c.Level},
			plan.Cell{Server: a.Baseline, Level: c.Level})
	}
	return beside(w, a, rounds(w, comparisons), cells)
}

// beside adds to a text which share of the cores other programs had beside some cells, if that is a
// doubt about any of them.
func beside(w *locale.Printer, a *stats.Analysis, text string, cells []plan.Cell) string {
	among := map[plan.Cell]bool{}
	for _, cell := range cells {
		among[cell] = true
	}

	most := 0.0
	for _, warning := range a.Warnings {
		for _, doubt := range warning.Cells {
			if other, ok := doubt.Evidence.(stats.OtherPrograms); ok && among[doubt.Cell] {
				most = max(most, other.Share)
			}
		}
	}
	if most == 0 {
		return text
	}
	return w.Sprintf("%s, beside other programs with up to %s of the cores' time",
		text, w.Percent(most, 0))
}

// cellsOf returns all cells of the baseline.
func cellsOf(a *stats.Analysis) []plan.Cell {
	var cells []plan.Cell
	for _, cell := range a.CellsOf(a.Baseline) {
		cells = append(cells, cell.Cell)
	}
	return cells
}
