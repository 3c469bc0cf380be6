package report

import (
	"fmt"
	"slices"
	"strings"

	"labbook/internal/findings"
)

// markdownStrip writes the result at a glance: the matrix, if there is one, the cards as a table
// with a column each, and what their marks mean.
func (p *page) markdownStrip(b *strings.Builder) {
	s := p.Strip
	if s.Matrix != nil {
		matrixTable(*s.Matrix).markdown(b)
	}

	cards := table{Words: true, Rows: make([][]cell, 2)}
	for _, card := range s.Cards {
		cards.Columns = append(cards.Columns, card.Label)
		value := words(chipsText(card.Chips), card.Value)
		cards.Rows[0] = append(cards.Rows[0], cell{Text: value})
		cards.Rows[1] = append(cards.Rows[1], cell{Text: card.Means})
	}
	cards.markdown(b)

	var lines []string
	for _, key := range s.Keys {
		lines = append(lines, md(key.Mark+" "+key.Means)+".")
	}
	for _, line := range s.Legend {
		lines = append(lines, md(line))
	}
	if len(lines) > 0 {
		fmt.Fprintf(b, "%s\n\n", strings.Join(lines, " "))
	}
}

// matrixTable returns a matrix as a table.
func matrixTable(m findings.Matrix) table {
	t := table{Columns: m.Columns}
	for _, r := range m.Rows {
		name := r.Server
		if r.Note != "" {
			name += " (" + r.Note + ")"
		}
		row := []string{name}
		for _, cell := range r.Cells {
			row = append(row, words(cell.Value, cell.Mark, cell.Change, inParens(cell.Note)))
		}
		t.Rows = append(t.Rows, cellsOf(row...))
	}
	return t
}

// chipsText returns chips as one line: "1: ■ −24%; 3: □ −8%".
func chipsText(chips []findings.Chip) string {
	var texts []string
	for _, chip := range chips {
		texts = append(texts, words(chip.Level+":", chip.Mark, chip.Value, inParens(chip.Note)))
	}
	return strings.Join(texts, "; ")
}

// words joins texts with spaces, without those that are empty.
func words(texts ...string) string {
	isEmpty := func(text string) bool { return text == "" }
	return strings.Join(slices.DeleteFunc(texts, isEmpty), " ")
}

// inParens returns a text in parentheses; "" of no text.
func inParens(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}
