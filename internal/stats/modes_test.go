package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

func TestDivide(t *testing.T) {
	test := func(name string, rates []float64, slow int, least, most float64) {
		t.Helper()
		d := divide(rates)
		if len(d.slow) != slow || d.distance < least || d.distance > most {
			t.Errorf("%s: %d of %d are slow, distance %v, want %d and %v to %v",
				name, len(d.slow), len(rates), d.distance, slow, least, most)
		}
	}
	test("too few", []float64{1, 1, 1, 9, 9, 9, 9}, 0, 0, 0)
	test("two groups", []float64{98, 100, 102, 195, 198, 200, 203, 205}, 3, 20, 50)
	test("groups without a spread", []float64{1, 1, 1, 1, 9, 9, 9, 9}, 4, maxDistance, maxDistance)
	test("all alike", slices.Repeat([]float64{5}, 10), 0, 0, 0)
	// Two are no group of ten, so the third slowest goes with them.
	test("two outliers", []float64{10, 11, 96, 97, 98, 99, 100, 101, 102, 103}, 3, 1, 5)
}

// twoModesRecord returns a record in which some trials of B have a factor.
func twoModesRecord(rounds, slow int, factor float64) *record.Record {
	random := rand.New(rand.NewPCG(2, 7))
	r := rec(rounds)
	r.Experiment.Design.Margin = 0.10
	for i := range r.Results {
		trial := &r.Results[i]
		rate := 1000 * math.Exp(0.05*random.NormFloat64())
		if trial.Server == "B" && trial.Round*7%rounds < slow {
			rate *= factor
		}
		trial.Load.Measurement.RequestsPerSecond = rate
		trial.PercentilesMS = slices.Repeat([]float64{900 / rate}, 101)
	}
	return r
}

func TestTwoModes(t *testing.T) {
	test := func(name string, r *record.Record, want bool) {
		t.Helper()
		a := Analyse(r)
		b := a.CellsOf("B")[0]
		if found := slices.Contains(b.Notes, TwoModes); found != want ||
			slices.Contains(a.CellsOf("A")[0].Notes, TwoModes) || b.State != Valid {
			t.Errorf("%s: notes %v, %s, want two modes: %v", name, b.Notes, b.State, want)
		}
		c := a.Comparisons[0]
		if c.BySigns != want {
			t.Errorf("%s: by signs %v, want %v", name, c.BySigns, want)
		}
	}
	test("one mode", twoModesRecord(20, 0, 1), false)
	test("6 of 20 at 0.6", twoModesRecord(20, 6, 0.6), true)
	test("14 of 20 at 0.6", twoModesRecord(20, 14, 0.6), true)
	test("2 of 20 are outliers", twoModesRecord(20, 2, 0.6), false)
	test("6 of 20 at 0.95", twoModesRecord(20, 6, 0.95), false)
	test("too few rounds", twoModesRecord(7, 3, 0.6), false)

	wide := twoModesRecord(20, 6, 0.6)
	wide.Experiment.Design.Margin = 1
	test("within a wide margin", wide, false)
}

func TestTwoModesEvidence(t *testing.T) {
	for _, w := range Analyse(twoModesRecord(20, 6, 0.6)).Warnings {
		if w.Code == TwoModes {
			e := w.Cells[0].Evidence.(Modes)
			if e.SlowTrials != 6 || e.Trials != 20 || w.Cells[0].Count != 6 ||
				math.Abs(e.Slow-600) > 30 || math.Abs(e.Fast-1000) > 30 {
				t.Errorf("%+v, want 6 of 20 at about 600, and the others at 1000", w.Cells[0])
			}
			return
		}
	}
	t.Error("no doubt")
}

// One mode is rarely taken for two, whatever its tails: in at most 1% of all runs of two servers
// with five levels.
func TestOneModeIsNotTwo(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	shapes := map[string]func() float64{
		"normal": random.NormFloat64,
		"Student's t, 3 degrees": func() float64 {
			square := 0.0
			for range 3 {
				x := random.NormFloat64()
				square += x * x
			}
			return random.NormFloat64() / math.Sqrt(square/3)
		},
	}
	for name, draw := range shapes {
		for _, rounds := range []int{8, 10, 20} {
			found := 0
			for range 400 {
				found += min(1, len(modesOf(10, rounds, draw)))
			}
			if found > 8 {
				t.Errorf("%s, %d rounds: two modes in %d of 400 runs", name, rounds, found)
			}
		}
	}
}

// modesOf returns the servers with two modes of two servers with made-up rates.
func modesOf(cells, rounds int, draw func() float64) map[string]int {
	all := make([]division, cells)
	servers := make([]string, cells)
	for i := range all {
		rates := make([]float64, rounds)
		for j := range rates {
			rates[j] = math.Exp(draw())
		}
		slices.Sort(rates)
		all[i] = divide(rates)
		servers[i] = []string{"A", "B"}[i%2]
	}
	return withTwoModes(all, servers, 0)
}

// Rounds in which a server met its objective at no rate, or at each, are no mode at the lowest or
// the highest rate.
func TestOpenRoundsAreNoMode(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]float64{"none": 10, "all": 9999, "some": 1410} {
		took := func(server string, round, rate int) float64 {
			limits := map[string]float64{"A": 1630, "B": 1630 + float64(round)*50/12}
			if server == "B" && round%3 == 0 {
				limits["B"] = limit
			}
			return keepingUpTo(limits)(server, round, rate)
		}
		cell := Judge(capacityRecord(12, took, ladder...)).CellsOf("B")[0]
		want := name == "some"
		if got := slices.Contains(cell.Notes, TwoModes); got != want {
			t.Errorf("%s met in 4 of 12 rounds: notes %v, want two modes: %v", name,
				cell.Notes, want)
		}
	}
}
