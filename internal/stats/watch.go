package stats

import (
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// The metrics of what a server used, from trials that ended well, whatever was answered, of servers
// that could be watched. CPUPerRequest is in microseconds of all cores together, PeakMemory in
// bytes, Threads a count as the load has ended.
var (
	CPUPerRequest = Metric{"cpu_per_request_us", cpuPerRequest}
	PeakMemory    = Metric{"peak_memory_bytes", peakMemory}
	Threads       = Metric{"threads", threads}

	quietShare       = Metric{"quiet_share", shareOfACore}
	threadGrowth     = Metric{"thread_growth", threadsGained}
	descriptorGrowth = Metric{"descriptor_growth", descriptorsGained}
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

// Watched is what is known of a cell's server beside its answers. A Summary without values: not
// known.
type Watched struct {
	CPUPerRequest Summary // µs of CPU, user and system, of all cores together
	PeakMemory    Summary // bytes
	Threads       Summary // as the load has ended
	quiet         Summary // share of one core in the quiet interval
	threads       Summary // after the quiet interval, less those before the load
	descriptors   Summary // the same
}

func watch(ended []record.Result, confidence float64) Watched {
	of := func(m Metric) Summary { return Summarise(newSample(ended, m), confidence) }
	return Watched{of(CPUPerRequest), of(PeakMemory), of(Threads), of(quietShare), of(threadGrowth),
		of(descriptorGrowth)}
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
	if busy := cell.Watched.quiet; busy.N > 0 && busy.Median > busyShare {
		add(
			BusyAfterLoad,
			over(busyShare, busy),
			w.Sprintf(
				"%s of a core in the quiet interval, in the median",
				w.Percent(busy.Median, 0),
			),
		)
	}
	limit := leakLimit(e, cell.Level)
	threads, descriptors := cell.Watched.threads, cell.Watched.descriptors
	var more []string
	if threads.N > 0 && threads.Median > limit {
		more = append(more, w.Sprintf("%s threads", w.Fixed(threads.Median, 0)))
	}
	if descriptors.N > 0 && descriptors.Median > limit {
		more = append(more, w.Sprintf("%s descriptors", w.Fixed(descriptors.Median, 0)))
	}
	if len(more) > 0 {
		add(Leak, over(limit, threads, descriptors),
			w.Sprintf("%s more after the load than before it, in the median", w.List(more)))
	}
	return found
}

// over counts the rounds in which any of some summaries has a value over a limit.
func over(limit float64, summaries ...Summary) int {
	rounds := map[int]bool{}
	for _, s := range summaries {
		for i, value := range s.Values {
			if value > limit {
				rounds[s.Rounds[i]] = true
			}
		}
	}
	return len(rounds)
}

func cpuPerRequest(r record.Result) (float64, bool) {
	m := r.Measurement()
	if r.Usage == nil || r.Usage.CPUSeconds == nil || m == nil || m.Complete == 0 {
		return 0, false
	}
	return *r.Usage.CPUSeconds * 1e6 / float64(m.Complete), true
}

func peakMemory(r record.Result) (float64, bool) {
	if r.Usage == nil || r.Usage.PeakMemoryBytes == nil {
		return 0, false
	}
	return float64(*r.Usage.PeakMemoryBytes), true
}

func threads(r record.Result) (float64, bool) {
	if r.Usage == nil || r.Usage.LoadEnd == nil {
		return 0, false
	}
	return float64(r.Usage.LoadEnd.Threads), true
}

func shareOfACore(r record.Result) (float64, bool) {
	u := r.Usage
	if u == nil || u.QuietCPUSeconds == nil || u.QuietSeconds == nil || *u.QuietSeconds <= 0 {
		return 0, false
	}
	return *u.QuietCPUSeconds / *u.QuietSeconds, true
}

func threadsGained(r record.Result) (float64, bool) {
	u := r.Usage
	if u == nil || u.Before == nil || u.After == nil {
		return 0, false
	}
	return float64(u.After.Threads - u.Before.Threads), true
}

func descriptorsGained(r record.Result) (float64, bool) {
	u := r.Usage
	if u == nil || u.Before == nil || u.After == nil {
		return 0, false
	}
	before, after := u.Before.Descriptors, u.After.Descriptors
	if before == nil || after == nil {
		return 0, false
	}
	return float64(*after - *before), true
}
