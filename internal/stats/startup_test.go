package stats

import (
	"testing"

	"labbook.example/labbook/internal/record"
)

// The start-up time of a server is summarised over all of its starts, clean or not.
func TestStartup(t *testing.T) {
	r := rec(10)
	if got := Analyse(r).Startups; got != nil {
		t.Errorf("an older record has the start-up times %+v", got)
	}

	r = change(r, 7, func(r *record.Result) {
		r.StartupSeconds = new(float64(r.Round) / 100)
		if r.Round == 2 {
			r.Outcome = record.Crashed
		}
	})
	a := Analyse(r)
	got := a.Startup("B")
	if len(a.Startups) != 1 || got.N != 7 || got.Median != 0.04 ||
		got.Min != 0.01 || got.Max != 0.07 || !got.HasInterval() {
		t.Errorf("start-up times %+v, want those of B in 7 rounds, with the median 0.04", got)
	}
	if got := a.Startup("A"); got.N != 0 {
		t.Errorf("Startup(A) = %+v, want nothing", got)
	}
}
