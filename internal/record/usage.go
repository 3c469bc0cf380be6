package record

// Usage is what a server used in a trial, summed over its process group. Only a server that Labbook
// started has one, and what the system does not tell is absent, never zero.
//
// The load's CPU is that of the processes and of all their threads, also of threads that ended,
// from the clocks of the processes (Linux). A process that ended before the load did is counted
// where a process of the group waited for it, to 10 ms; one that nobody waited for is not.
type Usage struct {
	// CPUSeconds is user and system together, during the load. The system's ticks split it; where
	// none fell on the server, the two parts are absent.
	CPUSeconds    *float64 `json:"cpu_seconds,omitempty"`
	UserSeconds   *float64 `json:"user_seconds,omitempty"`
	SystemSeconds *float64 `json:"system_seconds,omitempty"`

	QuietSeconds    *float64 `json:"quiet_seconds,omitempty"`     // the interval after the load, about 0.05
	QuietCPUSeconds *float64 `json:"quiet_cpu_seconds,omitempty"` // in it; of ended processes what is certain

	// PeakMemoryBytes is the sum of the processes' greatest resident sizes since their start
	// (VmHWM), read after the quiet interval, or after the load where there was none. What
	// processes share is counted in each.
	PeakMemoryBytes *int64 `json:"peak_memory_bytes,omitempty"`

	Before  *Held `json:"before,omitempty"`   // after the warm-up, before the load
	LoadEnd *Held `json:"load_end,omitempty"` // as ab has ended
	After   *Held `json:"after,omitempty"`    // after the quiet interval

	// Life is the system's account of the server from its start to its end, with warm-up and quiet
	// interval and every process that was waited for. Absent where it lived for more than this
	// trial.
	Life *Account `json:"life,omitempty"`
}

// Held is what a process group holds at one moment. A process that ended and was not waited for
// holds nothing.
type Held struct {
	Processes   int  `json:"processes"`             // at least 1
	Threads     int  `json:"threads"`               // of all processes, at least one each
	Descriptors *int `json:"descriptors,omitempty"` // open ones of all processes; absent: may not be read
}

// Account is what the system says of a process that ended (wait4 and its rusage): with all its
// threads, also those that ended before, and with the children that it waited for.
type Account struct {
	WallSeconds   float64 `json:"wall_seconds"` // from its start to its end
	UserSeconds   float64 `json:"user_seconds"`
	SystemSeconds float64 `json:"system_seconds"`
	// Context switches: voluntary ones to wait for something, involuntary ones because its time was
	// up. Absent on Windows.
	VoluntarySwitches   *int64 `json:"voluntary_switches,omitempty"`
	InvoluntarySwitches *int64 `json:"involuntary_switches,omitempty"`
}

// The greatest numbers that are believed: far above those of any machine, and far below those at
// which sums overflow. A line with greater ones is damaged.
const (
	mostSeconds = 1e9
	mostBytes   = 1 << 50
	mostCount   = 1 << 40
	mostHeld    = 1 << 30
)

// sound reports whether the numbers can be what a server used.
func (u *Usage) sound() bool {
	if u == nil {
		return true
	}
	times := []*float64{
		u.CPUSeconds,
		u.UserSeconds,
		u.SystemSeconds,
		u.QuietSeconds,
		u.QuietCPUSeconds,
	}
	for _, s := range times {
		if s != nil && !seconds(*s) {
			return false
		}
	}
	if u.QuietCPUSeconds != nil && (u.QuietSeconds == nil || *u.QuietSeconds == 0) {
		return false // a share of no time
	}
	if (u.UserSeconds == nil) != (u.SystemSeconds == nil) {
		return false
	}
	return within(u.PeakMemoryBytes, mostBytes) && u.Before.sound() && u.LoadEnd.sound() &&
		u.After.sound() &&
		u.Life.sound()
}

func (h *Held) sound() bool {
	if h == nil {
		return true
	}
	return h.Processes >= 1 && h.Threads >= h.Processes && h.Threads <= mostHeld &&
		(h.Descriptors == nil || *h.Descriptors >= 0 && *h.Descriptors <= mostHeld)
}

func (a *Account) sound() bool {
	return a == nil ||
		seconds(a.WallSeconds) && seconds(a.UserSeconds) && seconds(a.SystemSeconds) &&
			within(a.VoluntarySwitches, mostCount) && within(a.InvoluntarySwitches, mostCount)
}

func (c *Call) sound() bool { return c == nil || c.Process.sound() }

func seconds(s float64) bool { return s >= 0 && s <= mostSeconds }

func within(n *int64, most int64) bool { return n == nil || *n >= 0 && *n <= most }
