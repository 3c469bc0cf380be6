package bias

import (
	"cmp"
	"math"
	"slices"

	"labbook.example/labbook/internal/spec"
)

// For returns what matters to an experiment: the loads that ask as it asks those of its servers
// that are models with a twin. It is nil if there is no such server.
func (m *Measured) For(e *spec.Experiment) *Measured {
	var kinds []bool // keep-alive or not
	for _, s := range e.Servers {
		if s.Model == Async || s.Model == Thread {
			kinds = append(kinds, s.Request.KeepAlive)
		}
	}
	if len(kinds) == 0 {
		return nil
	}

	relevant := *m
	relevant.Loads = nil
	for _, l := range m.Loads {
		if slices.Contains(kinds, l.KeepAlive) && l.Requests == m.nearestSize(l.KeepAlive, e) {
			relevant.Loads = append(relevant.Loads, l)
		}
	}
	return &relevant
}

// nearestSize returns the size of trial that is nearest to the experiment's, of those with such
// connections. Where a time is given instead, that is the largest.
func (m *Measured) nearestSize(keepAlive bool, e *spec.Experiment) int {
	var sizes []int
	for _, l := range m.Loads {
		if l.KeepAlive == keepAlive {
			sizes = append(sizes, l.Requests)
		}
	}
	if e.Load.Requests == 0 {
		return slices.Max(sizes)
	}
	return slices.MinFunc(sizes, func(a, b int) int {
		wanted := e.Load.Requests
		return cmp.Compare(distance(a, wanted), distance(b, wanted))
	})
}

// distance compares two counts by their ratio.
func distance(a, b int) float64 { return math.Abs(math.Log(float64(a) / float64(b))) }

// At returns the load that is nearest to a concurrency. ok is false outside the range that was
// measured, and where other programs disturbed most rounds.
func (m *Measured) At(keepAlive bool, concurrency int) (nearest Load, ok bool) {
	var below, above bool
	for _, l := range m.Loads {
		if l.KeepAlive != keepAlive {
			continue
		}
		below = below || l.Concurrency <= concurrency
		above = above || l.Concurrency >= concurrency
		if nearest.Concurrency == 0 ||
			distance(l.Concurrency, concurrency) < distance(nearest.Concurrency, concurrency) {
			nearest = l
		}
	}
	return nearest, below && above && m.Calm(nearest)
}
