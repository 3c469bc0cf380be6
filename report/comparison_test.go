package report

import (
	"testing"

	"labbook/internal/stats"
)

func TestDirection(t *testing.T) {
	test := func(below, above, n int, want string) {
		t.Helper()
		c := stats.Comparison{Below: below, Above: above, N: n}
		if got := direction(nil, c); got != want {
			t.Errorf("%d below, %d above, of %d: %q, want %q", below, above, n, got, want)
		}
	}
	test(10, 0, 10, "slower in 10 of 10")
	test(2, 7, 10, "faster in 7 of 10")
	test(5, 5, 10, "faster in 5, slower in 5 of 10")
	test(0, 0, 3, "faster in 0, slower in 0 of 3")
}

func TestVerdict(t *testing.T) {
	test := func(c stats.Comparison, want string) {
		t.Helper()
		if got := verdict(nil, c); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
	test(stats.Comparison{}, "–")
	test(stats.Comparison{Verdict: stats.Faster}, "faster")
	test(
		stats.Comparison{Verdict: stats.Inconclusive, RoundsNeeded: 14},
		"inconclusive (≈ 14 rounds)",
	)
	test(
		stats.Comparison{Verdict: stats.Inconclusive, WithinControl: true, RoundsNeeded: 14},
		"inconclusive (as the control)",
	)
}

// TestMeasureNames holds that every measure without a verdict has a column.
func TestMeasureNames(t *testing.T) {
	for _, m := range stats.Measures {
		if measureNames[m] == "" {
			t.Errorf("the measure %s has no column", m.Key)
		}
	}
}
