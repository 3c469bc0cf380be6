package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// TestKnee has one server with the given throughputs at its levels, each with a small spread from
// round to round.
func TestKnee(t *testing.T) {
	limited := 0 // the level at which the generator was the limit
	test := func(name string, rounds int, rates []float64, want int, looked bool) {
		t.Helper()
		e := &spec.Experiment{
			Load:    spec.Load{Requests: 100, Concurrency: []int{8, 1, 3, 5}},
			Design:  spec.Design{Rounds: rounds, Confidence: 0.95, Baseline: "A"},
			Servers: []spec.Server{{Name: "A"}},
		}
		one := rec(1).Results[0]
		r := record.New(record.Header{Rounds: rounds}, e)
		for _, trial := range plan.New(e) {
			result, load, m := one, *one.Load, *one.Load.Measurement
			result.Trial, result.Load, load.Measurement = trial, &load, &m
			at := slices.Index([]int{1, 3, 5, 8}, trial.Level.Value)
			if trial.Level.Value == limited {
				load.Process = &record.Account{WallSeconds: 1, UserSeconds: 0.95}
			}
			m.RequestsPerSecond = rates[at] * (1 + 0.01*float64(trial.Round*trial.Level.Value%4))
			r.Add(result)
		}
		knees := Analyse(r).Knees
		if looked != (len(knees) == 1) {
			t.Fatalf("%s: %+v, want looked for: %v", name, knees, looked)
		}
		if looked && (knees[0].Reached != (want > 0) || knees[0].Level.Value != want) {
			t.Errorf("%s: %+v, want c=%d", name, knees[0], want)
		}
	}
	test("flat from 5 on", 10, []float64{1000, 2000, 3000, 3000}, 5, true)
	test("flat from the start", 10, []float64{3000, 3000, 3000, 3000}, 1, true)
	test("falls at 5 and rises again", 10, []float64{1000, 2000, 1500, 3000}, 0, true)
	test("flat for a while", 10, []float64{1000, 1000, 1800, 3000}, 0, true)
	test("4% at each level", 10, []float64{1000, 1040, 1082, 1125}, 5, true)
	test("falls after 3", 10, []float64{1000, 3000, 2000, 1000}, 3, true)
	test("none", 10, []float64{1000, 2000, 3000, 4000}, 0, true)
	limited = 8
	test("the generator's", 10, []float64{1000, 3000, 3000, 3000}, 0, false)
	limited = 1
	test("the generator's below it", 10, []float64{1000, 2000, 3000, 3000}, 5, true)
	limited = 0
	test("too few rounds", 3, []float64{1000, 1000, 1000, 1000}, 0, false)
}
