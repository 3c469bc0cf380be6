package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// TestThisRun holds that no more is claimed beyond the run than its machine allows.
func TestThisRun(t *testing.T) {
	test := func(world string, change func(*stats.Analysis), want string) {
		t.Helper()
		a := stats.Analyse(labtest.Worlds()[world].Record(t))
		change(a)
		got := ThisRun(nil, a)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", world, got, want)
		}
	}
	unchanged := func(*stats.Analysis) {}
	shared := func(a *stats.Analysis) {
		a.Warnings = append(a.Warnings, stats.Warning{Code: stats.OtherLoad})
	}
	test("seed", unchanged, "give nearly the same ratios, but their medians vary more")
	test("seed", shared, "another run may have other medians and other ratios")
	test("once", unchanged, "")     // one round has no interval
	test("imported", unchanged, "") // saved texts are of no run

	allInvalid := func(a *stats.Analysis) {
		for i := range a.Cells {
			a.Cells[i].State = stats.Invalid
		}
	}
	test("seed", allInvalid, "") // their intervals are not shown
	test("runs", allInvalid, "")

	alone := labtest.Worlds()["seed"]
	alone.Servers = alone.Servers[:1]
	oneLeft := labtest.Worlds()["seed"]
	good := oneLeft.Trial
	oneLeft.Trial = func(trial plan.Trial) record.Result {
		r := good(trial)
		if trial.Server == oneLeft.Servers[1] {
			r.Outcome, r.Load = record.Crashed, nil
		}
		return r
	}
	for name, w := range map[string]labtest.World{"alone": alone, "one left": oneLeft} {
		for _, change := range []func(*stats.Analysis){unchanged, shared} {
			a := stats.Analyse(w.Record(t))
			change(a)
			got := ThisRun(locale.For("en"), a)
			if strings.Contains(got, "ratio") || !strings.Contains(got, "describe this run") {
				t.Errorf("of a single server, %s: %q", name, got)
			}
		}
	}
}

// A run that is missing is not one of those that differ.
func TestThisRunCountsTheRunsThatAreThere(t *testing.T) {
	test := func(clean int, want string) {
		t.Helper()
		w := labtest.Worlds()["runs"] // five
		w.Rounds = 2
		good := w.Trial
		w.Trial = func(trial plan.Trial) record.Result {
			r := good(trial)
			if trial.Run > clean {
				r.Outcome, r.Load = record.Crashed, nil
			}
			return r
		}
		a := stats.Analyse(w.Record(t))
		got := ThisRun(locale.For("en"), a)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%d of 5 runs: %q, want %q", clean, got, want)
		}
	}
	test(5, "the variation between its 5 runs")
	test(4, "the variation between its 4 runs") // eight of ten rounds are not too few
	test(3, "")                                 // every cell is invalid
}
