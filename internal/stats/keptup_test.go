package stats

import (
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// openLoop returns a record of one server at three arrival rates. By default it keeps up with each;
// answers modifies the trials.
func openLoop(answers func(r *record.Result)) *record.Record {
	e := &spec.Experiment{
		Load:    spec.Load{Requests: 1000, Rate: []int{4000, 1000, 2000}, Connections: 100},
		Design:  spec.Design{Rounds: 6, Confidence: 0.95, Baseline: "A"},
		Servers: []spec.Server{{Name: "A"}},
	}
	r := record.New(record.Header{Rounds: 6}, e)
	template := rec(1).Results[0]
	for _, trial := range plan.New(e) {
		result, load, m := template, *template.Load, *template.Load.Measurement
		m.Complete, m.ArrivalRate = 1000, float64(trial.Level.Value)
		m.RequestsPerSecond = m.ArrivalRate
		load.Measurement, result.Load, result.Trial = &m, &load, trial
		result.PercentilesMS = make([]float64, 101)
		answers(&result)
		r.Add(result)
	}
	return r
}

func TestKeptUp(t *testing.T) {
	test := func(name string, answers func(r *record.Result), rate int, all bool) {
		t.Helper()
		a := Analyse(openLoop(answers))
		if gotRate, gotAll := a.KeptUpTo("A"); gotRate != rate || gotAll != all || !a.OpenLoop() {
			t.Errorf("%s: kept up to %d, all %v, want %d, %v", name, gotRate, gotAll, rate, all)
		}
	}
	test("every rate", func(*record.Result) {}, 4000, true)
	slower := func(level int, share float64) func(r *record.Result) {
		return func(r *record.Result) {
			if r.Level.Value == level {
				r.Load.Measurement.RequestsPerSecond *= share
			}
		}
	}
	test("99% of the highest", slower(4000, 0.99), 4000, true)
	test("98% of the highest", slower(4000, 0.98), 2000, false)
	test("not the middle one", slower(2000, 0.9), 1000, false)
	test("not even the lowest", slower(1000, 0.9), 0, false)
	test("98% of the highest, in two of six trials", func(r *record.Result) {
		if r.Level.Value == 4000 && r.Round <= 2 {
			r.Load.Measurement.RequestsPerSecond *= 0.98
		}
	}, 2000, false)
	test("each answer takes 10 ms", func(r *record.Result) {
		due := 1000 / float64(r.Level.Value)
		r.Load.Measurement.RequestsPerSecond = 1000 / (due + 0.010)
		for i := range r.PercentilesMS {
			r.PercentilesMS[i] = 10
		}
	}, 4000, true)
	test("an arrival was not sent", func(r *record.Result) {
		if r.Level.Value == 4000 && r.Round == 2 {
			r.Load.Measurement.Complete, r.Load.Measurement.Unsent = 999, 1
		}
	}, 2000, false)
	if cell := Analyse(rec(6)).CellsOf("A")[0]; cell.KeptUp() {
		t.Error("a closed loop kept up with a rate")
	}
}

// With random arrivals, the last ones may come in a burst. Then the time of the median answer does
// not count, and the median of the trials decides.
func TestKeptUpWithRandomArrivals(t *testing.T) {
	test := func(name string, answers func(r *record.Result), rate int) {
		t.Helper()
		for _, random := range []bool{false, true} {
			rec := openLoop(func(r *record.Result) {
				answers(r)
				if random {
					r.Load.Measurement.Arrivals = abtext.Poisson
				}
			})
			want := 2000
			if random {
				rec.Experiment.Load.Arrivals = spec.ArrivalsPoisson
				want = rate
			}
			if got, _ := Analyse(rec).KeptUpTo("A"); got != want {
				t.Errorf("%s, random %v: kept up to %d, want %d", name, random, got, want)
			}
		}
	}
	// At 4000 per second the requests of a trial arrive in 250 ms.
	lastAnswer := func(r *record.Result, after, median float64) {
		if r.Level.Value != 4000 {
			return
		}
		r.Load.Measurement.RequestsPerSecond = 1000 / (0.250 + after)
		for i := 50; i <= 100; i++ {
			r.PercentilesMS[i] = 1000 * median
		}
	}
	test("the last answer takes 8 ms, as the median one does", func(r *record.Result) {
		lastAnswer(r, 0.008, 0.008)
	}, 4000)
	test("it takes 20 ms, in two of six trials", func(r *record.Result) {
		if r.Round <= 2 {
			lastAnswer(r, 0.020, 0.008)
		}
	}, 4000)
	test("a queue grows until it has 20 ms", func(r *record.Result) {
		lastAnswer(r, 0.020, 0.010)
	}, 2000)
	test("all answers are late", func(r *record.Result) {
		lastAnswer(r, 0.030, 0.030)
	}, 2000)
	test("a queue grows in four of six trials", func(r *record.Result) {
		if r.Round > 2 {
			lastAnswer(r, 0.020, 0.010)
		}
	}, 2000)
}

// TestAtArrivalRate holds that throughputs which are the arrival rate have no verdict, and do not
// make those of other rates less certain.
func TestAtArrivalRate(t *testing.T) {
	loop := openLoop(func(*record.Result) {})
	e := *loop.Experiment
	e.Servers = []spec.Server{{Name: "A"}, {Name: "B"}}
	r := record.New(record.Header{Rounds: 6}, &e)
	for _, result := range loop.Results {
		for _, server := range []string{"A", "B"} {
			load, m := *result.Load, *result.Load.Measurement
			if server == "B" && result.Level.Value == 4000 {
				m.RequestsPerSecond *= 0.5
			}
			result.Server, load.Measurement = server, &m
			result.Load = &load
			r.Add(result)
		}
	}

	a := Analyse(r)
	for level, want := range map[int]Verdict{
		1000: AtArrivalRate,
		2000: AtArrivalRate,
		4000: Slower,
	} {
		place := plan.Cell{Server: "B", Level: plan.Level{Kind: plan.Rate, Value: level}}
		c := a.Comparison(place)
		if c.Verdict != want || c.Tested() != (want == Slower) {
			t.Errorf("%d per second: %q, tested %v, want %q", level, c.Verdict, c.Tested(), want)
		}
		if want == Slower && c.Adjusted != c.P {
			t.Errorf("%d per second: p %v, adjusted %v, want the same", level, c.P, c.Adjusted)
		}
	}
}

func TestUnsent(t *testing.T) {
	a := Analyse(openLoop(func(r *record.Result) {
		if r.Level.Value == 4000 && r.Round <= 2 {
			r.Load.Measurement.Complete, r.Load.Measurement.Unsent = 958, 42
		}
	}))
	cell := *a.Cell(plan.Cell{Server: "A", Level: plan.Level{Kind: plan.Rate, Value: 4000}})
	if cell.State != Invalid || cell.Unsent != 84 || cell.Clean() != 4 {
		t.Errorf("%s with %d unsent and %d clean trials, want invalid with 84 and 4",
			cell.State, cell.Unsent, cell.Clean())
	}
	if len(a.Warnings) != 1 || a.Warnings[0].Code != Unsent ||
		a.Warnings[0].Cells[0] != (Doubt{
			Code:     Unsent,
			Cell:     cell.Cell,
			Count:    2,
			Of:       6,
			First:    a.Warnings[0].Cells[0].First,
			Evidence: UnsentArrivals(42),
		}) {
		t.Errorf("warnings %+v, want one of arrivals that could not be sent", a.Warnings)
	}
}

// A server may keep up with more than the highest rate that it kept up with if the requests at the
// next one were sent late. How late they were at others does not matter.
func TestMayKeepUpWithMore(t *testing.T) {
	test := func(name string, fails, late int, want bool) {
		t.Helper()
		a := Analyse(openLoop(func(r *record.Result) {
			for i := range r.PercentilesMS {
				r.PercentilesMS[i] = 10
			}
			if r.Level.Value == fails {
				r.Load.Measurement.RequestsPerSecond *= 0.9
			}
			if r.Level.Value == late {
				sentLate(5, 5, 5, 5, 5, 5)(r)
			}
		}))
		if got := a.MayKeepUpWithMore("A"); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	test("late at the next rate", 4000, 4000, true)
	test("late at the rate that it kept up with", 4000, 2000, false)
	test("late beyond the next one", 2000, 4000, false)
	test("kept up with all", 0, 4000, false)
	test("kept up with none", 1000, 1000, false)
}
