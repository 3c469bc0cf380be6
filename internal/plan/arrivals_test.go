package plan

import "testing"

// The trials of a round at one rate have the same arrivals, whatever the server. Rounds, rates,
// warm-ups, seeds and the loads of a search have others.
func TestArrivalSeed(t *testing.T) {
	e := runsOf(2, 3)
	e.Load.Concurrency, e.Load.Rate = nil, []int{100, 200}
	type place struct{ round, rate int }
	loads, seeds := map[place]uint64{}, map[uint64]bool{}
	for _, trial := range New(e) {
		at := place{trial.Round, trial.Level.Value}
		seed := ArrivalSeed(e, trial, false)
		if loads[at] != 0 && loads[at] != seed {
			t.Errorf("%v: another seed than for the other server", trial)
		}
		loads[at] = seed
		seeds[seed], seeds[ArrivalSeed(e, trial, true)] = true, true
	}
	if want := 2 * 6 * 2; len(seeds) != want {
		t.Errorf("%d different seeds, want %d", len(seeds), want)
	}

	at := Cell{Server: "A", Level: Level{Rate, 100}}
	for load := 1; load <= 4; load++ {
		seeds[ArrivalSeed(e, Trial{Order: load, Cell: at}, false)] = true
		seeds[ArrivalSeed(e, Trial{Order: load, Cell: at}, true)] = true
	}
	other := *e
	other.Design.Seed++
	seeds[ArrivalSeed(&other, Trial{Round: 1, Cell: at}, false)] = true
	if want := 2*6*2 + 2*4 + 1; len(seeds) != want {
		t.Errorf("%d different seeds, want %d", len(seeds), want)
	}

	longer := runsOf(1, 20)
	if ArrivalSeed(longer, Trial{Round: 4, Cell: at}, false) != loads[place{4, 100}] {
		t.Error("a plan with more rounds has other arrivals in its first ones")
	}
}
