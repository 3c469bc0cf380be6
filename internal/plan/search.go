package plan

import (
	"time"

	"labbook.example/labbook/internal/spec"
)

// What is known of a search for a capacity before it has begun. Package capacity makes it.
const (
	// RatesPerServer is at how many arrival rates a server is measured whose capacity was found.
	// One that is never overloaded, or always, is measured at fewer.
	RatesPerServer = 10

	// MaxSearchTime is after how long the search of a server begins no further load.
	MaxSearchTime = 4 * time.Minute
)

// SearchIsDue reports whether the rates at which the servers are measured are yet to be found.
func SearchIsDue(e *spec.Experiment) bool { return e.Load.Capacity != nil && len(e.Load.Grid) == 0 }

// ExpectedTrials returns how many trials some rounds have: about, where a search is due.
func ExpectedTrials(e *spec.Experiment, rounds int) int {
	perRound := len(Cells(e))
	if SearchIsDue(e) {
		perRound = len(e.Servers) * RatesPerServer
	}
	if e.Design.Calibrate {
		perRound *= 2
	}
	return rounds * perRound
}

// Searches returns for how many servers a search is due. A control has the rates of its baseline.
func Searches(e *spec.Experiment) int {
	if !SearchIsDue(e) {
		return 0
	}
	return len(e.Tested())
}
