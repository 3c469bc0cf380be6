//go:build linux

package rig

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// ByLevel is a table with one column per level of concurrency.
type ByLevel struct {
	Title string
	Rows  string // the heading of the first column
	Names []string
	Cell  func(name string, level int) string
}

// Show writes the table.
func (t ByLevel) Show(w io.Writer, levels []int) error {
	fmt.Fprintf(w, "\n%s\n", t.Title)
	heading := []string{t.Rows}
	for _, level := range levels {
		heading = append(heading, fmt.Sprintf("c=%d", level))
	}

	rows := [][]string{heading}
	for _, name := range t.Names {
		row := []string{name}
		for _, level := range levels {
			row = append(row, t.Cell(name, level))
		}
		rows = append(rows, row)
	}
	return Align(w, rows)
}

// Align writes rows with aligned columns.
func Align(w io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintf(table, "  %s\n", strings.Join(row, "\t"))
	}
	return table.Flush()
}
