package findings

import (
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// Rates are called so, and each server has its own.
func TestWhereADoubtIs(t *testing.T) {
	t.Parallel()
	a := stats.Judge(labtest.CapacityWorlds()["capacity-mixed"].Record(t))
	w := locale.For(locale.English)
	test := func(want, server string, levels ...plan.Level) {
		t.Helper()
		if got := atDoubted(w, a, server, levels); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	rates := func(server string) (levels []plan.Level) {
		for _, cell := range a.RatesOf(server) {
			levels = append(levels, cell.Level)
		}
		return levels
	}
	test("at every rate", "B", rates("B")...)
	test("at 1 and 2 requests per second", "B", rates("B")[:2]...)
	test("at 15,000, 30,000 and 60,000 requests per second", "A", rates("C")...)
	test("at 12,900–16,600 requests per second", "A", rates("A")[:3]...)
	test("at capacity", "A", plan.Level{Kind: plan.Capacity})
}
