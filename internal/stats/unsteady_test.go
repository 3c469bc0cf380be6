package stats

import (
	"math"
	"slices"
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// progressing gives a trial a progress of ten steps that take the given times.
func progressing(r *record.Result, steps ...float64) {
	m := r.Load.Measurement
	p := abtext.Progress{Every: m.Complete / len(steps)}
	at := 0.015 // ab starts
	for _, step := range steps {
		at += step
		p.Seconds = append(p.Seconds, at)
	}
	p.Finished = at + 0.001
	r.Load.Progress = &p
	m.RequestsPerSecond = float64(m.Complete) / (at - 0.015)
}

func TestQuarters(t *testing.T) {
	even := slices.Repeat([]float64{0.1}, 10)
	test := func(name string, want float64, steps []float64, do func(*record.Result)) {
		t.Helper()
		r := rec(1).Results[0]
		r.Load.Measurement.Complete = 1000
		progressing(&r, steps...)
		do(&r)
		got, ok := quarters(r)
		if ok != (want > 0) || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v, %v, want %v", name, got, ok, want)
		}
	}
	as := func(*record.Result) {}
	test("even", 1, even, as)
	test("the first three tenths take twice as long", 2,
		[]float64{0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, as)
	test("the last two tenths take three times as long", 0.25/0.65,
		[]float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.3}, as)
	test("an end between two steps", 1, even[:4], func(r *record.Result) {
		r.Load.Measurement.Complete = 1050 // in steps of 250
		r.Load.Progress.Finished = r.Load.Progress.Seconds[3] + 0.02
		r.Load.Measurement.RequestsPerSecond = 1050 / 0.42
	})
	late := []float64{0.001, 0.1, 0.1, 0.1}
	test("a start that is faster than ab's lines arrive", 0.0100/0.1*0.291, late,
		func(r *record.Result) {
			r.Load.Measurement.Complete = 1000
			r.Load.Measurement.RequestsPerSecond = 1000 / 0.291 // and the last line was 10 ms late
		})
	test("three steps are too few", 0, even[:3], as)
	test("not known", 0, even, func(r *record.Result) { r.Load.Progress = nil })
	test("25 clients, ten answers each in a quarter", 1, even, func(r *record.Result) {
		r.Level.Value = 25
	})
	test("26 clients", 0, even, func(r *record.Result) { r.Level.Value = 26 })
	test("an open loop, where arrivals are even", 0, even, func(r *record.Result) {
		r.Level.Kind = plan.Rate
	})
	test("a rate that contradicts the times", 0, even, func(r *record.Result) {
		r.Load.Measurement.RequestsPerSecond = 1e6
	})
}

func TestUnsteady(t *testing.T) {
	// In each round, the first quarter of B's trials takes a little more or less than the factor.
	change := func(rounds int, factor, spread float64) *record.Record {
		r := rec(rounds)
		r.Experiment.Load.Requests = 1000
		r.Experiment.Design.Margin = 0.10
		for i := range r.Results {
			trial := &r.Results[i]
			trial.Load.Measurement.Complete = 1000
			trial.PercentilesMS = nil // of another rate
			steps := slices.Repeat([]float64{0.1}, 10)
			if trial.Server == "B" {
				by := factor * (1 + spread*float64(trial.Round%3-1))
				for i := range 3 {
					steps[i] *= by
				}
			}
			progressing(trial, steps...)
		}
		return r
	}
	test := func(name string, r *record.Record, want ...Code) {
		t.Helper()
		var got []Code
		a := Analyse(r)
		for _, w := range a.Warnings {
			if w.Code == WarmingUp || w.Code == SlowingDown {
				got = append(got, w.Code)
				if len(w.Cells) != 1 || w.Cells[0].Cell.Server != "B" {
					t.Errorf("%s: %s of %+v, want B alone", name, w.Code, w.Cells)
				}
			}
		}
		if !slices.Equal(got, want) || len(want) > 0 != (a.CellsOf("B")[0].State == Suspect) {
			t.Errorf("%s: %v, %s, want %v", name, got, a.CellsOf("B")[0].State, want)
		}
	}
	test("steady", change(10, 1, 0.05))
	test("as our own servers start", change(10, 1.09, 0.05))
	test("just within the limit in each trial", change(10, 1.24, 0))
	test("beyond it in each trial", change(10, 1.35, 0.05), WarmingUp)
	test("half as fast at the start", change(10, 2, 0.3), WarmingUp)
	test("beyond it in the median, but not surely", change(10, 1.35, 0.3))
	test("faster at the start", change(10, 0.6, 0.1), SlowingDown)
	test("too few rounds to be sure", change(7, 2, 0))

	wide := change(10, 1.35, 0.05)
	wide.Experiment.Design.Margin = 0.5
	test("within a wide margin", wide)
}

func TestUnsteadyEvidence(t *testing.T) {
	r := change(rec(10), 10, func(r *record.Result) {
		steps := slices.Repeat([]float64{0.01}, 4)
		if r.Round > 1 {
			steps[0] = 0.02
		}
		progressing(r, steps...)
	})
	for _, w := range Analyse(r).Warnings {
		if w.Code == WarmingUp {
			d := w.Cells[0]
			if ratio, _ := d.Evidence.(FirstQuarter); !near(float64(ratio), 2) || d.Count != 9 {
				t.Errorf("%+v, want twice as long in 9 trials", d)
			}
			return
		}
	}
	t.Errorf("%+v, want warming-up", Analyse(r).Warnings)
}
