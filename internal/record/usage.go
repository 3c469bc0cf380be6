package record

// Usage is what a server used in a trial, summed over its process group. Only a server that Labbook
// started has one. What the system does not report is absent, never zero.
//
// The CPU time of the load is read from the clocks of the processes (Linux). It includes all
// threads, also those that ended. A process that ended before the load did is included, to 10 ms,
// if another process of the group waited for it; otherwise it is missing.
type Usage struct {
	// CPUSeconds is user and system time together, during the load. The system's ticks split it
	// in two; both parts are absent if no tick fell on the server.
	CPUSeconds    *float64 `json:"cpu_seconds,omitempty"`
	UserSeconds   *float64 `json:"user_seconds,omitempty"`
	SystemSeconds *float64 `json:"system_seconds,omitempty"`

	// WatchedSeconds is the time in which CPUSeconds were used; nil in older records.
	WatchedSeconds *float64 `json:"watched_seconds,omitempty"`

	// QuietSeconds is the length of the idle interval after the load, about 0.05.
	QuietSeconds *float64 `json:"quiet_seconds,omitempty"`
	// QuietCPUSeconds is the CPU time in it. Of processes that ended, only what is certain counts.
	QuietCPUSeconds *float64 `json:"quiet_cpu_seconds,omitempty"`

	// Later are the intervals that follow the quiet one, each about as long, where the server was
	// watched for longer; nil: it was not, or the record is of an older version.
	Later []Interval `json:"later,omitempty"`

	// PeakMemoryBytes is the sum of the processes' peak resident sizes since their start (VmHWM).
	// It is read after the quiet interval, or after the load if there was none. Memory that
	// processes share counts once for each.
	PeakMemoryBytes *int64 `json:"peak_memory_bytes,omitempty"`

	// Before is after the warm-up. LoadEnd is when ab has ended, or at the trial's timeout, before
	// ab is stopped. If the warm-up did not end, both are of the warm-up, and so is CPUSeconds.
	Before  *Held `json:"before,omitempty"`
	LoadEnd *Held `json:"load_end,omitempty"`
	After   *Held `json:"after,omitempty"` // after the quiet interval

	// Life is the system's account of the server from its start to its end. It includes the
	// warm-up, the quiet interval and every process that was waited for. It is absent if the
	// server lived for more than this trial.
	Life *Account `json:"life,omitempty"`
}

// Interval is a time after the load in which the server had nothing left to do.
type Interval struct {
	Seconds    float64 `json:"seconds"`     // above 0
	CPUSeconds float64 `json:"cpu_seconds"` // as in QuietCPUSeconds
}

// MaxIdleShare is the share of a core above which a server works although it has nothing to do.
// Healthy servers stay below 0.01.
const MaxIdleShare = 0.05

// Busy reports whether the server worked in the interval.
func (i Interval) Busy() bool { return i.Share() > MaxIdleShare }

// Plus returns both intervals together.
func (i Interval) Plus(other Interval) Interval {
	return Interval{i.Seconds + other.Seconds, i.CPUSeconds + other.CPUSeconds}
}

// Share returns the share of one core that the server used.
func (i Interval) Share() float64 {
	if i.Seconds <= 0 {
		return 0
	}
	return i.CPUSeconds / i.Seconds
}

// Idle returns the intervals after the load, none if they are not known.
func (u *Usage) Idle() []Interval {
	if u == nil || u.QuietSeconds == nil || u.QuietCPUSeconds == nil || *u.QuietSeconds <= 0 {
		return nil
	}
	return append([]Interval{{*u.QuietSeconds, *u.QuietCPUSeconds}}, u.Later...)
}

// Held is what a process group holds at one moment. A process that ended without being waited for
// holds nothing.
type Held struct {
	Processes   int  `json:"processes"`             // at least 1
	Threads     int  `json:"threads"`               // of all processes, at least one each
	Descriptors *int `json:"descriptors,omitempty"` // open, of all processes; nil if unreadable

	// ResidentBytes is what is in memory: pages of files, shared memory and AnonymousBytes, the
	// heaps and stacks (VmRSS and RssAnon in proc(5)). The pages of a program's own file, and of
	// the libraries that it uses, are among those of files. A page that several processes have
	// counts once for each. Nil in older records, and if the system does not tell.
	ResidentBytes  *int64 `json:"resident_bytes,omitempty"`
	AnonymousBytes *int64 `json:"anonymous_bytes,omitempty"`
}

// AnonymousPeak returns the largest AnonymousBytes of the three moments at which a server is looked
// at: the system keeps no peak of them. It reports false if they are not known at the load's end.
func (u *Usage) AnonymousPeak() (int64, bool) {
	if u == nil || u.LoadEnd == nil || u.LoadEnd.AnonymousBytes == nil {
		return 0, false
	}
	peak := *u.LoadEnd.AnonymousBytes
	for _, held := range []*Held{u.Before, u.After} {
		if held != nil && held.AnonymousBytes != nil {
			peak = max(peak, *held.AnonymousBytes)
		}
	}
	return peak, true
}

// Account is what the system reports of a process that ended (wait4 and its rusage). It includes
// all threads, also those that ended before, and the children that the process waited for.
type Account struct {
	WallSeconds   float64 `json:"wall_seconds"` // from its start to its end
	UserSeconds   float64 `json:"user_seconds"`
	SystemSeconds float64 `json:"system_seconds"`

	// Context switches. A voluntary one waits for something; an involuntary one ends a time slice.
	// Absent on Windows.
	VoluntarySwitches   *int64 `json:"voluntary_switches,omitempty"`
	InvoluntarySwitches *int64 `json:"involuntary_switches,omitempty"`
}

// Ticks are those of all cores together during a load, as the kernel counts them. A tick is
// usually a hundredth of a second.
type Ticks struct {
	Busy  int64 `json:"busy"`  // not idle; includes Steal
	Steal int64 `json:"steal"` // taken by other guests while this one was ready to run
	All   int64 `json:"all"`
}

// Quotas are what control groups (cgroups) did during a load to the CPU time of the two sides. A
// side is nil if the system does not tell.
type Quotas struct {
	Generator *Quota `json:"generator,omitempty"` // and of labbook itself
	Server    *Quota `json:"server,omitempty"`    // nil for a server that was not started by us
}

// OfServer returns only what is of the server.
func (q *Quotas) OfServer() *Quotas {
	if q == nil || q.Server == nil {
		return nil
	}
	return &Quotas{Server: q.Server}
}

// Quota is the limit on the CPU time of some processes, and what it did to them. All groups count
// in which they are, from their own up to the root.
type Quota struct {
	Cores float64 `json:"cores,omitempty"` // the smallest limit of any group; absent: none

	// ThrottledPeriods counts how often a group was stopped for the rest of a period, usually of
	// 100 ms, because it had used its quota.
	ThrottledPeriods int64 `json:"throttled_periods,omitempty"`
	// ThrottledSeconds is how long, summed over the cores on which the group had work to do.
	ThrottledSeconds float64 `json:"throttled_seconds,omitempty"`
}

// Add adds what a quota did in another trial. The limit is that of the last trial.
func (q *Quota) Add(other *Quota) {
	if other == nil {
		return
	}
	q.Cores = other.Cores
	q.ThrottledPeriods += other.ThrottledPeriods
	q.ThrottledSeconds += other.ThrottledSeconds
}

// Numbers above these are refused, and their line counts as damaged. They are far above those of
// any machine and far below those at which sums overflow.
const (
	maxSeconds = 1e9
	maxBytes   = 1 << 50
	maxCount   = 1 << 40
	maxHeld    = 1 << 30
)

// valid reports whether the numbers can be what a server used.
func (u *Usage) valid() bool {
	if u == nil {
		return true
	}

	times := []*float64{
		u.CPUSeconds,
		u.UserSeconds,
		u.SystemSeconds,
		u.WatchedSeconds,
		u.QuietSeconds,
		u.QuietCPUSeconds,
	}
	for _, s := range times {
		if s != nil && !validSeconds(*s) {
			return false
		}
	}

	if u.QuietCPUSeconds != nil && (u.QuietSeconds == nil || *u.QuietSeconds == 0) {
		return false // CPU time in an interval without a length
	}
	if (u.UserSeconds == nil) != (u.SystemSeconds == nil) {
		return false
	}
	for _, i := range u.Later {
		if !validSeconds(i.Seconds) || !validSeconds(i.CPUSeconds) || i.Seconds == 0 {
			return false
		}
	}
	return validUpTo(maxBytes, u.PeakMemoryBytes) &&
		u.Before.valid() &&
		u.LoadEnd.valid() &&
		u.After.valid() &&
		u.Life.valid()
}

func (h *Held) valid() bool {
	if h == nil {
		return true
	}
	return h.Processes >= 1 &&
		h.Threads >= h.Processes &&
		h.Threads <= maxHeld &&
		(h.Descriptors == nil || *h.Descriptors >= 0 && *h.Descriptors <= maxHeld) &&
		validUpTo(maxBytes, h.ResidentBytes) &&
		validUpTo(maxBytes, h.AnonymousBytes)
}

func (a *Account) valid() bool {
	if a == nil {
		return true
	}
	return validSeconds(a.WallSeconds) &&
		validSeconds(a.UserSeconds) &&
		validSeconds(a.SystemSeconds) &&
		validUpTo(maxCount, a.VoluntarySwitches) &&
		validUpTo(maxCount, a.InvoluntarySwitches)
}

func (t *Ticks) valid() bool {
	return t == nil || t.Steal >= 0 && t.Busy >= t.Steal && t.All >= t.Busy && t.All <= maxCount
}

func (q *Quotas) valid() bool { return q == nil || q.Generator.valid() && q.Server.valid() }

func (q *Quota) valid() bool {
	return q == nil || q.Cores >= 0 && q.Cores <= maxHeld &&
		validUpTo(maxCount, &q.ThrottledPeriods) &&
		validSeconds(q.ThrottledSeconds)
}

func validSeconds(s float64) bool { return s >= 0 && s <= maxSeconds }

func validUpTo(max int64, n *int64) bool { return n == nil || *n >= 0 && *n <= max }
