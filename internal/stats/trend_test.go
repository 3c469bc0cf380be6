package stats

import (
	"math"
	"slices"
	"testing"

	"labbook/internal/record"
)

// TestSpearman compares with R 4.2: cor.test(x, y, method = "spearman", exact = FALSE), without and
// with ties.
func TestSpearman(t *testing.T) {
	test := func(x, y []float64, rho, p float64) {
		t.Helper()
		gotRho, gotP := spearman(x, y)
		if math.Abs(gotRho-rho) > 1e-9 || math.Abs(gotP-p) > 1e-9 {
			t.Errorf("spearman(%v, %v) = %v, %v, want %v, %v", x, y, gotRho, gotP, rho, p)
		}
	}
	test([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, []float64{2, 1, 4, 3, 6, 5, 8, 7, 10, 9},
		0.939393939393939, 5.4840529985137e-05)
	test([]float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3}, []float64{2, 7, 1, 8, 2, 8, 1, 8, 2, 8},
		0.134715062810913, 0.710600880522383)
	test([]float64{1, 2, 3, 4, 5, 6, 7, 8}, []float64{8, 6, 7, 5, 3, 4, 2, 1},
		-0.952380952380953, 0.000260400024387246)
	test([]float64{1, 2, 3}, []float64{5, 5, 5}, 0, 1)
	test([]float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, 1, 0)
}

func TestTrend(t *testing.T) {
	// Each trial of B is slower than the one before by a share; A stays as it is.
	slower := func(rounds int, share float64) *record.Record {
		r := rec(rounds)
		for i := range r.Results {
			if trial := &r.Results[i]; trial.Server == "B" {
				rate := 1000 * math.Pow(1-share, float64(trial.Order))
				trial.Load.Measurement.RequestsPerSecond = rate
				trial.PercentilesMS = slices.Repeat([]float64{900 / rate}, 101)
			}
		}
		return r
	}
	test := func(name string, r *record.Record, margin float64, want bool) {
		t.Helper()
		r.Experiment.Design.Margin = margin
		a := Analyse(r)
		found := slices.Contains(a.CellsOf("B")[0].Suspicions, Trend)
		if found != want || slices.Contains(a.CellsOf("A")[0].Suspicions, Trend) {
			t.Errorf("%s: %v and %v, want %v for B alone",
				name, a.CellsOf("A")[0].Suspicions, a.CellsOf("B")[0].Suspicions, want)
		}
	}
	test("2 % a trial", slower(10, 0.02), 0.1, true)
	test("faster and faster", slower(10, -0.02), 0.1, true)
	test("less in all than the margin", slower(10, 0.002), 0.1, false)
	test("too few rounds", slower(7, 0.05), 0.1, false)
	test("none", rec(10), 0.1, false)
}

func TestTheilSen(t *testing.T) {
	// The median of all slopes: one wild value does not bend it.
	if got := theilSen([]float64{1, 2, 3, 4, 5}, []float64{2, 4, 6, 8, 1000}); got != 2 {
		t.Errorf("slope = %v, want 2", got)
	}
	if got := theilSen([]float64{1}, []float64{1}); got != 0 {
		t.Errorf("slope of one value = %v, want 0", got)
	}
}
