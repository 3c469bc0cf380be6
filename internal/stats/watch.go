package stats

import (
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/spec"
)

// busyShare is the share of a core that a server may use in the quiet interval after its load.
// Healthy ones stay below 0.01, also on a machine that has other work.
const busyShare = 0.05

// leakLimit is how many threads or descriptors more than before the load a server may hold after
// it: two for each client and some for a runtime that grew, or one for every twentieth request
// where that is more. The connections of an open loop are a bound that few trials reach, so there
// it is one for every second request at most: who keeps something of each request is found all the
// same.
func leakLimit(e *spec.Experiment, level plan.Level) float64 {
	requests, clients := float64(e.Load.Requests), float64(plan.Connections(e, level))
	if level.Kind == plan.Rate {
		clients = min(clients, requests/4)
	}
	return max(2*clients+16, 0.05*requests)
}

// suspicions gives the codes of what a cell's server did after its load. Each is judged by the
// median over the trials that ended, so that one trial that something disturbed does not condemn a
// cell; it counts the trials that are over the limit by themselves.
func suspicions(cell Cell, e *spec.Experiment) []codedDoubt {
	w := locale.For(e.Language)
	var found []codedDoubt
	add := func(code Code, count int, reason string) {
		found = append(found, codedDoubt{code,
			Doubt{
				Cell:   cell.Cell,
				Count:  count,
				Of:     cell.Rounds,
				Reason: reason,
			}})
	}
	if busy := cell.Of(quietShare); busy.N > 0 && busy.Median > busyShare {
		add(
			BusyAfterLoad,
			roundsAbove(busyShare, busy.Sample),
			w.Sprintf(
				"%s of a core in the quiet interval, in the median",
				w.Percent(busy.Median, 0),
			),
		)
	}
	limit := leakLimit(e, cell.Level)
	threads, descriptors := cell.Of(threadGrowth), cell.Of(descriptorGrowth)
	var more []string
	if threads.N > 0 && threads.Median > limit {
		more = append(more, w.Sprintf("%s threads", w.Fixed(threads.Median, 0)))
	}
	if descriptors.N > 0 && descriptors.Median > limit {
		more = append(more, w.Sprintf("%s descriptors", w.Fixed(descriptors.Median, 0)))
	}
	if len(more) > 0 {
		add(Leak, roundsAbove(limit, threads.Sample, descriptors.Sample),
			w.Sprintf("%s more after the load than before it, in the median", w.List(more)))
	}
	return found
}
