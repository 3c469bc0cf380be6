package process

import (
	"context"
	"time"

	"labbook/internal/record"
)

// TrialSnapshots are the snapshots of a server in one trial. Any of them may be nil.
type TrialSnapshots struct {
	BeforeLoad *Snapshot // after the warm-up, or before one that did not end
	LoadEnd    *Snapshot // as ab has ended, or at the trial's timeout

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

// Around calls ab between the two snapshots of a load. At the trial's timeout, when within ends,
// the second snapshot is taken first, and only then does the context of the call end: what a server
// holds under load is gone when its clients are.
func (s *TrialSnapshots) Around(
	within context.Context,
	snapshot func() *Snapshot,
	call func(context.Context) error,
) error {
	s.BeforeLoad = snapshot()
	ctx, cancel := context.WithCancel(context.WithoutCancel(within))
	defer cancel()
	stop := context.AfterFunc(within, func() {
		s.LoadEnd = snapshot()
		cancel()
	})

	err := call(ctx)
	if stop() {
		s.LoadEnd = snapshot()
	} else {
		<-ctx.Done() // the snapshot at the timeout has been taken
	}
	return err
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
		WatchedSeconds:  new(s.LoadEnd.Taken.Sub(s.BeforeLoad.Taken).Seconds()),
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
