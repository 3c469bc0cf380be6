package record

// Part is what one machine contributed to a load that is made by others than the run's machine, or
// by several together.
type Part struct {
	// Machine and N name the machine as the header does.
	Machine string `json:"machine,omitempty"`
	N       int    `json:"n,omitempty"`

	Clients int `json:"clients"` // concurrent ones, of those of the level

	// StartUS is how long after the agreed start its load began, in microseconds; negative: before
	// it. Nil if nothing was agreed, or if it never began.
	StartUS *float64 `json:"start_us,omitempty"`
	Seconds float64  `json:"seconds"` // from its first request to its last answer

	Complete          int     `json:"complete"` // answers that ended
	Failed            int     `json:"failed"`   // of them, as ab counts
	RequestsPerSecond float64 `json:"requests_per_second"`

	// Response times in milliseconds; nil if nothing was answered.
	P50MS *float64 `json:"p50_ms,omitempty"`
	P99MS *float64 `json:"p99_ms,omitempty"`
	// ConnectMinMS is the least time that it took to connect, in milliseconds: about one round trip
	// of the network. Nil if it is not known.
	ConnectMinMS *float64 `json:"connect_min_ms,omitempty"`
	// Late is how late it sent its requests; nil as in Detail.
	Late *Late `json:"late,omitempty"`

	Process *Account `json:"process,omitempty"` // of ab itself; nil if unknown
	Host    *Ticks   `json:"host,omitempty"`    // of the machine's cores; nil if unknown
	Quota   *Quota   `json:"quota,omitempty"`   // on ab's CPU time; nil if unknown
	Network *Network `json:"network,omitempty"` // of the machine; nil if unknown

	// ClockStepSeconds is by how much the machine's wall clock went further than its monotonic one
	// during the load; negative: it was set back. Nil if it is not known.
	ClockStepSeconds *float64 `json:"clock_step_seconds,omitempty"`

	ExitCode int    `json:"exit_code"`        // -1: ended by a signal
	Reason   string `json:"reason,omitempty"` // why it did not end well
}

// String returns how messages name the machine of the part: "clients 2".
func (p Part) String() string { return machineName(p.Machine, p.N) }

func (p Part) valid() bool {
	inOrder := p.P50MS == nil || p.P99MS == nil || *p.P50MS <= *p.P99MS
	return validMachine(p.Machine, p.N) && p.Clients >= 0 &&
		(p.StartUS == nil || *p.StartUS >= -maxMS*1000 && *p.StartUS <= maxMS*1000) &&
		validSeconds(p.Seconds) &&
		min(p.Complete, p.Failed) >= 0 && max(p.Complete, p.Failed) <= maxCount &&
		p.RequestsPerSecond >= 0 && p.RequestsPerSecond <= maxRate &&
		validMS(p.P50MS) && validMS(p.P99MS) && inOrder &&
		validMS(p.ConnectMinMS) && p.Late.valid() && validStep(p.ClockStepSeconds) &&
		p.Process.valid() && p.Host.valid() && p.Quota.valid() && p.Network.valid()
}

// validParts reports whether each machine contributed once to a load, and nothing impossible.
func validParts(parts []Part) bool {
	seen := map[string]bool{}
	for _, p := range parts {
		if !p.valid() || seen[p.String()] {
			return false
		}
		seen[p.String()] = true
	}
	return true
}

// validShare reports whether a share is unknown, or one from 0 to 1.
func validShare(share *float64) bool { return share == nil || *share >= 0 && *share <= 1 }
