package labtest

import (
	"math"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// unevenWorlds are runs whose trials are clean, and do not vary independently about one rate.
func unevenWorlds() map[string]World {
	return map[string]World{
		"moody": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  20,
			Trial:   moody,
		},
		"slowly": {
			Head:    headAt("[1, 3, 5]"),
			Servers: twoServers,
			Rounds:  12,
			Trial:   slowly,
		},
	}
}

// moody is a clean trial of a second server that is slow in some rounds and fast in others.
func moody(trial plan.Trial) record.Result {
	rate := 10_000.0
	if trial.Server == twoServers[1] && trial.Round*7%20 < 6 {
		rate = 7000
	}
	return Reported(trial, scattered(rate, trial))
}

// slowly is a clean trial of a cell that becomes slower and faster again within some rounds, each
// cell in a rhythm of its own.
func slowly(trial plan.Trial) record.Result {
	phase := float64(trial.Level.Value)
	if trial.Server == twoServers[1] {
		phase += 2
	}
	wave := math.Sin(phase + float64(trial.Round)*2*math.Pi/6)
	return Reported(trial, scattered(8000*(1+0.10*wave), trial))
}
