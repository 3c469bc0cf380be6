package stats

import (
	"math"
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

// paused is a load of 1000 requests at c = 8 of which some took 50 ms and the others half a
// millisecond, and of which ab knows 101 percentiles.
func paused(slow int) func(*record.Result) {
	return func(r *record.Result) {
		times := slices.Concat(
			slices.Repeat([]float64{0.5}, 1000-slow),
			slices.Repeat([]float64{50}, slow),
		)
		r.PercentilesMS = nil
		for i := range 101 {
			r.PercentilesMS = append(r.PercentilesMS, times[min(999, i*10)])
		}
		m := r.Load.Measurement
		m.Complete = 1000
		r.Level.Value = 8
		mean := 0.5 + 49.5*float64(slow)/1000
		m.TimeTakenSeconds = 1.05 * mean / 8 // ab takes a while between two requests
		m.RequestsPerSecond = 1000 / m.TimeTakenSeconds
	}
}

// The true mean is always within its bounds, and they are near each other where the slowest
// requests are not much slower than the others.
func TestMeanBounds(t *testing.T) {
	for slow := range 10 {
		r := rec(1).Results[0]
		paused(slow)(&r)
		low, high, ok := meanBounds(r)
		if mean := 0.5 + 49.5*float64(slow)/1000; !ok || low > mean+1e-9 || high < mean-1e-9 {
			t.Errorf("%d slow requests: %v to %v, %v; want %v within", slow, low, high, ok, mean)
		}
	}

	test := func(name string, do func(*record.Result), wantLow, wantHigh float64) {
		t.Helper()
		r := rec(1).Results[0]
		paused(8)(&r)
		do(&r)
		low, high, _ := meanBounds(r)
		if math.Abs(low-wantLow) > 1e-9 || math.Abs(high-wantHigh) > 1e-9 {
			t.Errorf("%s: %v to %v, want %v to %v", name, low, high, wantLow, wantHigh)
		}
	}
	const fromPercentiles = 0.5 + 0.001*49.5
	test("the clients' time is the limit", func(*record.Result) {}, fromPercentiles, 1.05*0.896)
	test("the longest request is", func(r *record.Result) {
		r.Load.Measurement.TimeTakenSeconds = 1
	}, fromPercentiles, fromPercentiles+0.009*49.5)
	test("ab's own mean of 1 ms", func(r *record.Result) {
		r.Load.Measurement.Total.Mean, r.Load.Measurement.Total.Max = 1, 50
		r.PercentilesMS[0] = 0.01
	}, fromPercentiles-0.01*0.49/2, 1.05*0.896)
	test("an own mean above the least", func(r *record.Result) {
		for i := range 99 {
			r.PercentilesMS[i] = 0.4
		}
		r.Load.Measurement.Total.Mean, r.Load.Measurement.Total.Max = 1, 50
	}, 0.5, 0.451+0.009*49.5)
	test("an own mean that cannot be", func(r *record.Result) {
		r.Load.Measurement.Total.Mean, r.Load.Measurement.Total.Max = 7, 50
	}, fromPercentiles, 1.05*0.896)
}

// A server that pauses once in a load keeps its clients waiting: they are not idle, although the
// least that the percentiles allow looks so.
func TestIdleSlotsOfAPause(t *testing.T) {
	r := change(rec(10), 10, paused(8))
	r.Experiment.Load.Requests = 1000
	cell := Analyse(r).CellsOf("B")[0]
	if slices.Contains(cell.Notes, IdleSlots) {
		t.Errorf("notes %v, occupancy %v to %v", cell.Notes,
			cell.Of(Occupancy).Median, cell.Of(occupancyAtMost).Median)
	}
	if least := cell.Of(Occupancy).Median; least > minOccupancy {
		t.Errorf("the least occupancy is %v, and would be no doubt anyway", least)
	}
	if cell.OneMean() {
		t.Error("the mean is one figure")
	}
}

// Ratios of means are given with their bounds where one of the means is not one figure.
func TestMeanRatios(t *testing.T) {
	r := change(rec(10), 10, paused(8))
	r.Experiment.Load.Requests = 1000
	for i := range r.Results {
		if r.Results[i].Server == "A" {
			paused(0)(&r.Results[i])
		}
	}
	a := Analyse(r)
	least, most, ok := a.MeanRatios(a.CellsOf("B")[0].Cell)
	const truth = 0.896 / 0.5
	if !ok || least.Ratio > truth || most.Ratio < truth || least.Ratio < 1 {
		t.Errorf("%v to %v, %v; want %v within", least.Ratio, most.Ratio, ok, truth)
	}
	if _, _, ok := Analyse(rec(10)).MeanRatios(a.CellsOf("B")[0].Cell); ok {
		t.Error("bounds where both means are one figure")
	}
}
