package stats

import "labbook.example/labbook/internal/record"

// The metrics of the server's process. They come from every trial that ended, whatever was
// answered, because a server that answers wrongly can still spin or leak.
var (
	// CPUPerRequest is user and system time on all cores together.
	CPUPerRequest = &Metric{
		Key:   "cpu_per_request_us",
		Unit:  Microseconds,
		ended: true,
		value: cpuPerRequest,
	}
	// OwnMemory is the most anonymous memory at the three moments of a trial at which a server is
	// looked at. It is what the server asked for itself. Unlike PeakMemory it leaves out the pages
	// of the program's file, which depend on how large the program is, are shared by all its
	// processes, and can be dropped at any time.
	OwnMemory = &Metric{
		Key:   "own_memory_bytes",
		Unit:  Bytes,
		ended: true,
		value: ownMemory,
	}
	// PeakMemory is the resident size at its largest since the server's start, pages of files
	// included.
	PeakMemory = &Metric{
		Key:   "peak_memory_bytes",
		Unit:  Bytes,
		ended: true,
		value: peakMemory,
	}
	// Threads are counted when the load has ended.
	Threads = &Metric{
		Key:   "threads",
		Unit:  Count,
		ended: true,
		value: threads,
	}
)

// Memory returns the metric by which servers are compared: OwnMemory, or PeakMemory in a record
// that knows no other.
func (a *Analysis) Memory() *Metric {
	for _, cell := range a.Cells {
		if cell.Of(OwnMemory).N > 0 {
			return OwnMemory
		}
	}
	return PeakMemory
}

// busyServerCores returns how many cores the server kept busy during the load.
func busyServerCores(r record.Result) (float64, bool) {
	seconds, ok := secondsOfLoad(r)
	if !ok || r.Usage == nil || r.Usage.CPUSeconds == nil {
		return 0, false
	}
	return *r.Usage.CPUSeconds / seconds, true
}

func cpuPerRequest(r record.Result) (float64, bool) {
	m := r.Measurement()
	if r.Usage == nil || r.Usage.CPUSeconds == nil || m == nil || m.Complete == 0 {
		return 0, false
	}
	return *r.Usage.CPUSeconds * 1e6 / float64(m.Complete), true
}

func ownMemory(r record.Result) (float64, bool) {
	bytes, ok := r.Usage.AnonymousPeak()
	return float64(bytes), ok
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

// quietCPU returns the share of one core that the server used after its load, where it had nothing
// left to do: in the two intervals in a row in which it used least, so that work which ends does
// not count.
func quietCPU(r record.Result) (float64, bool) {
	intervals := r.Usage.Idle()
	if len(intervals) == 0 {
		return 0, false
	}
	least := intervals[0].Share()
	for i := 1; i < len(intervals); i++ {
		pair := intervals[i-1].Plus(intervals[i]).Share()
		if i == 1 || pair < least {
			least = pair
		}
	}
	return least, true
}

// deferredCPU returns the CPU time, in seconds, of work that the server did after its load before
// it came to rest, or after it had rested for a while; 0 if it did none, or never rested. A server
// that rested in the first interval may not have been watched for longer: it was, in an earlier
// trial, and did nothing.
func deferredCPU(r record.Result) (float64, bool) {
	intervals := r.Usage.Idle()
	worked, sum := false, record.Interval{}
	for _, i := range intervals {
		worked = worked || i.Busy()
		sum = sum.Plus(i)
	}
	least, known := quietCPU(r)
	switch {
	case !known, len(intervals) == 1 && worked:
		return 0, false
	case !worked, least > maxQuietCPU:
		return 0, true
	}
	return sum.CPUSeconds, true
}

// threadsGained returns how many more threads the server had after the quiet interval than before
// the load.
func threadsGained(r record.Result) (float64, bool) {
	u := r.Usage
	if u == nil || u.Before == nil || u.After == nil {
		return 0, false
	}
	return float64(u.After.Threads - u.Before.Threads), true
}

// descriptorsGained returns the same of open descriptors.
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

// memoryGained returns the same of the memory of heaps and stacks, in bytes.
func memoryGained(r record.Result) (float64, bool) {
	u := r.Usage
	if u == nil || u.Before == nil || u.After == nil {
		return 0, false
	}
	before, after := u.Before.AnonymousBytes, u.After.AnonymousBytes
	if before == nil || after == nil {
		return 0, false
	}
	return float64(*after - *before), true
}
