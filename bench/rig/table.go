//go:build linux

package rig

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Heading is the first row of a table with a column a level of concurrency.
func Heading(first string, levels []int) []string {
	row := []string{first}
	for _, level := range levels {
		row = append(row, fmt.Sprintf("c=%d", level))
	}
	return row
}

// Align writes rows with columns of one width.
func Align(w io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintf(table, "  %s\n", strings.Join(row, "\t"))
	}
	return table.Flush()
}
