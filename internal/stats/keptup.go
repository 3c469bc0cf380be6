package stats

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/plan"
)

// minKeptShare is the share of an arrival rate at which a server must answer to have kept up.
const minKeptShare = 0.99

// KeptUp reports whether a server answered as fast as requests arrived: at 99 % of the rate or more
// in each of its clean trials, with every arrival of every trial sent. It is false in a closed
// loop. A median would hide that a server fell behind in every other trial. With random arrivals
// that may be chance, a burst at the end of a trial, so there the median decides.
func (c Cell) KeptUp() bool {
	kept := c.Of(keptShare)
	if c.State == Invalid || c.Unsent > 0 || kept.N == 0 {
		return false
	}
	if c.random {
		return kept.Median >= minKeptShare
	}
	return slices.Min(kept.Sample.Values) >= minKeptShare
}

// atArrivalRate reports whether a cell's throughput is the rate at which requests arrived, to 1 %
// in the median. It says nothing about the server then.
func (c Cell) atArrivalRate() bool {
	kept := c.Of(keptShare)
	return c.Level.Kind == plan.Rate && kept.N > 0 && kept.Median >= minKeptShare
}

// KeptUpTo returns the highest rate up to which a server kept up at every level; 0 if it did not
// keep up at the lowest. all reports whether that is the highest level.
func (a *Analysis) KeptUpTo(server string) (rate int, all bool) {
	for _, cell := range byLevel(a.CellsOf(server)) {
		if !cell.KeptUp() {
			return rate, false
		}
		rate = cell.Level.Value
	}
	return rate, true
}

// MayKeepUpWithMore reports whether a server kept up with a rate at least: at the next one, which
// it did not keep up with, its generator was the bottleneck, or the network.
func (a *Analysis) MayKeepUpWithMore(server string) bool {
	for i, cell := range byLevel(a.CellsOf(server)) {
		if !cell.KeptUp() {
			return i > 0 && cell.LimitedBy(Throughput) != ""
		}
	}
	return false
}

// byLevel returns the cells of a server with the lowest level first.
func byLevel(cells []Cell) []Cell {
	return slices.SortedFunc(slices.Values(cells), func(a, b Cell) int {
		return cmp.Compare(a.Level.Value, b.Level.Value)
	})
}
