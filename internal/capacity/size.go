package capacity

import (
	"math"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// firstRate is that of the first load, in requests per second: one that most servers take, and that
// does no harm to others.
const firstRate = 200

const (
	maxLoad   = 2 * time.Second // of a load, beyond what its percentile and its limit need
	maxNeeded = 5 * time.Second // for what its percentile needs
	maxWarmup = time.Second
	minimum   = 5 // requests of a load

	// limits is how many times the limit of its objective a load takes at least, unless a trial
	// takes less: of a server that queues, it overestimates the capacity 10/9 times. One of a
	// single limit would tell that the objective is met at every rate.
	limits = 10

	// fewer is by how much the percentile of a load may be less certain than that of a trial: two
	// requests are beyond it instead of ten.
	fewer = 5

	// patience is how long a server may take for its answers beyond twice the time in which the
	// requests arrive.
	patience = 2 * time.Second
)

// shorter returns how many requests a load for an objective has at a rate, of those that a trial
// has.
func shorter(requests, rate int, o spec.Objective) int {
	in := func(d time.Duration) int { return int(float64(rate) * d.Seconds()) }
	needed := min(o.MinRequests()/fewer, in(maxNeeded))
	return min(requests, max(in(max(maxLoad, limits*o.Within)), needed, minimum))
}

// Sizes returns the sizes of the trials for which those of the experiment are too short: at a high
// rate, so few requests would all be answered within the limit of the objective by a server that
// only queues them. It is nil if there are none, if the rates are not known, or if no capacity is
// looked for.
func Sizes(e *spec.Experiment) []record.CellSize {
	if e.Load.Capacity == nil {
		return nil
	}
	var sizes []record.CellSize
	for _, cell := range plan.Cells(e) {
		size, _ := plan.SizeOf(e, cell.Level)
		if needed := longEnough(e, cell.Level.Value); size.Requests < needed {
			size.Requests = needed
			sizes = append(sizes, record.CellSize{Cell: cell, Size: size})
		}
	}
	return sizes
}

// longEnough returns how many requests arrive in the shortest load that tells a capacity.
func longEnough(e *spec.Experiment, rate int) int {
	return int(math.Ceil(float64(rate) * e.ShortestLoad().Seconds()))
}
