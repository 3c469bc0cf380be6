package process

import (
	"context"
	"time"

	"labbook.example/labbook/internal/record"
)

// IdleWatch watches servers after their loads, when they have nothing left to do, window by window.
// One window is enough for a server that rests in it. One that works in it is watched until it
// rests for two, because on a busy machine one can pass without a turn for it, or for maxWindows.
// So work that is put off is told from a server that never rests. Work that begins later would not
// be seen in one window. So the first trial of each server is watched for all of them, and so is
// each further one as long as work is seen.
type IdleWatch struct {
	// Window is long enough for clocks that count nanoseconds, and short compared with a trial.
	Window time.Duration

	rests map[string]bool // by server: none of its windows had work when all were watched
}

// maxWindows is how many windows are watched at most. Six of 50 ms show what is put off by a
// quarter of a second.
const maxWindows = 6

// CloseAllowance is the time between the load and the first window for each connection that ab kept
// open until its end: closing them is work of the load. A server with one thread per connection
// needs about half of it.
const CloseAllowance = 200 * time.Microsecond

// Idle is what is to be watched after a load.
type Idle struct {
	Server string
	Open   int              // connections that ab kept open until its end
	Take   func() *Snapshot // nil: the server has ended
	Ended  <-chan struct{}  // closes as the server ends
}

// Watch takes the snapshots at the ends of the windows. The first window begins at the load's end,
// or once the server has had the time to close the connections that were open then. What the server
// or ctx ends before is missing.
func (w *IdleWatch) Watch(ctx context.Context, s *TrialSnapshots, idle Idle) {
	after := func(pause time.Duration) *Snapshot {
		select {
		case <-time.After(pause):
			return idle.Take()
		case <-idle.Ended:
		case <-ctx.Done():
		}
		return nil
	}

	start := s.LoadEnd
	if idle.Open > 0 {
		start = after(time.Duration(idle.Open) * CloseAllowance)
	}
	if start == nil {
		return
	}
	s.Quiet = []*Snapshot{start}
	all, worked, needed := !w.rests[idle.Server], false, 1
	for range maxWindows {
		end := after(w.Window)
		if end == nil {
			return
		}
		needed--
		if intervalBetween(start, end).Busy() {
			worked, needed = true, 2
		}
		s.Quiet = append(s.Quiet, end)
		start = end
		if needed == 0 && !all {
			return
		}
	}
	if w.rests == nil {
		w.rests = map[string]bool{}
	}
	w.rests[idle.Server] = !worked
}

// intervalBetween returns what a server used between two snapshots of an idle time. Of processes
// that ended, only what is certain counts.
func intervalBetween(start, end *Snapshot) record.Interval {
	return record.Interval{
		Seconds:    end.Taken.Sub(start.Taken).Seconds(),
		CPUSeconds: end.CertainCPUSince(start).Total().Seconds(),
	}
}
