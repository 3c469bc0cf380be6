package stats

import (
	"math"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// courseDoubts returns what is suspicious about the course of a cell's loads. A stall makes the
// quarter in which it is a long one, so it is looked for first.
func courseDoubts(cell Cell, margin float64) []Doubt {
	if doubts := stallDoubts(cell); doubts != nil {
		return doubts
	}
	return unsteadyDoubts(cell, margin)
}

// unsteadyDoubts reports a server that gets faster or slower within each trial. The first quarter
// of a load is compared with its last one, and the logarithms of the ratios are tested over the
// trials: they must surely exceed the limit, not just 0. So a server that is a little slow while
// the first connections are made has no doubt.
func unsteadyDoubts(cell Cell, margin float64) []Doubt {
	ratios := cell.Of(firstToLast).positive()
	if len(ratios.Values) < minUnsteadyTrials {
		return nil
	}
	limit := math.Log1p(max(margin, minUnsteady))
	logs := make([]float64, len(ratios.Values))
	for i, r := range ratios.Values {
		logs[i] = math.Log(r)
	}
	center := HodgesLehmann(logs, 0).Center

	code := WarmingUp
	sign := 1.0
	if center < 0 {
		code, sign = SlowingDown, -1
	}
	beyond := 0
	above := make([]float64, len(logs)) // what each exceeds the limit by
	for i, l := range logs {
		above[i] = sign*l - limit
		if above[i] > 0 {
			beyond++
		}
	}
	if sign*center <= limit || SignedRankP(above) >= maxUnsteadyP {
		return nil
	}
	return []Doubt{cell.doubt(code, beyond, FirstQuarter(math.Exp(center)))}
}

// clientsPerQuarter is how many answers each client gets at least in a quarter of a load whose
// quarters are compared. All clients begin at the same time, so a quarter is off by up to one
// answer of each.
const clientsPerQuarter = 10

// quarters returns how much longer the first quarter of a closed loop took than its last one. The
// load is taken to have begun its own time before it ended, for ab takes some milliseconds to
// start. Between two times of ab's progress, answers are assumed to come evenly.
func quarters(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || r.Load == nil || r.Load.Progress == nil || m.RequestsPerSecond <= 0 ||
		r.Level.Kind != plan.Concurrency ||
		len(r.Load.Progress.Seconds) < 4 ||
		m.Complete < 4*clientsPerQuarter*r.Level.Value {
		return 0, false
	}
	p := r.Load.Progress
	n := float64(m.Complete)
	counts, times := []float64{0}, []float64{0}
	for i, s := range p.Seconds {
		counts = append(counts, float64((i+1)*p.Every))
		times = append(times, s)
	}
	if m.Complete%p.Every != 0 {
		counts, times = append(counts, n), append(times, p.Finished)
	}
	last := len(times) - 1
	times[0] = times[last] - n/m.RequestsPerSecond
	if counts[last] != n || times[0] >= interpolate(counts, times, n/2) {
		return 0, false
	}

	whole := times[last] - times[0]
	first := interpolate(counts, times, n/4) - times[0]
	final := times[last] - interpolate(counts, times, 3*n/4)
	return max(first, minQuarter*whole) / max(final, minQuarter*whole), true
}

// minQuarter is the share of a load's time that a quarter of it takes at least. On a busy machine a
// line of ab's can arrive some milliseconds late, which is longer than the quarter of a fast start.
const minQuarter = 0.01

// interpolate returns the value at x of the line through the points (xs, ys). The xs ascend, and x
// is not outside of them.
func interpolate(xs, ys []float64, x float64) float64 {
	i := 1
	for xs[i] < x {
		i++
	}
	share := (x - xs[i-1]) / (xs[i] - xs[i-1])
	return ys[i-1] + share*(ys[i]-ys[i-1])
}
