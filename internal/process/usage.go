package process

import (
	"context"
	"time"

	"labbook/internal/record"
)

// TrialSnapshots are the snapshots of a server in one trial. Any of them may be nil.
type TrialSnapshots struct {
	BeforeLoad *Snapshot // after the warm-up
	LoadEnd    *Snapshot // as ab has ended

	// The two ends of an interval after the load, in which the server has nothing left to do.
	QuietStart *Snapshot
	QuietEnd   *Snapshot
}

// WatchIdle takes the snapshots at both ends of the idle window. The window begins at the load's
// end, or once the server has had the time to close the connections that were open then. What the
// server or ctx ends before is nil.
func (s *TrialSnapshots) WatchIdle(
	ctx context.Context,
	take func() *Snapshot,
	ended <-chan struct{},
	closing, window time.Duration,
) {
	after := func(pause time.Duration) *Snapshot {
		select {
		case <-time.After(pause):
			return take()
		case <-ended:
		case <-ctx.Done():
		}
		return nil
	}

	s.QuietStart = s.LoadEnd
	if closing > 0 {
		s.QuietStart = after(closing)
	}
	s.QuietEnd = after(window)
}

// Usage returns what the server used, as the record keeps it. It is nil unless both snapshots
// around the load are there.
func (s TrialSnapshots) Usage() *record.Usage {
	if s.BeforeLoad == nil || s.LoadEnd == nil {
		return nil
	}

	load := s.LoadEnd.CPUSince(s.BeforeLoad)
	usage := &record.Usage{
		CPUSeconds:      new(load.Total().Seconds()),
		Before:          s.BeforeLoad.Held(),
		LoadEnd:         s.LoadEnd.Held(),
		PeakMemoryBytes: s.LoadEnd.PeakMemory(),
	}
	if parts, ok := load.Parts(); ok {
		usage.UserSeconds = new(parts.User.Seconds())
		usage.SystemSeconds = new(parts.System.Seconds())
	}

	if s.QuietStart != nil && s.QuietEnd != nil {
		quiet := s.QuietEnd.CertainCPUSince(s.QuietStart)
		usage.QuietSeconds = new(s.QuietEnd.Taken.Sub(s.QuietStart.Taken).Seconds())
		usage.QuietCPUSeconds = new(quiet.Total().Seconds())
		usage.After = s.QuietEnd.Held()
		usage.PeakMemoryBytes = s.QuietEnd.PeakMemory()
	}
	return usage
}
