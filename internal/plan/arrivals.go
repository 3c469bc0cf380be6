package plan

import (
	"labbook.example/labbook/internal/poisson"
	"labbook.example/labbook/internal/spec"
)

// ArrivalSeed returns the seed of the random arrivals of a trial's load, or of the warm-up before
// it. The trials of a round at one rate have the same one: what a burst does to one server it does
// to the others. Other rates have other arrivals, so that the rates around a capacity tell more
// than one of them would. So have other rounds, and the loads of a search, which are of no round:
// their order tells them apart.
func ArrivalSeed(e *spec.Experiment, t Trial, warmup bool) uint64 {
	part := uint64(0)
	if t.Round == 0 {
		part = 2 * uint64(t.Order)
	}
	if warmup {
		part++
	}
	return poisson.Seed(e.Design.Seed, uint64(t.Round), uint64(t.Level.Value), part)
}
