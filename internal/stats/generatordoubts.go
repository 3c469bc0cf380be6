package stats

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// generatorDoubts returns what the load of a cell reveals about the generator and about the trials
// themselves.
func generatorDoubts(cell Cell, e *spec.Experiment, cores int) []Doubt {
	var doubts []Doubt
	add := func(code Code, count int, evidence Evidence) {
		doubts = append(doubts, cell.doubt(code, count, evidence))
	}

	minBusy := minOccupancy
	if cell.Level.Value == 1 {
		minBusy = minOccupancyOne
	}
	switch busy, most := cell.Of(Occupancy), cell.Of(occupancyAtMost); {
	case busy.N == 0:
	case busy.Median > maxOccupancy:
		add(OverFull, roundsAbove(maxOccupancy, busy.Sample), BusyClients(busy.Median))
	case most.Median < minBusy && cell.dropping == 0: // or else the clients waited for the server
		add(IdleSlots, most.countBelow(minBusy), BusyClients(most.Median))
	}

	if name, share := limitingGenerator(cell); share > 0 && serverToSpare(cell, e, cores) {
		bound := roundsAbove(boundShare, cell.Of(GeneratorShare).Sample)
		add(GeneratorBound, bound, cell.named(name, GeneratorCPU(share)))
	}
	doubts = append(doubts, lateDoubts(cell)...)

	t := cell.Of(Throughput)
	if t.HasInterval() && t.High-t.Low > 2*maxHalfWidth*t.Median {
		add(Noisy, t.N, Spread{Low: t.Low / t.Median, High: t.High / t.Median})
	}

	taken := cell.Of(loadSeconds)
	if n := taken.countBelow(minTrialSeconds); n > 0 {
		add(Short, n, ShortLoad{Seconds: taken.Median, Requests: requestsToLast(cell)})
	}

	if cell.retransmits > 0 {
		add(SynRetransmit, cell.retransmits, nil)
	}
	return doubts
}

// requestsToLast returns how many requests a trial of the cell needs to last minTrialSeconds, as
// its fastest trial answered them; with two significant digits.
func requestsToLast(cell Cell) int {
	fastest := slices.Min(cell.Of(loadSeconds).Values)
	return roundRequests(
		float64(cell.Representative.Measurement().Complete) * minTrialSeconds / fastest)
}

// roundRequests rounds a number of requests up to two significant digits.
func roundRequests(needed float64) int {
	unit := math.Pow10(max(0, int(math.Log10(needed))-1))
	return int(math.Ceil(needed/unit) * unit)
}

// limitingGenerator returns the generator of a cell that was busy all the time, of several the one
// that was busiest in the median, and the share of a core that it used; 0 if each had time to
// spare.
func limitingGenerator(cell Cell) (name string, share float64) {
	shares, quotas := map[string][]float64{}, map[string]float64{}
	var names []string // in the order in which they come
	for _, trial := range cell.clean {
		for _, p := range generatorsOf(trial) {
			if p.Quota != nil {
				quotas[p.String()] = p.Quota.Cores // in the last trial that tells
			}
			if used, ok := shareOfCore(p.Process); ok {
				if shares[p.String()] == nil {
					names = append(names, p.String())
				}
				shares[p.String()] = append(shares[p.String()], used)
			}
		}
	}

	for _, its := range names {
		slices.Sort(shares[its])
		limit := 1.0 // it has one thread
		if quota := quotas[its]; quota > 0 {
			limit = min(limit, quota)
		}
		if used := median(shares[its]); used >= boundShare*limit && used > share {
			name, share = its, used
		}
	}
	return name, share
}

// serverToSpare reports whether a cell's server was not busy all the time. While its generator was,
// it may be faster than was measured. A server whose CPU time is not known is assumed to have had
// time to spare.
func serverToSpare(cell Cell, e *spec.Experiment, cores int) bool {
	server := cell.Of(serverCores)
	s, _ := e.Server(cell.Server)
	usable := usableCores(s, cores)
	if quota, known := quotaCores(cell); known && quota > 0 {
		usable = min(usable, quota)
	}
	return server.N == 0 || server.Median < boundShare*usable
}

// usableCores returns how many cores a server can use at once, as far as its model and the CPUs to
// which it is bound tell.
func usableCores(s spec.Server, cores int) float64 {
	if len(s.CPUs) > 0 {
		cores = len(s.CPUs)
	}
	switch {
	case s.Model == "async":
		return 1
	case s.Work.Workers > 0:
		cores = min(s.Work.Workers, cores)
	}
	return float64(max(1, cores))
}

// countRetransmits counts the trials in which a SYN was probably lost.
func countRetransmits(trials []record.Result) int {
	n := 0
	for _, trial := range trials {
		if retransmitted(trial) {
			n++
		}
	}
	return n
}

// retransmitted reports whether the longest time to connect is what the kernel waits before it
// sends a SYN again: 1, 3 or 7 s. Usually a SYN is lost because a queue of connections is full.
// Response times would not tell: a request that waits its turn for a whole trial of a second takes
// as long. Where it is known whether the queue dropped anything, nothing has to be guessed.
func retransmitted(r record.Result) bool {
	m := r.Measurement()
	if m == nil || r.Queue != nil {
		return false
	}
	longest := m.Connect.Max / 1000
	return longest >= 1 && longest <= 1.25 ||
		longest >= 3 && longest <= 3.3 ||
		longest >= 7 && longest <= 7.5
}
