package report

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/findings"
)

// markdownStrip writes the result at a glance: the matrix, if there is one, the cards as a table
// with a column each, and what their marks mean.
func (p *page) markdownStrip(b *strings.Builder) {
	s := p.Strip
	if s.Matrix != nil {
		matrixTable(*s.Matrix).markdown(b)
	}

	cards := table{Words: true, Rows: make([][]cell, 1)}
	for _, card := range s.Cards {
		cards.Columns = append(cards.Columns, card.Label)
		cards.Rows[0] = append(cards.Rows[0], cardCell(card))
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
		row := cellsOf(name)
		for _, c := range r.Cells {
			next := cell{Text: c.Value}
			for _, line := range []string{words(c.Mark, c.Change), inParens(c.Note)} {
				if line != "" {
					next.Under = append(next.Under, line)
				}
			}
			row = append(row, next)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// cardCell returns a card as a cell: its chips, a line each, "1: ■ −24%", or its value, and below
// what that means.
func cardCell(card findings.Card) cell {
	var lines []string
	for _, chip := range card.Chips {
		line := words(chip.Level+":", chip.Mark, chip.Value, inParens(chip.Note))
		lines = append(lines, line)
	}
	if card.Means != "" {
		lines = append(lines, card.Means)
	}
	if card.Value != "" || len(lines) == 0 {
		return cell{Text: card.Value, Under: lines, Strong: true}
	}
	return cell{Text: lines[0], Under: lines[1:]}
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
