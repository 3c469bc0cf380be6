package report

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// texts returns the texts of some cells, each with the lines under its first one: "10,800 / 9,442–
// 11,203".
func texts(cells []cell) []string {
	var all []string
	for _, c := range cells {
		all = append(all, strings.Join(c.lines(), " / "))
	}
	return all
}

// TestTablesAreNarrow holds that no table of a report is wider than seven columns, except those of
// ab, and that all rows are as long as their heads.
func TestTablesAreNarrow(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		rec := world(name).Record(t)
		p, err := newPage(nil, rec, stats.Analyse(rec))
		if err != nil {
			t.Fatal(err)
		}
		most := 7
		if len(p.analysis.Servers) > maxAcross && len(p.analysis.Levels) > maxAcross {
			most = 1 + len(p.analysis.Servers) // it scrolls
		}
		for _, tables := range [][]table{
			p.Overview, p.Comparisons, p.Order, p.Latencies, p.Used, p.Runs, p.Usage.Tables,
			p.Load.Tables, p.Calibration.Tables, {p.Failed, p.Environment, p.Files},
			p.Parts.Tables, {p.Machines},
		} {
			for _, table := range tables {
				if len(table.Columns) > most {
					t.Errorf("%s: %q has %d columns", name, table.Caption, len(table.Columns))
				}
				for _, row := range table.Rows {
					if len(row) != len(table.Columns) {
						t.Errorf("%s: a row of %q has %d cells for %d columns", name,
							table.Caption, len(row), len(table.Columns))
					}
				}
			}
		}
	}
}
