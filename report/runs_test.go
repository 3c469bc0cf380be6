package report

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// runsOf returns the analysis of the made-up experiment with so many runs.
func runsOf(t *testing.T, runs string, servers int) *stats.Analysis {
	t.Helper()
	w := labtest.Worlds()["runs"]
	w.Design = strings.Replace(w.Design, "runs = 5", runs, 1)
	w.Servers = w.Servers[:servers]
	return stats.Analyse(w.Record(t))
}

// Up to five runs have a column each. Of more, three are shown.
func TestRunsTable(t *testing.T) {
	test := func(name string, a *stats.Analysis, server string, columns, first string) {
		t.Helper()
		table := runsTable(nil, a, server)
		if got := strings.Join(table.Columns, ", "); got != columns {
			t.Errorf("%s: columns %s, want %s", name, got, columns)
		}
		if got := strings.Join(texts(table.Rows[0]), ", "); got != first {
			t.Errorf("%s: the first row is %s, want %s", name, got, first)
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: a row has %d cells, want %d", name, len(row), len(table.Columns))
			}
		}
	}
	a := runsOf(t, "runs = 3", 2)
	test("three runs", a, a.Servers[1],
		"Clients, Run 1, Run 2, Run 3, Between runs",
		"1, 0.52×, 0.44×, 0.54×, 10.1% / 3.0% within a run")
	alone := runsOf(t, "runs = 3", 1)
	test("one server", alone, alone.Servers[0],
		"Clients, Run 1, Run 2, Run 3", "1, 8,509, 8,333, 8,383")

	many := runsOf(t, "runs = 12", 2)
	got := runsTable(nil, many, many.Servers[1])
	if want := []string{"Clients", "Lowest run", "Middle run", "Highest run",
		"Between runs"}; !slices.Equal(got.Columns, want) || len(got.Rows[0]) != len(want) {
		t.Errorf("twelve runs: %v, %v; want %v", got.Columns, got.Rows[0], want)
	}

	// A run without a clean pair has no ratio, and keeps its column.
	third := []stats.RunEstimate{{Run: 3, N: 1, Value: 2}}
	cells := runCells(third, 3, timesOf(nil))
	if cells[0] != nothing || cells[2] != "2.00×" {
		t.Errorf("the cells of a level with one run are %v", cells)
	}
	one := stats.Analyse(world("seed").Record(t))
	if rows := runsTable(nil, one, one.Servers[1]).Rows; len(rows) > 0 {
		t.Errorf("one run has the rows %v", rows)
	}
}

// The chart of the trials in their order parts the runs; that of one run has nothing to part.
func TestOrderChartPartsTheRuns(t *testing.T) {
	chart := drawn(t, "runs")["charts/order.svg"]
	for _, name := range []string{">run 1<", ">run 5<", "run 2, round 5: "} {
		if !strings.Contains(chart, name) {
			t.Errorf("the chart of five runs lacks %q", name)
		}
	}
	if strings.Contains(drawn(t, "seed")["charts/order.svg"], "run 1") {
		t.Error("the chart of one run names a run")
	}
}
