package load

import "time"

// schedule is when the requests of an open loop are due, whatever the server does.
type schedule struct {
	rate     float64 // per second; 0: a closed loop, which has no schedule
	arrivals int64
	timeout  time.Duration
}

// due returns when an arrival is due, from the start of the load. Arrivals count from 0.
func (s *schedule) due(arrival int64) time.Duration {
	return time.Duration(float64(arrival) * 1e9 / s.rate)
}

// admit reports whether an arrival that has found a free connection is still to be sent, and counts
// how that went. An arrival that has waited for as long as a request may take is not sent.
// freeSince is when the connection became free: only from then on is a delay the generator's fault.
func (s *schedule) admit(t *tally, due, freeSince, now time.Duration) bool {
	if due+s.timeout <= now {
		t.unsent++
		return false
	}
	if due < freeSince {
		t.queued++
	}
	t.late.record(now - max(due, freeSince))
	return true
}

// arrivals hands out one loop's share of a schedule: every stride-th arrival.
type arrivals struct {
	schedule *schedule
	next     int64
	stride   int64
}

// left reports whether arrivals are still to come.
func (a *arrivals) left() bool { return a.schedule.rate > 0 && a.next < a.schedule.arrivals }

// nextDue returns when the next arrival is due.
func (a *arrivals) nextDue() time.Duration { return a.schedule.due(a.next) }

// take returns when the next arrival was due, for a connection that has been free since a time. It
// reports false if no arrival is due yet.
func (a *arrivals) take(t *tally, freeSince, now time.Duration) (due time.Duration, ok bool) {
	for a.left() {
		due := a.nextDue()
		if due > now {
			return 0, false
		}
		a.next += a.stride
		if a.schedule.admit(t, due, freeSince, now) {
			return due, true
		}
	}
	return 0, false
}

// drop counts the arrivals that are due but were not sent because the load was ended.
func (a *arrivals) drop(t *tally, now time.Duration) {
	for a.left() && a.nextDue() <= now {
		a.next += a.stride
		t.unsent++
	}
}
