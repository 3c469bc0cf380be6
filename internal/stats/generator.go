package stats

import (
	"labbook/internal/locale"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// retransmits counts the trials in which a SYN was lost.
func retransmits(trials []record.Result) int {
	n := 0
	for _, trial := range trials {
		if retransmitted(trial) {
			n++
		}
	}
	return n
}

// retransmitted reports whether the longest connecting took what the kernel waits before it sends a
// SYN again, 1, 3 or 7 s: then one was lost, mostly because a queue of connections was full.
// Response times would not tell: a request that waits its turn for a whole trial of a second takes
// as long.
func retransmitted(r record.Result) bool {
	m := r.Measurement()
	if m == nil {
		return false
	}
	longest := m.Connect.Max / 1000
	return longest >= 1 && longest <= 1.25 || longest >= 3 && longest <= 3.3 ||
		longest >= 7 && longest <= 7.5
}

// The thresholds of what is said of a generator. Healthy cells of our own servers lie at an
// occupancy of 0.78 to 0.88 with one client and 0.89 to 0.99 with more: between two requests ab
// closes and opens sockets.
const (
	mostOccupancy     = 1.05
	leastAlone        = 0.70 // with one client
	leastOccupancy    = 0.80
	boundShare        = 0.90 // of the generator's core, and of each core that the server can use
	noisyHalfWidth    = 0.25 // of the median
	shortTrialSeconds = 0.020
)

// generatorDoubts gives the codes of what a cell's load says of itself.
func generatorDoubts(cell Cell, e *spec.Experiment, cores int) []codedDoubt {
	var found []codedDoubt
	add := func(code Code, count int, reason string) {
		found = append(found,
			codedDoubt{code, Doubt{
				Cell:   cell.Cell,
				Count:  count,
				Of:     cell.Rounds,
				Reason: reason,
			}})
	}
	w := locale.For(e.Language)
	least := leastOccupancy
	if cell.Level.Value == 1 {
		least = leastAlone
	}
	switch o := cell.Of(Occupancy); {
	case o.N == 0:
	case o.Median > mostOccupancy:
		add(
			OverFull,
			roundsAbove(mostOccupancy, o.Sample),
			w.Sprintf("occupancy %s, in the median", w.Fixed(o.Median, 2)),
		)
	case o.Median < least:
		add(
			IdleSlots,
			o.countBelow(least),
			w.Sprintf("occupancy %s, in the median", w.Fixed(o.Median, 2)),
		)
	}
	if generatorLimited(cell, e, cores) {
		share := cell.Of(GeneratorShare)
		add(GeneratorBound, roundsAbove(boundShare, share.Sample),
			w.Sprintf("%s of its core, in the median", w.Percent(share.Median, 0)))
	}
	if t := cell.Of(Throughput); t.HasInterval() && t.High-t.Low > 2*noisyHalfWidth*t.Median {
		add(Noisy, t.N, w.Sprintf("from %s to %s of its median", w.Percent(t.Low/t.Median, 0),
			w.Percent(t.High/t.Median, 0)))
	}
	taken := cell.Of(loadSeconds)
	if n := taken.countBelow(shortTrialSeconds); n > 0 {
		add(Short, n, w.Sprintf("%s ms in the median", w.Fixed(1000*taken.Median, 0)))
	}
	if cell.retransmits > 0 {
		add(SynRetransmit, cell.retransmits, "")
	}
	return found
}

// generatorLimited reports whether a cell's generator was busy all the time while its server was not: then the
// server may be faster than was measured. A server that is not watched may have had time to spare.
func generatorLimited(cell Cell, e *spec.Experiment, cores int) bool {
	share, serving := cell.Of(GeneratorShare), cell.Of(serverCores)
	if share.N == 0 || share.Median < boundShare {
		return false
	}
	s, _ := e.Server(cell.Server)
	return serving.N == 0 || serving.Median < boundShare*float64(usable(s, cores))
}

// usable is how many cores a server can use at once, as far as its model says.
func usable(s spec.Server, cores int) int {
	switch {
	case s.Model == "async":
		return 1
	case s.Work.Workers > 0:
		return min(s.Work.Workers, cores)
	}
	return max(1, cores)
}
