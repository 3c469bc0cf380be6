package report

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

func TestDirection(t *testing.T) {
	test := func(below, above, n int, want string) {
		t.Helper()
		c := stats.Comparison{Below: below, Above: above, N: n}
		if got := direction(nil, &stats.Analysis{}, c); got != want {
			t.Errorf("%d below, %d above, of %d: %q, want %q", below, above, n, got, want)
		}
	}
	test(10, 0, 10, "slower in 10 of 10 rounds")
	test(2, 7, 10, "faster in 7 of 10 rounds")
	test(5, 5, 10, "faster in 5, slower in 5 of 10 rounds")
	test(0, 0, 3, "faster in 0, slower in 0 of 3 rounds")
}

// TestVerdictCell holds that a verdict stands with what it comes from, in every situation.
func TestVerdictCell(t *testing.T) {
	a := &stats.Analysis{
		Baseline:   "a",
		Control:    "a again",
		Confidence: 0.95,
		Margin:     0.1,
	}
	test := func(c stats.Comparison, want string) {
		t.Helper()
		if got := texts([]cell{verdictCell(nil, a, &c)})[0]; got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
	tested := func(v stats.Verdict) stats.Comparison {
		return stats.Comparison{
			Server:     "b",
			Verdict:    v,
			N:          10,
			Below:      9,
			Above:      1,
			Ratio:      0.8,
			Low:        0.7,
			High:       0.9,
			Confidence: 0.95,
			P:          0.0057,
			Adjusted:   0.023,
		}
	}
	test(stats.Comparison{N: 2, Below: 2}, "no verdict / slower in 2 of 2 rounds")
	test(tested(stats.Slower), "■ slower / in 9 of 10 rounds; p\u00a0=\u00a00.023")
	test(tested(stats.Equivalent),
		"≈ within 10% / slower in 9 of 10 rounds; p\u00a0=\u00a00.023")
	test(tested(stats.AtArrivalRate), "both at the arrival rate")

	open := tested(stats.Inconclusive)
	open.RoundsNeeded = 30
	const first = "□ inconclusive / slower in 9 of 10 rounds; p\u00a0=\u00a00.023 / "
	test(open, first+"about 30 rounds needed")
	open.WithinControl = true
	test(open, first+"within the noise of the A/A test")
	dependent := tested(stats.Inconclusive)
	dependent.Dependent = true
	test(dependent, first+"rounds depend on each other (correlated)")

	imported := tested(stats.Slower)
	imported.Unpaired, imported.Adjusted = true, 0.00001
	test(imported, "■ slower / p\u00a0<\u00a00.0001")
	control := tested(stats.NoVerdict)
	control.Server = "a again"
	test(control, "slower in 9 of 10 rounds")
	if got := verdictCell(nil, a, nil).Text; got != "not compared" {
		t.Errorf("a comparison with an invalid cell is %q", got)
	}
}

// TestStricterVerdictIsExplained holds that a table with an interval that excludes 0% and a verdict
// that is inconclusive says why that is no contradiction.
func TestStricterVerdictIsExplained(t *testing.T) {
	a := stats.Analyse(world("seed").Record(t))
	for _, table := range comparisonTables(locale.For("en"), a) {
		const want = "so an interval can exclude 0% and the verdict still be inconclusive."
		if !strings.Contains(table.Fine, want) {
			t.Errorf("under %q is %q, want %q in it", table.Caption, table.Fine, want)
		}
	}
}

// TestRatioNames holds that every measure without a verdict has a column.
func TestRatioNames(t *testing.T) {
	for _, m := range stats.Measures {
		if ratioNames[m] == "" {
			t.Errorf("the measure %s has no column", m.Key)
		}
	}
}
