package stats

import (
	"math"
	"slices"
	"testing"
)

func TestRatios(t *testing.T) {
	// The usage of B is known, that of A is not: there is no ratio of what they used.
	r := change(rec(10), 10, uses(0, 0, 0))
	for i := range r.Results {
		if r.Results[i].Round == 3 && r.Results[i].Server == "A" {
			r.Results[i].PercentilesMS = make([]float64, 101) // a time of 0 has no ratio
		}
	}
	a := Analyse(r)
	if len(a.Ratios) != 1 || a.Ratios[0].Server != "B" || len(a.Ratios[0].Of) != len(Measures) {
		t.Fatalf("ratios %+v, want those of B", a.Ratios)
	}
	for i, c := range a.Ratios[0].Of {
		n, ratio := 9, 2.0 // B has half of A's throughput, and so twice its times
		if slices.Contains([]*Metric{CPUPerRequest, OwnMemory, PeakMemory}, Measures[i]) {
			n, ratio = 0, 0
		}
		if c.N != n || math.Abs(c.Ratio-ratio) > 1e-9 || c.HasInterval() != (n > 0) ||
			c.Verdict != NoVerdict {
			t.Errorf("%s: %+v, want a ratio of %v in %d rounds", Measures[i].Key, c, ratio, n)
		}
	}
}
