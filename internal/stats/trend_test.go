package stats

import (
	"math"
	"slices"
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// runOfServers returns a record of servers at levels, in which a trial answers 1000 requests per
// second times the factor of the trial. There is a spread of 2% that has no trend.
func runOfServers(
	servers []spec.Server, levels []int, rounds int, factor func(plan.Trial) float64,
) *record.Record {
	e := &spec.Experiment{
		Load:    spec.Load{Requests: 100, Concurrency: levels},
		Servers: servers,
		Design: spec.Design{
			Rounds:     rounds,
			Confidence: 0.95,
			Margin:     0.1,
			Baseline:   servers[0].Name,
			Restart:    spec.RestartNever,
		},
	}
	r := record.New(record.Header{Rounds: rounds}, e)
	for _, trial := range plan.New(e) {
		rate := 1000 * factor(trial) * (1 + float64(trial.Order*7919%101-50)/2500)
		m := &abtext.Measurement{
			Complete:          100,
			RequestsPerSecond: rate,
			TimeTakenSeconds:  100 / rate,
		}
		busy := 900 * float64(trial.Level.Value) / rate
		r.Add(record.Result{
			Trial:         trial,
			Outcome:       record.Ended,
			Answer:        &record.Answer{Status: 200},
			Load:          &record.Call{Measurement: m},
			PercentilesMS: slices.Repeat([]float64{busy}, 101),
		})
	}
	return r
}

// ab are two servers, and abc three.
var (
	ab  = []spec.Server{{Name: "A"}, {Name: "B"}}
	abc = []spec.Server{{Name: "A"}, {Name: "B"}, {Name: "C"}}
)

// after returns what is left after the trial's round if each round takes a share away.
func after(t plan.Trial, share float64) float64 { return math.Pow(1-share, float64(t.Round-1)) }

// driftsOf returns the cells with the doubt Trend and their evidence, and that of DriftingMachine.
func driftsOf(r *record.Record) (cells []plan.Cell, found []Drift, machine *Drift) {
	for _, w := range Analyse(r).Warnings {
		switch w.Code {
		case Trend:
			for _, d := range w.Cells {
				cells, found = append(cells, d.Cell), append(found, d.Evidence.(Drift))
			}
		case DriftingMachine:
			machine = new(w.Evidence.(Drift))
		}
	}
	return cells, found, machine
}

// onlyOf changes the speed of one server, and allBy that of all, by a share in each round.
func onlyOf(server string, share float64) func(plan.Trial) float64 {
	return func(t plan.Trial) float64 {
		if t.Server == server {
			return after(t, share)
		}
		return 1
	}
}

func allBy(share float64) func(plan.Trial) float64 {
	return func(t plan.Trial) float64 { return after(t, share) }
}

func bothOf(a, b func(plan.Trial) float64) func(plan.Trial) float64 {
	return func(t plan.Trial) float64 { return a(t) * b(t) }
}

func TestTrend(t *testing.T) {
	levels := []int{1, 5, 10}
	test := func(name string, r *record.Record, machine float64, beside Beside, want ...string) {
		t.Helper()
		cells, found, common := driftsOf(r)
		var got []string
		for i, c := range cells {
			got = append(got, c.String())
			if found[i].Beside != beside {
				t.Errorf("%s: %+v of %v, want beside %s", name, found[i], c, beside)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: trend of %v, want %v", name, got, want)
		}
		if (machine != 0) != (common != nil) ||
			common != nil && math.Abs(common.Change-machine) > 0.03 {
			t.Errorf("%s: drifting-machine %+v, want %v", name, common, machine)
		}
	}
	b3 := []string{"B c=1", "B c=5", "B c=10"}
	c3 := []string{"C c=1", "C c=5", "C c=10"}

	test("none", runOfServers(ab, levels, 10, allBy(0)), 0, "")
	test("one of two ages", runOfServers(ab, levels, 10, onlyOf("B", 0.04)), 0, BesideOthers, b3...)
	test("one of two gets faster", runOfServers(ab, levels, 10, onlyOf("B", -0.04)), 0,
		BesideOthers, b3...)
	test("less than the margin", runOfServers(ab, levels, 10, onlyOf("B", 0.008)), 0, "")
	test("five rounds", runOfServers(ab, levels, 5, onlyOf("B", 0.08)), 0, "")
	test("the machine", runOfServers(ab, levels, 10, allBy(0.03)), math.Pow(0.97, 9)-1, "")
	test("the machine gets faster", runOfServers(ab, levels, 10, allBy(-0.03)),
		math.Pow(1.03, 9)-1, "")
	test("the machine and one of two",
		runOfServers(ab, levels, 10, bothOf(allBy(0.03), onlyOf("B", 0.04))),
		math.Pow(0.97, 9)-1, BesideOthers, b3...)
	test("one faster, one slower",
		runOfServers(ab, levels, 10, bothOf(onlyOf("A", -0.04), onlyOf("B", 0.04))), 0,
		BesideChanging,
		append([]string{"A c=1", "A c=5", "A c=10"}, b3...)...)
	test("one of three", runOfServers(abc, levels, 10, onlyOf("C", 0.04)), 0, BesideOthers, c3...)
	test("two of four",
		runOfServers(append(abc, spec.Server{Name: "D"}), levels, 10,
			bothOf(onlyOf("B", 0.05), onlyOf("C", 0.03))), 0, BesideOthers, append(b3, c3...)...)
	test("the machine and one of three",
		runOfServers(abc, levels, 10, bothOf(allBy(0.03), onlyOf("C", 0.04))),
		math.Pow(0.97, 9)-1, BesideOthers, c3...)
	test("one that is alone", runOfServers(ab[1:], levels, 10, allBy(0.04)), 0, BesideNone, b3...)
	test("at one level", runOfServers(abc, levels, 10, func(t plan.Trial) float64 {
		if t.Server == "C" && t.Level.Value == 5 {
			return after(t, 0.04)
		}
		return 1
	}), 0, BesideOthers, "C c=5")

	twoWays := []spec.Server{{Name: "A"}, {Name: "B"}, {Name: "C", Same: "B"}}
	test("a server asked in two ways", runOfServers(twoWays, levels, 10,
		bothOf(onlyOf("B", 0.04), onlyOf("C", 0.04))), 0, BesideOthers, append(b3, c3...)...)
	controlled := []spec.Server{{Name: "B"}, {Name: "C", Control: "B"}}
	test("a server and its control", runOfServers(controlled, levels, 10, allBy(0.04)), 0,
		BesideNone, append(b3, c3...)...)
}

// With several runs, what changes from run to run is no trend, and what changes within each is.
func TestTrendIsWithinRuns(t *testing.T) {
	runs := func(factor func(plan.Trial) float64) *record.Record {
		r := runOfServers(ab, []int{1, 5, 10}, 12, func(plan.Trial) float64 { return 1 })
		r.Experiment.Design.Rounds, r.Experiment.Design.Runs = 4, 3
		changed := record.New(r.Header, r.Experiment)
		for _, trial := range r.Results {
			trial.Run = plan.RunOf(r.Experiment, trial.Round)
			m := trial.Load.Measurement
			m.RequestsPerSecond *= factor(trial.Trial)
			trial.PercentilesMS = nil
			changed.Add(trial)
		}
		return changed
	}
	test := func(name string, r *record.Record, want int, change float64) {
		t.Helper()
		cells, found, machine := driftsOf(r)
		if len(cells) != want || machine != nil {
			t.Errorf("%s: %v, machine %v, want %d cells", name, cells, machine, want)
		}
		for i, d := range found {
			if cells[i].Server != "B" || math.Abs(d.Change-change) > 0.05 {
				t.Errorf("%s: %+v of %v, want %v of B", name, d, cells[i], change)
			}
		}
	}
	test("from run to run", runs(func(t plan.Trial) float64 {
		if t.Server == "B" {
			return math.Pow(0.7, float64(t.Run))
		}
		return 1
	}), 0, 0)
	test("within each run", runs(func(t plan.Trial) float64 {
		if t.Server == "B" {
			return math.Pow(0.85, float64((t.Round-1)%4))
		}
		return 1
	}), 3, math.Pow(0.85, 3)-1)
}

func TestTrendWithinLives(t *testing.T) {
	ageing := func(rounds int, share float64) *record.Record {
		places := map[int]int{} // of B's trials in each round
		r := runOfServers(ab, []int{1, 3, 5, 8}, rounds, func(t plan.Trial) float64 {
			if t.Server == "A" {
				return 1
			}
			places[t.Round]++
			return math.Pow(1-share, float64(places[t.Round]-1))
		})
		r.Experiment.Design.Restart = spec.RestartRound
		return r
	}
	test := func(name string, r *record.Record, want float64) {
		t.Helper()
		cells, found, machine := driftsOf(r)
		for i, d := range found {
			if cells[i].Server != "B" || d.Beside != BesideYounger ||
				math.Abs(d.Change-want) > 0.04 {
				t.Errorf("%s: %+v of %v, want %v of B", name, d, cells[i], want)
			}
		}
		if (len(cells) == 4) != (want != 0) || machine != nil {
			t.Errorf("%s: trend of %v, drift of the machine %v", name, cells, machine)
		}
	}
	test("8% slower after each trial", ageing(10, 0.08), math.Pow(0.92, 3)-1)
	test("faster", ageing(10, -0.08), math.Pow(1.08, 3)-1)
	test("not at all", ageing(10, 0), 0)
	test("less than the margin", ageing(10, 0.02), 0)
	test("once", ageing(1, 0.2), 0)
	started := ageing(10, 0.08)
	started.Experiment.Design.Restart = spec.RestartTrial
	test("by chance, with a fresh server for each trial", started, 0)
}

func TestTrendOfOpenLoop(t *testing.T) {
	r := runOfServers(ab, []int{10}, 10, func(t plan.Trial) float64 {
		if t.Server == "B" {
			return after(t, 0.05)
		}
		return 1
	})
	r.Experiment.Load.Concurrency, r.Experiment.Load.Rate = nil, []int{10}
	open := record.New(r.Header, r.Experiment)
	for _, trial := range r.Results {
		trial.Level.Kind = plan.Rate
		trial.Load.Measurement.RequestsPerSecond = 10 // as fast as they arrive
		open.Add(trial)
	}
	cells, found, _ := driftsOf(open)
	if len(cells) != 1 || cells[0].Server != "B" || !found[0].ResponseTime ||
		math.Abs(found[0].Change-(math.Pow(0.95, 9)-1)) > 0.03 {
		t.Errorf("%+v of %v, want that of B's response time", found, cells)
	}
}
