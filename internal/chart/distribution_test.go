package chart

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/stats"
)

// TestTailOfTheDistribution has a column for p99.9 only if a cell has one.
func TestTailOfTheDistribution(t *testing.T) {
	t.Parallel()
	a := seed().analysis()
	c := chartOf("distribution", a)
	if !slices.Contains(c.Columns, "p95 (ms)") || slices.Contains(c.Columns, "p99.9 (ms)") {
		t.Errorf("the columns are %q, want p95 and no p99.9", c.Columns)
	}

	a.Cells[1].Summaries[stats.P999] = stats.Summary{N: 10, Median: 7.25}
	c = chartOf("distribution", a)
	at := slices.Index(c.Columns, "p99.9 (ms)")
	if at < 0 || c.Columns[at-1] != "p99 (ms)" || c.Columns[at+1] != "Maximum (ms)" {
		t.Fatalf("the columns are %q, want p99.9 behind p99", c.Columns)
	}
	for i, row := range c.Rows {
		want := "–"
		if i == 1 {
			want = "7.250"
		}
		if len(row) != len(c.Columns) || row[at] != want {
			t.Errorf("row %d is %q, want %s in column %d of %d", i, row, want, at, len(c.Columns))
		}
	}
}
