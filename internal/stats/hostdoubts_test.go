package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

func TestHostDoubts(t *testing.T) {
	test := func(name string, ticks record.Ticks, want ...Code) {
		t.Helper()
		a := Analyse(change(rec(10), 10, func(r *record.Result) { r.Host = &ticks }))
		cell := a.CellsOf("B")[0]
		if !slices.Equal(cell.Notes, want) || cell.State != Valid || len(a.Warnings) != len(want) {
			t.Errorf("%s: %s %v, warnings %+v, want %v",
				name, cell.State, cell.Notes, a.Warnings, want)
		}
	}
	test("half busy", record.Ticks{Busy: 5, All: 10})
	test("94 of 100", record.Ticks{Busy: 94, All: 100})
	test("95 of 100", record.Ticks{Busy: 95, All: 100}, HostBound)
	test("2 of 100 stolen", record.Ticks{Busy: 50, Steal: 2, All: 100})
	test("3 of 100 stolen", record.Ticks{Busy: 50, Steal: 3, All: 100}, Steal)
	test("both", record.Ticks{Busy: 99, Steal: 9, All: 100}, HostBound, Steal)
}

func TestHostNotes(t *testing.T) {
	test := func(busy float64, waits int, want ...Code) {
		t.Helper()
		r := rec(10)
		r.Environment.BusyBefore, r.Environment.TimeWait = &busy, &waits
		var got []Code
		for _, w := range Analyse(r).Warnings {
			got = append(got, w.Code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("busy %v, %d in TIME_WAIT: %v, want %v", busy, waits, got, want)
		}
	}
	test(0.15, 1000)
	test(0.16, 1000, BusyHost)
	test(0.1, 1001, TimeWait)
	test(0.9, 9999, BusyHost, TimeWait)
}
