package findings

import (
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/locale"
	"labbook/internal/stats"
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
	test("seed", unchanged, "has nearly the same ratios, but other medians more often")
	test("seed", shared, "another run may have other medians and other ratios")
	test("once", unchanged, "")     // one round has no interval
	test("imported", unchanged, "") // saved texts are of no run

	alone := labtest.Worlds()["seed"]
	alone.Servers = alone.Servers[:1]
	got := ThisRun(locale.For("en"), stats.Analyse(alone.Record(t)))
	if strings.Contains(got, "ratio") || !strings.Contains(got, "hold for this run") {
		t.Errorf("of a single server: %q", got)
	}
}
