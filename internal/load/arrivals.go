package load

import (
	"fmt"
	"time"

	"labbook.example/labbook/internal/poisson"
)

// Arrivals is how the arrivals of an open loop are spaced.
type Arrivals string

// Arrivals are evenly spaced, as the zero value says, or random: those of a Poisson process.
const (
	EvenArrivals    Arrivals = ""
	PoissonArrivals Arrivals = "poisson"
)

func parseArrivals(value string, to *Arrivals) error {
	switch value {
	case "even":
		*to = EvenArrivals
	case string(PoissonArrivals):
		*to = PoissonArrivals
	default:
		return fmt.Errorf("found %q; allowed: even, poisson", value)
	}
	return nil
}

// schedule is when the requests of an open loop are due, whatever the server does.
type schedule struct {
	rate     float64 // per second, of all generators; 0: a closed loop, which has no schedule
	share    Share
	spacing  Arrivals
	seed     uint64 // of random arrivals
	arrivals int64  // of the share
	timeout  time.Duration
}

// due returns when an even arrival is due, from the start of the load. Own arrivals count
// from 0.
func (s *schedule) due(arrival int64) time.Duration {
	return time.Duration(float64(s.share.arrival(arrival)) * 1e9 / s.rate)
}

// random returns the random arrivals of the share; nil if they are even. They are due in the time
// that they take at their share of the rate. Every generator has a stream of its own: together
// those are the arrivals of one Poisson process.
func (s *schedule) random() *poisson.Arrivals {
	if s.spacing != PoissonArrivals {
		return nil
	}
	takes := time.Duration(float64(s.arrivals) * 1e9 / s.share.rate(s.rate))
	return poisson.New(s.seed, uint64(s.share.Number), s.arrivals, takes)
}

// admit reports whether an arrival that has found a free connection is still to be sent, and counts
// how that went. An arrival that has waited for as long as a request may take is not sent.
// freeSince is when the connection became free: only from then on is a delay the generator's fault.
func (s *schedule) admit(t *tally, due, freeSince, now time.Duration) bool {
	t.lastDue = max(t.lastDue, due)
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

	random *poisson.Arrivals // of the whole schedule; nil: they are even
	due    time.Duration     // of the next one, if they are random
}

// newArrivals returns every stride-th arrival of a schedule, from one on.
func newArrivals(s *schedule, first, stride int64) arrivals {
	a := arrivals{
		schedule: s,
		next:     first,
		stride:   stride,
		random:   s.random(),
	}
	a.draw(first + 1)
	return a
}

// draw draws random arrivals until that of the next one is known.
func (a *arrivals) draw(n int64) {
	if a.random == nil || !a.left() {
		return
	}
	for range n {
		a.due = a.random.Next()
	}
}

// skip goes on to the next arrival.
func (a *arrivals) skip() {
	a.next += a.stride
	a.draw(a.stride)
}

// left reports whether arrivals are still to come.
func (a *arrivals) left() bool { return a.schedule.rate > 0 && a.next < a.schedule.arrivals }

// nextDue returns when the next arrival is due.
func (a *arrivals) nextDue() time.Duration {
	if a.random != nil {
		return a.due
	}
	return a.schedule.due(a.next)
}

// take returns when the next arrival was due, for a connection that has been free since a time. It
// reports false if no arrival is due yet.
func (a *arrivals) take(t *tally, freeSince, now time.Duration) (due time.Duration, ok bool) {
	for a.left() {
		due := a.nextDue()
		if due > now {
			return 0, false
		}
		a.skip()
		if a.schedule.admit(t, due, freeSince, now) {
			return due, true
		}
	}
	return 0, false
}

// drop counts the arrivals that are due but were not sent because the load was ended.
func (a *arrivals) drop(t *tally, now time.Duration) {
	for a.left() && a.nextDue() <= now {
		t.lastDue = max(t.lastDue, a.nextDue())
		a.skip()
		t.unsent++
	}
}
