package main

import (
	"context"
	"time"

	"labbook/internal/record"
)

// What a server uses is taken at three moments of a trial: after the warm-up, as ab has ended, and
// after a quiet interval, in which a server has nothing left to do. Nothing is read while the load
// lasts.

// quiet is how long a server is watched after its load has ended: long enough for a clock of
// nanoseconds, and short beside the rest of a trial.
const quiet = 50 * time.Millisecond

// closing is what a server gets before the quiet interval for each connection that ab kept open
// until its end: to close them is work of the load. A server with a thread a connection needs about
// half of it.
const closing = 200 * time.Microsecond

// moment is what a server's process group had used, and what it held, at one time.
type moment struct {
	at        time.Time
	processes map[int]process // by pid; also those that ended and were not waited for yet
}

// process is one process of a moment.
type process struct {
	parent      int
	start       uint64 // in ticks since boot: tells apart two processes with the same pid
	ended       bool   // and not waited for: it holds nothing any more
	cpu         time.Duration
	split       split // of cpu, as the system's ticks saw it: a proportion, no more
	reaped      split // of the children that it waited for, with theirs; in ticks of /proc
	threads     int
	descriptors int   // -1: may not be read
	peak        int64 // bytes; -1: not known
}

// split is CPU time in its two parts.
type split struct{ user, system time.Duration }

func (s split) total() time.Duration { return s.user + s.system }

func (s split) plus(t split) split { return split{s.user + t.user, s.system + t.system} }

func (s split) minus(t split) split { return split{s.user - t.user, s.system - t.system} }

// of divides a time as s is divided; all of it is user time where s does not say.
func (s split) of(cpu time.Duration) split {
	if s.total() <= 0 {
		return split{user: cpu}
	}
	user := time.Duration(float64(cpu) * float64(s.user) / float64(s.total()))
	return split{user, cpu - user}
}

// consumption is what a process group used between two moments.
type consumption struct {
	own    time.Duration // by the processes that are there at the end
	ticks  split         // how it divides
	reaped split         // by those that ended in between
}

func (c consumption) total() time.Duration { return c.own + c.reaped.total() }

// since gives what the group used from an earlier moment on. What an ended process used is in the
// account of the parent that waited for it, together with what it had used before, which is taken
// off; where nobody waited, it is lost. That account is in ticks, two of them, so slack says how
// much of it not to believe.
func (m *moment) since(before *moment, slack time.Duration) consumption {
	inherited := m.inherited(before)
	var used consumption
	for pid, now := range m.processes {
		then, found := before.processes[pid]
		if !found || then.start != now.start {
			then = process{}
		}
		used.own += now.cpu - then.cpu
		used.ticks = used.ticks.plus(now.split.minus(then.split))
		reaped := now.reaped.minus(then.reaped).minus(inherited[pid])
		total := max(0, reaped.total()-slack)
		user := min(max(0, reaped.user), total)
		used.reaped = used.reaped.plus(split{user, total - user})
	}
	return used
}

// inherited is what processes that ended since an earlier moment had used by then, by the pid of
// the parent whose account it went to: the nearest one that is still there.
func (m *moment) inherited(before *moment) map[int]split {
	by := map[int]split{}
	for pid, gone := range before.processes {
		if m.holds(pid, gone) {
			continue
		}
		heir := gone.parent
		for range before.processes { // no line of parents is longer
			if p, found := before.processes[heir]; !found || m.holds(heir, p) {
				break
			}
			heir = before.processes[heir].parent
		}
		by[heir] = by[heir].plus(gone.split.of(gone.cpu)).plus(gone.reaped)
	}
	return by
}

// holds reports whether a process of another moment is in this one.
func (m *moment) holds(pid int, p process) bool {
	same, found := m.processes[pid]
	return found && same.start == p.start
}

// held sums up what the processes hold, nil where none is left.
func (m *moment) held() *record.Held {
	held, descriptors := record.Held{}, 0
	for _, p := range m.processes {
		if p.ended {
			continue
		}
		held.Processes++
		held.Threads += p.threads
		if p.descriptors < 0 || descriptors < 0 {
			descriptors = -1
		} else {
			descriptors += p.descriptors
		}
	}
	if held.Processes == 0 {
		return nil
	}
	if descriptors >= 0 {
		held.Descriptors = &descriptors
	}
	return &held
}

// peak sums up the greatest resident sizes of the processes, nil where one is not known.
func (m *moment) peak() *int64 {
	var sum int64
	for _, p := range m.processes {
		if p.peak < 0 {
			return nil
		}
		sum += p.peak
	}
	return &sum
}

// observe takes a moment of a server, nil where there is no process that we may look at.
func (s *server) observe() *moment {
	if s.child == nil || s.child.ended() {
		return nil
	}
	m := observe(s.child.pid)
	if m == nil || m.held() == nil {
		return nil
	}
	return m
}

// observeQuiet takes the moments at both ends of the quiet interval, which begins as the load has
// ended, or when the server had the time to close the connections that were open then.
func (s *server) observeQuiet(ctx context.Context, loadEnd *moment, open int) (from, to *moment) {
	from = loadEnd
	if open > 0 {
		from = s.observeAfter(ctx, time.Duration(open)*closing)
	}
	return from, s.observeAfter(ctx, quiet)
}

// observeAfter takes a moment of a server after a pause; nil as observe, or if ctx ends.
func (s *server) observeAfter(ctx context.Context, pause time.Duration) *moment {
	select {
	case <-time.After(pause):
		return s.observe()
	case <-s.ended():
	case <-ctx.Done():
	}
	return nil
}

// usageOf says what a server used between the moments of a trial: around the load, and around the
// quiet interval. Without the first two there is nothing to say; without the others nothing of the
// quiet interval.
func usageOf(before, loadEnd, from, to *moment) *record.Usage {
	if before == nil || loadEnd == nil {
		return nil
	}
	load := loadEnd.since(before, 0)
	usage := &record.Usage{
		Before:          before.held(),
		LoadEnd:         loadEnd.held(),
		PeakMemoryBytes: loadEnd.peak(),
		CPUSeconds:      new(load.total().Seconds()),
	}
	if load.ticks.total() > 0 {
		parts := load.ticks.of(load.own).plus(load.reaped)
		usage.UserSeconds, usage.SystemSeconds = new(
			parts.user.Seconds(),
		), new(
			parts.system.Seconds(),
		)
	}
	if from != nil && to != nil {
		usage.After, usage.PeakMemoryBytes = to.held(), to.peak()
		usage.QuietSeconds = new(to.at.Sub(from.at).Seconds())
		usage.QuietCPUSeconds = new(to.since(from, accountSlack).total().Seconds())
	}
	return usage
}
