package plan

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/spec"
)

// runsOf returns an experiment of several runs.
func runsOf(runs, rounds int) *spec.Experiment {
	e := experiment(rounds, 9)
	e.Design.Runs = runs
	return e
}

func TestRoundsAreNumberedThroughAllRuns(t *testing.T) {
	trials := New(runsOf(3, 4))
	if len(trials) != 120 {
		t.Fatalf("3 runs × 4 rounds × 10 cells = %d trials, want 120", len(trials))
	}
	for i, trial := range trials {
		if trial.Round != i/10+1 || trial.Run != i/40+1 || trial.Order != i+1 {
			t.Errorf("trial %d: order %d, round %d, run %d; want %d, %d and %d",
				i, trial.Order, trial.Round, trial.Run, i+1, i/10+1, i/40+1)
		}
	}
	want := "trial 60 (" + trials[59].Place() + ", run 2, round 6)"
	if got := trials[59].String(); got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
}

// A run has its own order, and the first one that of an experiment with one run.
func TestEachRunIsShuffledAnew(t *testing.T) {
	all := cellsOf(New(runsOf(3, 1)))
	if slices.Equal(all[:10], all[10:20]) || slices.Equal(all[10:20], all[20:]) {
		t.Error("two runs have the same order")
	}
	if !slices.Equal(all[:10], cellsOf(New(experiment(1, 9)))) {
		t.Error("the first of several runs has another order than the only one")
	}
}

func TestOneRunHasNoNumber(t *testing.T) {
	for _, trial := range New(runsOf(1, 2)) {
		if trial.Run != 0 {
			t.Errorf("%v has run %d, want 0", trial, trial.Run)
		}
	}
}

// A server that is never restarted within a run lives until the end of that run.
func TestLifeOfAServerEndsWithItsRun(t *testing.T) {
	e := runsOf(2, 2)
	e.Load.Concurrency = []int{1}
	e.Design.Restart = spec.RestartNever
	trials := New(e)
	last := map[string][]int{}
	for _, trial := range trials {
		if IsLastOfServer(e, trials, trial) {
			last[trial.Server] = append(last[trial.Server], trial.Round)
		}
	}
	for _, server := range []string{"A", "B"} {
		if !slices.Equal(last[server], []int{2, 4}) {
			t.Errorf("the lives of %s end in the rounds %v, want 2 and 4", server, last[server])
		}
	}
}
