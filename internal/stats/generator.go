package stats

import (
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// The metrics of the generator: how busy it kept its connections, and how busy it was itself.
var (
	// MeanTime is the mean response time in milliseconds, from the 101 percentiles.
	MeanTime = Metric{"mean_ms", meanTime}
	// Occupancy is X·R÷c, the share of its connections that a closed loop kept busy (Little's law);
	// R is measured, not ab's c·T÷n, by which it would always be 1.
	Occupancy = Metric{"occupancy", occupancy}
	// GeneratorShare is the CPU time of the generator's process by the time that it ran, 0 to about
	// 1.
	GeneratorShare = Metric{"generator_share", generatorShare}

	taken   = Metric{"seconds", takenSeconds}
	serving = Metric{"server_cores", serverCores}
)

// meanTime takes the sorted times as lying evenly between the percentiles, up to the 99th. Of what
// is above it one is the longest, and the others are taken to be as the 99th: else one outlier of a
// thousand would count for ten, and add 3 % to the mean.
func meanTime(r record.Result) (float64, bool) {
	return meanBetween(r, func(lower, upper float64) float64 { return (lower + upper) / 2 })
}

// meanBetween gives the mean response time in milliseconds by what the times between two
// percentiles are taken to be.
func meanBetween(r record.Result, between func(lower, upper float64) float64) (float64, bool) {
	m, p := r.Measurement(), r.PercentilesMS
	if m == nil || m.Complete < leastForAMean || len(p) == 0 {
		return 0, false
	}
	const hundredth = 0.01
	longest := 1 / float64(m.Complete)
	mean := (hundredth-longest)*p[99] + longest*p[100]
	for i := range 99 {
		mean += hundredth * between(p[i], p[i+1])
	}
	return mean, true
}

// leastForAMean are as many requests as make every percentile one of its own. With fewer some are
// there twice, the slow ones more often than they should be.
const leastForAMean = 100

// occupancy is above 1 only where even the least mean that the percentiles allow makes it so: where
// the 99th is a hundred times the 98th, the mean is known to a few tenths only, and the instrument
// need not be wrong.
func occupancy(r record.Result) (float64, bool) {
	mean, ok := meanTime(r)
	if !ok || r.Level.Kind != plan.Concurrency {
		return 0, false
	}
	perMillisecond := r.Measurement().RequestsPerSecond / 1000 / float64(r.Level.Value)
	least, _ := meanBetween(r, func(lower, _ float64) float64 { return lower })
	return min(mean*perMillisecond, max(1, least*perMillisecond)), true
}

func generatorShare(r record.Result) (float64, bool) {
	if r.Load == nil || r.Load.Process == nil || r.Load.Process.WallSeconds <= 0 {
		return 0, false
	}
	p := r.Load.Process
	return (p.UserSeconds + p.SystemSeconds) / p.WallSeconds, true
}

func takenSeconds(r record.Result) (float64, bool) {
	m := r.Measurement()
	return m.TimeTakenSeconds, m.TimeTakenSeconds > 0
}

// serverCores is how many cores the server kept busy during the load.
func serverCores(r record.Result) (float64, bool) {
	m := r.Measurement()
	if r.Usage == nil || r.Usage.CPUSeconds == nil || m.TimeTakenSeconds <= 0 {
		return 0, false
	}
	return *r.Usage.CPUSeconds / m.TimeTakenSeconds, true
}

// Generator is what is known of a cell's load beside its answers. A Summary without values: not
// known.
type Generator struct {
	Occupancy      Summary // of a closed loop
	GeneratorShare Summary
	taken          Summary      // seconds
	serving        Summary      // cores that the server kept busy
	host           record.Ticks // of the machine, over the clean trials
	retransmits    int          // clean trials whose longest connecting took as long as a lost segment costs
}

func watchGenerator(clean []record.Result, confidence float64) Generator {
	of := func(m Metric) Summary { return Summarise(newSample(clean, m), confidence) }
	found := Generator{
		Occupancy:      of(Occupancy),
		GeneratorShare: of(GeneratorShare),
		taken:          of(taken),
		serving:        of(serving),
		host:           ticks(clean),
	}
	for _, trial := range clean {
		if retransmitted(trial) {
			found.retransmits++
		}
	}
	return found
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
	w, i := locale.For(e.Language), cell.Generator
	least := leastOccupancy
	if cell.Level.Value == 1 {
		least = leastAlone
	}
	switch o := i.Occupancy; {
	case o.N == 0:
	case o.Median > mostOccupancy:
		add(
			OverFull,
			over(mostOccupancy, o),
			w.Sprintf("occupancy %s, in the median", w.Fixed(o.Median, 2)),
		)
	case o.Median < least:
		add(
			IdleSlots,
			under(least, o),
			w.Sprintf("occupancy %s, in the median", w.Fixed(o.Median, 2)),
		)
	}
	if Bound(cell, e, cores) {
		add(GeneratorBound, over(boundShare, i.GeneratorShare),
			w.Sprintf("%s of its core, in the median", w.Percent(i.GeneratorShare.Median, 0)))
	}
	if t := cell.Throughput; t.HasInterval() && t.High-t.Low > 2*noisyHalfWidth*t.Median {
		add(Noisy, t.N, w.Sprintf("from %s to %s of its median", w.Percent(t.Low/t.Median, 0),
			w.Percent(t.High/t.Median, 0)))
	}
	if n := under(shortTrialSeconds, i.taken); n > 0 {
		add(Short, n, w.Sprintf("%s ms in the median", w.Fixed(1000*i.taken.Median, 0)))
	}
	if i.retransmits > 0 {
		add(SynRetransmit, i.retransmits, "")
	}
	return found
}

// Bound reports whether a cell's generator was busy all the time while its server was not: then the
// server may be faster than was measured. A server that is not watched may have had time to spare.
func Bound(cell Cell, e *spec.Experiment, cores int) bool {
	i := cell.Generator
	if i.GeneratorShare.N == 0 || i.GeneratorShare.Median < boundShare {
		return false
	}
	s, _ := e.Server(cell.Server)
	return i.serving.N == 0 || i.serving.Median < boundShare*float64(usable(s, cores))
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

// under counts the values of a summary below a limit.
func under(limit float64, s Summary) int {
	n := 0
	for _, v := range s.Values {
		if v < limit {
			n++
		}
	}
	return n
}
