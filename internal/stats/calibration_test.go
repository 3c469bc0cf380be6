package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// calibrated returns a record without doubts in which the embedded ab measured share times the
// throughput of the installed ab, and used cpu µs per request itself; the installed ab used 100.
func calibrated(rounds int, own string, share, cpu float64) *record.Record {
	r := rec(rounds)
	r.Experiment.Design.Calibrate = true
	r.Experiment.Design.Margin = 0.10
	names := map[string]string{
		record.InstalledAB: record.EmbeddedAB,
		record.EmbeddedAB:  record.InstalledAB,
	}
	r.Generator, r.Calibration = record.Generator{Name: own}, &record.Generator{Name: names[own]}
	copyOf := func(instrument plan.Instrument, name string) (copies []record.Result) {
		for _, result := range r.Results {
			result.Instrument = instrument
			load, m := *result.Load, *result.Load.Measurement
			load.Process = &record.Account{UserSeconds: 0.004, SystemSeconds: 0.006}
			if name == record.EmbeddedAB {
				m.RequestsPerSecond *= share * (1 + float64(result.Round%3)/1000)
				load.Process = &record.Account{UserSeconds: cpu * 100 / 1e6}
				result.PercentilesMS = slices.Repeat(
					[]float64{result.PercentilesMS[0] / share},
					101,
				)
			}
			load.Measurement, result.Load = &m, &load
			copies = append(copies, result)
		}
		return copies
	}
	all := slices.Concat(copyOf(plan.Own, own), copyOf(plan.Calibration, names[own]))
	return record.New(r.Header, r.Experiment, all...)
}

func TestCalibration(t *testing.T) {
	test := func(name string, r *record.Record, want Agreement, n int, ratio, p50, cpu float64) {
		t.Helper()
		all := Analyse(r).Calibration
		if len(all) != 2 || all[1].Server != "B" {
			t.Fatalf("%s: %+v, want a row for A and one for B", name, all)
		}
		c := all[1]
		if c.Agreement != want ||
			c.Throughput.N != n ||
			c.Installed.Throughput.N != n ||
			c.Embedded.Throughput.N != n {
			t.Errorf("%s: %q in %d rounds, want %q in %d",
				name, c.Agreement, c.Throughput.N, want, n)
		}
		if n == 0 {
			return
		}
		near := func(a, b float64) bool { return a > b*0.995 && a < b*1.005 }
		if !near(c.Throughput.Ratio, ratio) || !near(c.P50.Ratio, p50) {
			t.Errorf("%s: ratios %v and %v, want %v and %v",
				name, c.Throughput.Ratio, c.P50.Ratio, ratio, p50)
		}
		installed, embedded := c.Installed.CPUPerRequest.Median, c.Embedded.CPUPerRequest.Median
		if !near(installed, 100) || !near(embedded, cpu) {
			t.Errorf("%s: CPU per request %v and %v, want 100 and %v",
				name, installed, embedded, cpu)
		}
	}
	test("higher", calibrated(10, record.InstalledAB, 1.25, 40), EmbeddedHigher, 10, 1.25, 0.8, 40)
	test("the other way round",
		calibrated(10, record.EmbeddedAB, 1.25, 40), EmbeddedHigher, 10, 1.25, 0.8, 40)
	test("lower", calibrated(10, record.InstalledAB, 0.8, 200), EmbeddedLower, 10, 0.8, 1.25, 200)
	test("too few rounds", calibrated(5, record.InstalledAB, 1.25, 40), Unknown, 5, 1.25, 0.8, 40)

	same := calibrated(10, record.InstalledAB, 1, 100)
	for i := range same.Calibrated {
		trial := &same.Calibrated[i]
		trial.Load.Measurement.RequestsPerSecond *= 1 + 0.01*float64(trial.Round-5)
	}
	test("the interval is within the margin", same, Agree, 10, 1.006, 1, 100)
	test("it excludes 1 within the margin",
		calibrated(10, record.InstalledAB, 1.05, 40), Agree, 10, 1.05, 1/1.05, 40)

	wide := calibrated(10, record.InstalledAB, 1, 100)
	for i := range wide.Calibrated {
		trial := &wide.Calibrated[i]
		trial.Load.Measurement.RequestsPerSecond *= 1 + 0.06*float64(trial.Round-5)
	}
	test("it contains 1 and more than the margin", wide, Undecided, 10, 1.02, 1, 100)

	some := calibrated(10, record.InstalledAB, 1.25, 40)
	for i := range some.Calibrated {
		if some.Calibrated[i].Round <= 3 {
			some.Calibrated[i].Load.Measurement.Failed = 1
		}
	}
	test("three rounds are not clean", change(some, 4, fails), EmbeddedHigher, 6, 1.25, 0.8, 40)
	test("none is clean",
		change(calibrated(10, record.InstalledAB, 1, 1), 10, fails), Unknown, 0, 0, 0, 0)

	if got := Analyse(rec(10)).Calibration; got != nil {
		t.Errorf("a record that was not calibrated has %+v", got)
	}
}

// TestCalibrationStaysApart holds that what the other generator measured changes nothing but the
// calibration.
func TestCalibrationStaysApart(t *testing.T) {
	r := calibrated(10, record.InstalledAB, 2, 40)
	for i := range r.Calibrated {
		r.Calibrated[i].Outcome, r.Calibrated[i].Load.Measurement.Non2xx = record.Crashed, 100
	}
	a := Analyse(r)
	if len(a.Warnings) != 0 || len(a.Invalid()) != 0 || a.Cells[0].Trials != 10 ||
		a.Cells[0].Non2xx != 0 {
		t.Errorf("warnings %+v, %d trials of the first cell", a.Warnings, a.Cells[0].Trials)
	}
	if c := a.Comparisons[0]; c.N != 10 || c.Ratio > 0.5001 || c.Ratio < 0.4999 {
		t.Errorf("the comparison is of %d rounds with the ratio %v, want 10 with 0.5", c.N, c.Ratio)
	}
	if got := a.Calibration[0]; got.Throughput.N != 0 || got.Agreement != Unknown {
		t.Errorf("trials that crashed are compared: %+v", got)
	}
}
