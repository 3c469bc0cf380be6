package stats

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// A Metric is one number of a trial. It carries all that is needed to summarise it, to compare it
// and to export it. A new one is a new entry here or in servermetric.go, in
// docs/results.schema.json, and among the numbers that package spec lets an expectation bound.
type Metric struct {
	Key      string // its name in results.json
	Column   string // its name in summary.csv and in a spec's notes; "": it is in neither
	Unit     Unit
	Decimals int // that summary.csv writes

	ended bool                                // from every trial that ended, clean or not
	round bool                                // of a capacity: from each round, clean or not
	value func(record.Result) (float64, bool) // of one trial; false: not known
}

// Unit is what a metric counts.
type Unit string

// The units of metrics.
const (
	PerSecond    Unit = "1/s"
	Milliseconds Unit = "ms"
	Microseconds Unit = "µs"
	Bytes        Unit = "B"
	Count        Unit = "count"
	Share        Unit = "share" // of 1
	Seconds      Unit = "s"
	Cores        Unit = "cores"
)

// The metrics of the load. Percentiles and the mean are response times, to the microsecond. In an
// open loop they count from the moment at which a request was due.
var (
	Throughput = &Metric{
		Key:      "requests_per_second",
		Column:   "requests_per_second",
		Unit:     PerSecond,
		Decimals: 2,
		round:    true,
		value:    throughput,
	}
	P50 = &Metric{
		Key:      "p50_ms",
		Column:   "p50_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    percentile(50),
	}
	P90 = &Metric{
		Key:      "p90_ms",
		Column:   "p90_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    percentile(90),
	}
	P95 = &Metric{
		Key:      "p95_ms",
		Column:   "p95_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    percentile(95),
	}
	P99 = &Metric{
		Key:      "p99_ms",
		Column:   "p99_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    percentile(99),
	}
	// GoodShare is the share of answers that are good, where they were looked at.
	GoodShare = &Metric{
		Key:      "good_share",
		Unit:     Share,
		Decimals: 5,
		value:    goodShare,
	}
	// P999 is known only where the embedded ab measured at least minP999 answers per trial.
	P999 = &Metric{
		Key:      "p99_9_ms",
		Column:   "p99_9_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    p999,
	}
	// MeanTime is the least that the mean response time can be, and MeanAtMost the most.
	MeanTime = &Metric{
		Key:      "mean_ms",
		Column:   "mean_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    meanTime,
	}
	MeanAtMost = &Metric{
		Key:      "mean_at_most_ms",
		Column:   "mean_at_most_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    meanAtMost,
	}
)

// The metrics of the load generator.
var (
	// Occupancy is X·R÷c, the share of its connections that a closed loop kept busy (Little's law).
	// R is the measured mean response time. With ab's own c·T÷n it would always be 1.
	Occupancy = &Metric{
		Key:      "occupancy_share",
		Column:   "occupancy",
		Unit:     Share,
		Decimals: 3,
		value:    occupancy,
	}
	// GeneratorShare is the CPU time of the generator's process divided by its running time. ab has
	// one thread, so 1 is all that it can use. Of several generators, it is that of the busiest.
	GeneratorShare = &Metric{
		Key:      "generator_share",
		Column:   "generator_share",
		Unit:     Share,
		Decimals: 3,
		value:    generatorShare,
	}
)

// LateP50 and LateP99 are how late the requests of an open loop were sent: percentiles of the time
// from when each was due and had a free connection until it was sent, a part of the response time.
// Of several generators, they are of all requests together.
var (
	LateP50 = &Metric{
		Key:      "late_p50_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    lateBy(func(l *record.Late) float64 { return l.P50MS }),
	}
	LateP99 = &Metric{
		Key:      "late_p99_ms",
		Unit:     Milliseconds,
		Decimals: 3,
		value:    lateBy(func(l *record.Late) float64 { return l.P99MS }),
	}
)

// Metrics are those that are reported, in the order of results.json.
var Metrics = []*Metric{
	Throughput,
	P50,
	P90,
	P95,
	P99,
	P999,
	MeanTime,
	MeanAtMost,
	GoodShare,
	CPUPerRequest,
	OwnMemory,
	PeakMemory,
	Threads,
	Occupancy,
	GeneratorShare,
	LateP50,
	LateP99,
}

// The metrics that serve only to doubt others. They are not reported as such.
var (
	loadSeconds      = &Metric{Unit: Seconds, value: secondsOfLoad}
	serverCores      = &Metric{Unit: Cores, value: busyServerCores}
	firstToLast      = &Metric{Unit: Share, value: quarters}
	answerBytes      = &Metric{Unit: Bytes, value: bytesPerAnswer}
	lateBody         = &Metric{Unit: Milliseconds, value: bodyInLoad}
	promptBody       = &Metric{Unit: Milliseconds, value: bodyBefore}
	keptShare        = &Metric{Unit: Share, value: shareOfRate}
	capacityAtLeast  = &Metric{Unit: PerSecond, round: true, value: ofBracket(leastOfCapacity)}
	capacityAtMost   = &Metric{Unit: PerSecond, round: true, value: ofBracket(mostOfCapacity)}
	bracketLow       = &Metric{Unit: PerSecond, round: true, value: ofBracket(lowOfBracket)}
	bracketHigh      = &Metric{Unit: PerSecond, round: true, value: ofBracket(highOfBracket)}
	quietShare       = &Metric{Unit: Share, ended: true, value: quietCPU}
	occupancyAtMost  = &Metric{Unit: Share, value: mostOccupied}
	deferredSeconds  = &Metric{Unit: Seconds, ended: true, value: deferredCPU}
	threadGrowth     = &Metric{Unit: Count, ended: true, value: threadsGained}
	descriptorGrowth = &Metric{Unit: Count, ended: true, value: descriptorsGained}
	memoryGrowth     = &Metric{Unit: Bytes, ended: true, value: memoryGained}
)

var unreported = []*Metric{
	loadSeconds,
	serverCores,
	firstToLast,
	answerBytes,
	keptShare,
	capacityAtLeast,
	capacityAtMost,
	bracketLow,
	bracketHigh,
	quietShare,
	occupancyAtMost,
	deferredSeconds,
	threadGrowth,
	descriptorGrowth,
	memoryGrowth,
}

// generatorCPU is the CPU time that the generator itself used per request. Only a calibration
// compares it.
var generatorCPU = &Metric{
	Key:   "generator_cpu_per_request_us",
	Unit:  Microseconds,
	value: generatorCPUPerRequest,
}

// throughput returns good answers per second. In a clean trial, they are all answers unless some
// may fail. Of a round's trials that were made for a capacity, it is that.
func throughput(r record.Result) (float64, bool) {
	rate := r.GoodPerSecond()
	if r.Capacity != nil {
		rate = r.Capacity.Estimate
	}
	return rate, rate > 0
}

func goodShare(r record.Result) (float64, bool) {
	if !r.LookedAt() || r.Load.Detail.Complete == 0 {
		return 0, false
	}
	return float64(r.Load.Detail.Good) / float64(r.Load.Detail.Complete), true
}

// percentile returns the value of a row of ab's -e file. Its rows are the sorted response times at
// n·i/100, rounded to the nearest request. This program means the same by a percentile everywhere.
func percentile(i int) func(record.Result) (float64, bool) {
	return func(r record.Result) (float64, bool) {
		return r.GoodPercentile(i)
	}
}

// minP999 is how many answers a trial needs for a p99.9.
const minP999 = spec.MinP999

func p999(r record.Result) (float64, bool) {
	ms, answers := r.P999MS()
	return ms, answers >= minP999
}

// generatorShare returns the share of a core that the generator used, of several the busiest one.
func generatorShare(r record.Result) (share float64, known bool) {
	for _, p := range generatorsOf(r) {
		if used, ok := shareOfCore(p.Process); ok {
			share, known = max(share, used), true
		}
	}
	return share, known
}

// shareOfCore returns the CPU time of a process divided by its running time.
func shareOfCore(p *record.Account) (float64, bool) {
	if p == nil || p.WallSeconds <= 0 {
		return 0, false
	}
	return (p.UserSeconds + p.SystemSeconds) / p.WallSeconds, true
}

func generatorCPUPerRequest(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || m.Complete == 0 || r.Load == nil {
		return 0, false
	}
	used := 0.0
	for _, p := range generatorsOf(r) {
		if p.Process == nil {
			return 0, false
		}
		used += p.Process.UserSeconds + p.Process.SystemSeconds
	}
	return used * 1e6 / float64(m.Complete), true
}

func secondsOfLoad(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || m.TimeTakenSeconds <= 0 {
		return 0, false
	}
	return m.TimeTakenSeconds, true
}

// maxLastBurst bounds what the last requests of random arrivals may wait for each other, as a share
// of the time in which all arrive. They may come in a burst, and queue although the server has time
// to spare, so the time that half of the answers take does not count: as often as not, the last one
// takes no longer. But where a server begins late, all answers are late.
const maxLastBurst = 0.05

// shareOfRate returns the share of an open loop's rate at which the requests of a trial got good
// answers. A trial's clock runs until its last answer. The time of an answer that did not have to
// queue is therefore subtracted: the shortest response time of the trial, or nothing where it is
// not known.
func shareOfRate(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || r.Level.Kind != plan.Rate || m.Complete == 0 {
		return 0, false
	}
	offered := float64(m.Complete) / float64(r.Level.Value)
	if p := r.PercentilesMS; len(p) > 0 {
		arriving := offered
		offered += p[0] / 1000
		if r.RandomArrivals() && len(p) > 50 {
			offered += min((p[50]-p[0])/1000, maxLastBurst*arriving)
		}
	}
	return r.GoodPerSecond() * offered / float64(m.Complete), true
}
