package process

import (
	"context"

	"labbook.example/labbook/internal/record"
)

// TrialSnapshots are the snapshots of a server in one trial. Any of them may be nil.
type TrialSnapshots struct {
	BeforeLoad *Snapshot // after the warm-up, or before one that did not end
	LoadEnd    *Snapshot // as ab has ended, or at the trial's timeout

	// Quiet are those at the ends of the windows after the load, in which the server has nothing
	// left to do, see IdleWatch.
	Quiet []*Snapshot
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

	if len(s.Quiet) > 1 {
		first := intervalBetween(s.Quiet[0], s.Quiet[1])
		usage.QuietSeconds = &first.Seconds
		usage.QuietCPUSeconds = &first.CPUSeconds
		usage.After = s.Quiet[1].Held()
		usage.PeakMemoryBytes = s.Quiet[1].PeakMemory()
	}
	for i := 2; i < len(s.Quiet); i++ {
		usage.Later = append(usage.Later, intervalBetween(s.Quiet[i-1], s.Quiet[i]))
	}
	return usage
}
