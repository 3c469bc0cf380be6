package plan

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/spec"
)

func experiment(rounds int, seed uint64) *spec.Experiment {
	return &spec.Experiment{
		Load:    spec.Load{Concurrency: []int{1, 3, 5, 8, 10}},
		Design:  spec.Design{Rounds: rounds, Seed: seed},
		Servers: []spec.Server{{Name: "A"}, {Name: "B"}},
	}
}

// cellsOf returns the cells in the order in which the trials visit them.
func cellsOf(trials []Trial) []Cell {
	var cells []Cell
	for _, t := range trials {
		cells = append(cells, t.Cell)
	}
	return cells
}

func TestEveryRoundVisitsEveryCellOnce(t *testing.T) {
	e := experiment(10, 9)
	trials := New(e)
	if len(trials) != 100 {
		t.Fatalf("2 servers × 5 levels × 10 rounds = %d trials, want 100", len(trials))
	}
	visits := map[int]map[Cell]int{}
	for i, trial := range trials {
		if trial.Order != i+1 || trial.Round != i/10+1 {
			t.Errorf("trial %d has order %d and round %d, want %d and %d",
				i, trial.Order, trial.Round, i+1, i/10+1)
		}
		if visits[trial.Round] == nil {
			visits[trial.Round] = map[Cell]int{}
		}
		visits[trial.Round][trial.Cell]++
	}
	for round, cells := range visits {
		for _, cell := range Cells(e) {
			if cells[cell] != 1 {
				t.Errorf("round %d visits %v %d times, want once", round, cell, cells[cell])
			}
		}
	}
}

func TestSeedDeterminesTheOrder(t *testing.T) {
	if diff := cmp.Diff(New(experiment(3, 9)), New(experiment(3, 9))); diff != "" {
		t.Errorf("equal seeds lead to different plans:\n%s", diff)
	}
	if slices.Equal(cellsOf(New(experiment(3, 9))), cellsOf(New(experiment(3, 10)))) {
		t.Error("seeds 9 and 10 lead to the same plan")
	}
	trials := New(experiment(3, 9))
	if slices.Equal(cellsOf(trials[:10]), cellsOf(trials[10:20])) {
		t.Error("rounds 1 and 2 have the same order")
	}
	if diff := cmp.Diff(trials, New(experiment(5, 9))[:30]); diff != "" {
		t.Errorf("a plan of 5 rounds does not begin like one of 3:\n%s", diff)
	}
}

func TestNamesOfATrial(t *testing.T) {
	trial := Trial{Order: 37, Round: 4, Cell: Cell{"Server_async_http", Level{Concurrency, 5}}}
	const want = "trial 37 (Server_async_http c=5, round 4)"
	if got := trial.String(); got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestLevelsOfAnOpenLoop(t *testing.T) {
	e := experiment(2, 9)
	if got := Connections(e, Levels(e)[1]); got != 3 {
		t.Errorf("Connections at c=3 = %d, want 3", got)
	}
	e.Load = spec.Load{Rate: []int{1000, 4000}, Connections: 50}
	want := []Level{{Rate, 1000}, {Rate, 4000}}
	if diff := cmp.Diff(want, Levels(e)); diff != "" {
		t.Errorf("Levels of an open loop (-want +got):\n%s", diff)
	}
	if text, n := want[0].String(), Connections(e, want[0]); text != "r=1000" || n != 50 {
		t.Errorf("the level is %q with %d connections, want r=1000 with 50", text, n)
	}
	if trials := New(e); len(trials) != 8 || trials[0].Level.Kind != Rate {
		t.Errorf("the plan has %d trials, the first at %v; want 8 at rates",
			len(trials), trials[0].Level)
	}
}

func TestCalibrationVisitsEveryCellTwice(t *testing.T) {
	e := experiment(10, 9)
	e.Design.Calibrate = true
	trials := New(e)
	if len(trials) != 200 {
		t.Fatalf("2 servers × 5 levels × 10 rounds × 2 instruments = %d trials, want 200",
			len(trials))
	}

	visits := map[Trial]int{}
	positions := map[Instrument]int{} // in their rounds, summed
	for i, trial := range trials {
		if trial.Order != i+1 {
			t.Errorf("trial %d has order %d", i+1, trial.Order)
		}
		positions[trial.Instrument] += i % 20
		trial.Order = 0
		visits[trial]++
	}
	if len(visits) != 200 {
		t.Errorf("the rounds make %d different visits, want 200", len(visits))
	}
	if own, other := positions[Own], positions[Calibration]; 2*own < other || 2*other < own {
		t.Errorf("the positions of the two in their rounds sum to %d and %d: "+
			"they are not shuffled together", own, other)
	}

	trial := Trial{
		Order:      3,
		Round:      1,
		Instrument: Calibration,
		Cell:       Cell{"A", Level{Concurrency, 5}},
	}
	if got := trial.String(); got != "trial 3 (A c=5, calibration, round 1)" {
		t.Errorf("String() = %q", got)
	}
}

// The life of a server ends with its last trial, that of all rounds or of one. Another way to ask
// the same server is no other life.
func TestLastTrialOfAServer(t *testing.T) {
	test := func(restart spec.Restart, want []int) {
		t.Helper()
		e := experiment(2, 1)
		e.Design.Restart = restart
		e.Load.Concurrency = []int{1}
		e.Servers = append(e.Servers, spec.Server{Name: "A again", Same: "A"})
		var last []int
		trials := New(e)
		for _, trial := range trials {
			if IsLastOfServer(e, trials, trial) {
				last = append(last, trial.Order)
			}
		}
		if !slices.Equal(last, want) {
			t.Errorf("restart %s, %v: the last are %v, want %v", restart, trials, last, want)
		}
	}
	test(spec.RestartTrial, []int{1, 2, 3, 4, 5, 6})
	test(spec.RestartRound, []int{2, 3, 4, 6}) // B, A again; B, A again
	test(spec.RestartNever, []int{4, 6})
}
