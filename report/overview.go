package report

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// overviewTables returns what three servers and more have above their comparisons: a matrix of all
// throughputs and, folded, their order. Fewer servers have none.
func overviewTables(w *locale.Printer, a *stats.Analysis) []table {
	if len(a.Compared()) < 2 {
		return nil
	}
	t := newMatrix(a, throughputCaption(w, a), func(c stats.Cell) cell {
		found := throughputCell(w, a, c)
		if change := a.Comparison(c.Cell); change != nil {
			mark := findings.VerdictMark(*change)
			text := findings.Change(w, *change)
			if hasNoNumber(a, c.Server) { // to no number
				text = findings.VerdictName(w, a, change.Verdict)
			}
			line := strings.TrimSpace(mark + " " + text)
			found.Under = slices.Insert(found.Under, min(1, len(found.Under)), line)
		}
		return found
	}).table(w)
	t.Fine = overviewNotes(w, a)
	return []table{t}
}

// overviewNotes returns the small print under the matrix of throughputs.
func overviewNotes(w *locale.Printer, a *stats.Analysis) string {
	notes := []string{w.Sprintf("Differences are to %s.", a.Baseline)}
	for _, key := range findings.VerdictKeys(w, a, a.Comparisons) {
		notes = append(notes, key.Mark+"\u00a0"+key.Means+".")
	}
	notes = append(notes, comparisonNotes(w, a, a.Cells, a.Comparisons))
	return strings.Join(notes, " ")
}

// rankingTable returns the order of the servers at each level, as far as it is known.
func rankingTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf("The order of the servers, where their confidence intervals " +
			"do not overlap"),
		Words:   true,
		Columns: []string{levelHead(w, a.Levels), w.Sprintf("Fastest first")},
	}
	if a.Objective != nil {
		t.Columns[1] = w.Sprintf("Highest first")
	}
	for _, r := range a.Rankings {
		groups := make([]string, len(r.Groups))
		for i, group := range r.Groups {
			groups[i] = w.List(group)
		}
		order := strings.Join(groups, w.Sprintf(", then "))
		if len(groups) == 1 {
			order = w.Sprintf("not known: the intervals of %s overlap", order)
		}
		t.Rows = append(t.Rows, cellsOf(levelValue(w, r.Level), order))
	}
	return t
}
