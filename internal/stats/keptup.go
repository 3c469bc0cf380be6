package stats

import (
	"cmp"
	"slices"
)

// minKeptShare is the share of a rate at which a server must answer to have kept up with it.
const minKeptShare = 0.99

// KeptUp reports whether a server answered as fast as requests arrived: at 99 % of the rate or
// more, in the median over its clean trials, with every arrival of every trial sent. It is false in
// a closed loop.
func (c Cell) KeptUp() bool {
	kept := c.Of(keptShare)
	return c.State != Invalid && c.Unsent == 0 && kept.N > 0 && kept.Median >= minKeptShare
}

// KeptUpTo gives the highest rate up to which a server kept up at all levels, and whether that is
// the highest of them. 0: it did not keep up at the lowest.
func (a *Analysis) KeptUpTo(server string) (rate int, all bool) {
	cells := a.CellsOf(server)
	slices.SortFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Level.Value, b.Level.Value) })
	for _, cell := range cells {
		if !cell.KeptUp() {
			return rate, false
		}
		rate = cell.Level.Value
	}
	return rate, true
}
