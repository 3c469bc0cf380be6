package stats

import (
	"cmp"
	"slices"

	"labbook/internal/plan"
	"labbook/internal/record"
)

// enough is the share of a rate at which a server must answer to have kept up with it.
const enough = 0.99

// keptShare is the share of an open loop's rate at which a trial's requests were answered. The
// clock of a trial runs until its last answer, so the time of an answer that had to wait for
// nothing, the trial's shortest one, is taken off; where it is not known, nothing is.
var keptShare = Metric{"kept_share", func(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || r.Level.Kind != plan.Rate || m.Complete == 0 {
		return 0, false
	}
	offered := float64(m.Complete) / float64(r.Level.Value)
	if len(r.PercentilesMS) > 0 {
		offered += r.PercentilesMS[0] / 1000
	}
	return m.RequestsPerSecond * offered / float64(m.Complete), true
}}

// KeptUp reports whether a server answered as fast as requests arrived: at 99 % of the rate or
// more, in the median over its clean trials, with every arrival of every trial sent. It is false in
// a closed loop.
func (c Cell) KeptUp() bool {
	return c.State != Invalid && c.Unsent == 0 && c.kept.N > 0 && c.kept.Median >= enough
}

// KeptUpTo gives the highest rate up to which a server kept up at all levels, and whether that is
// the highest of them. 0: it did not keep up at the lowest.
func (a *Analysis) KeptUpTo(server string) (rate int, all bool) {
	cells := a.Of(server)
	slices.SortFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Level.Value, b.Level.Value) })
	for _, cell := range cells {
		if !cell.KeptUp() {
			return rate, false
		}
		rate = cell.Level.Value
	}
	return rate, true
}
