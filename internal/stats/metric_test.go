package stats

import (
	"math"
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// TestMetricsHaveNames holds that every reported metric has a name of its own, and a unit.
func TestMetricsHaveNames(t *testing.T) {
	keys, columns := map[string]bool{}, map[string]bool{}
	for _, m := range Metrics {
		if m.Key == "" || keys[m.Key] || m.Unit == "" {
			t.Errorf("the metric %+v needs a unit, and a key that no other has", m)
		}
		if m.Column != "" && columns[m.Column] {
			t.Errorf("two metrics have the column %q", m.Column)
		}
		keys[m.Key], columns[m.Column] = true, true
	}
}

// TestMeanTime holds that of a hundredth of the requests above the 99th percentile, one is as slow
// as the longest, and the others as the 99th percentile.
func TestMeanTime(t *testing.T) {
	test := func(name string, complete int, p []float64, want float64) {
		t.Helper()
		r := rec(1).Results[0]
		r.Load.Measurement.Complete, r.PercentilesMS = complete, p
		if got, ok := meanTime(r); !ok || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v, %v, want %v", name, got, ok, want)
		}
	}
	even := slices.Repeat([]float64{2}, 101)
	test("all alike", 1000, even, 2)
	outlier := slices.Clone(even)
	outlier[100] = 1002
	test("one of a thousand takes a second", 1000, outlier, 3)
	test("one of a hundred", 100, outlier, 12)
	line := make([]float64, 101)
	for i := range line {
		line[i] = float64(i)
	}
	test("evenly from 0 to 100", 1000, line, 0.99*49.5+0.009*99+0.001*100)
	few := rec(1).Results[0]
	few.Load.Measurement.Complete = 99
	for _, r := range []record.Result{{}, few} {
		if mean, ok := meanTime(r); ok {
			t.Errorf("the mean of %+v is %v, want none", r.Load, mean)
		}
	}
}

// TestP999 holds which trials have a p99.9: those of the embedded ab with ten answers beyond it.
func TestP999(t *testing.T) {
	test := func(name string, detail *record.Detail, want float64) {
		t.Helper()
		r := rec(1).Results[0]
		r.Load.Detail = detail
		if got, ok := p999(r); ok != (want > 0) || ok && got != want {
			t.Errorf("%s: %v, %v, want %v", name, got, ok, want)
		}
	}
	test("the real ab", nil, 0)
	test("enough", &record.Detail{Complete: 10_000, Good: 10_000, P999MS: new(7.0)}, 7)
	test("one too few", &record.Detail{Complete: 9999, Good: 9999, P999MS: new(7.0)}, 0)
	test("an older record", &record.Detail{Complete: 10_000, Good: 10_000}, 0)

	shed := &record.Detail{
		Complete:          20_000,
		Good:              12_000,
		Unexpected:        new(int64(8000)),
		P999MS:            new(9.0),
		GoodPercentilesMS: make([]float64, 101),
	}
	test("of good answers", shed, 9)
	shed.Good = 9000
	test("too few of them", shed, 0)
}

func TestOpenLoopHasNoOccupancy(t *testing.T) {
	r := rec(1).Results[0]
	r.Level = plan.Level{Kind: plan.Rate, Value: 1000}
	if _, ok := occupancy(r); ok {
		t.Error("an open loop has an occupancy")
	}
}

func TestMetricsOfAServer(t *testing.T) {
	watched := Analyse(change(rec(10), 10, uses(0, 0, 0))).CellsOf("B")[0]
	unwatched := Analyse(rec(10)).CellsOf("B")[0]
	test := func(metric *Metric, want float64) {
		t.Helper()
		if got := watched.Of(metric); got.N != 10 || got.Median != want {
			t.Errorf("%s: %v in %d trials, want %v in 10", metric.Key, got.Median, got.N, want)
		}
		if got := unwatched.Of(metric); got.N != 0 {
			t.Errorf("%s of a server that was not watched: %+v, want nothing", metric.Key, got)
		}
	}
	test(CPUPerRequest, 200)
	test(OwnMemory, 3<<20)
	test(PeakMemory, 4<<20)
	test(Threads, 9)
}
