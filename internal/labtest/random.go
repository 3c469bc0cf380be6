package labtest

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// randomWorlds are runs whose requests arrive at random.
func randomWorlds() map[string]World {
	return map[string]World{
		"open-poisson": {
			Head:    atRandom(OpenHead),
			Servers: twoServers,
			Rounds:  10,
			Trial:   arrivingAtRandom(arriving),
			Header:  byEmbedded,
		},
	}
}

// takingAtRandom returns a run as taking does, in which requests arrive at random.
func takingAtRandom(limits map[string]float64) World {
	w := taking(limits, 0.01)
	w.Head = atRandom(CapacityHead)
	w.Trial = arrivingAtRandom(w.Trial)
	return w
}

// atRandom returns the beginning of a spec in which the requests of an open loop arrive at random.
func atRandom(head string) string {
	return strings.Replace(head, "[load]", "[load]\narrivals = \"poisson\"", 1)
}

// arrivingAtRandom returns trials whose requests arrive at random.
func arrivingAtRandom(trial func(plan.Trial) record.Result) func(plan.Trial) record.Result {
	return func(t plan.Trial) record.Result {
		r := trial(t)
		if m := r.Measurement(); m != nil {
			m.Arrivals = abtext.Poisson
			r.Load.Text = strings.Replace(r.Load.Text, "(open loop)",
				"(open loop, Poisson arrivals)", 1)
			r.Load.Argv = slices.Insert(slices.Clone(r.Load.Argv), len(r.Load.Argv)-1,
				"--arrivals", "poisson", "--seed", "1")
		}
		return r
	}
}
