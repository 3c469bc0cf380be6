package report

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// withMemory sets the memory of each trial. The second server has twice the peak of the baseline,
// and where own memory is known three times as much, most of it at the load's end.
func withMemory(rec *record.Record, own bool) *record.Record {
	for i := range rec.Results {
		other := rec.Results[i].Server != rec.Experiment.Design.Baseline
		times := func(n int64) int64 { return map[bool]int64{false: 1, true: n}[other] }
		u := rec.Results[i].Usage
		u.PeakMemoryBytes = new(20_000_000 * times(2))
		if own {
			u.Before.AnonymousBytes = new(1_000_000 * times(2))
			u.LoadEnd.AnonymousBytes = new(2_000_000 * times(3))
			u.After.AnonymousBytes = new(1_500_000 * times(2))
		}
	}
	return rec
}

// Servers are compared by their own memory where a record knows it, and by their peak memory where
// it does not.
func TestMemoryInTables(t *testing.T) {
	test := func(rec *record.Record, columns []string, measure, ratio, explained string) {
		t.Helper()
		a, w := stats.Analyse(rec), locale.For(rec.Experiment.Language)

		var found []string
		for _, table := range usageTables(w, a, rec.Experiment).Tables {
			if strings.HasSuffix(table.Caption, "(MB)") {
				found = append(found, table.Caption)
			}
		}
		if !slices.Equal(found, columns) {
			t.Errorf("the tables of usage are of %q, want %q", found, columns)
		}
		if got := usageMeans(w, a); !strings.Contains(got, explained) {
			t.Errorf("the table is explained by %q, want %q in it", got, explained)
		}

		ratios := resourceRatios(w, a)[0]
		if got := ratios.Columns[len(ratios.Columns)-1]; got != measure {
			t.Errorf("the last ratio is of %q, want %q", got, measure)
		}
		for _, row := range ratios.Rows {
			if !strings.HasPrefix(row[len(row)-1].Text, ratio) {
				t.Errorf("the row %v, want its last ratio to begin with %s", row, ratio)
			}
		}
	}
	seed := labtest.Worlds()["seed"]
	test(withMemory(seed.Record(t), true), []string{"Own memory (MB)", "Peak memory (MB)"},
		"Own memory", "3.00", "compared by their own memory.")
	test(withMemory(seed.In("id").Record(t), true),
		[]string{"Memori sendiri (MB)", "Memori puncak (MB)"},
		"Memori sendiri", "3,00", "dibandingkan menurut memori sendiri.")
	test(withMemory(seed.Record(t), false), []string{"Peak memory (MB)"},
		"Peak memory", "2.00", "peak memory is since the server's start.")
}
