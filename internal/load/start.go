package load

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Share is one generator's share of the arrivals of an open loop that several generators make
// together. Of all arrivals, every Of-th one is its own, so that the generators need no word with
// each other. The zero value has them all.
type Share struct {
	Number int // among the generators, from 1
	Of     int // generators
}

// String returns the share as --share takes it, "" if it is all.
func (s Share) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Number, s.Of)
}

// arrival returns the number among all arrivals that the n-th own one has. Both count from 0.
func (s Share) arrival(n int64) int64 {
	if s.Of == 0 {
		return n
	}
	return n*int64(s.Of) + int64(s.Number-1)
}

// own returns how many of the first n arrivals are own ones.
func (s Share) own(n int) int {
	if s.Of == 0 {
		return n
	}
	return share(n, s.Number-1, s.Of)
}

// rate returns the share of an arrival rate.
func (s Share) rate(all float64) float64 { return all / float64(max(1, s.Of)) }

// share returns how many of n things each of several gets, by its number from 0.
func share(n, number, several int) int {
	if number < n%several {
		return n/several + 1
	}
	return n / several
}

// maxGenerators is the largest number of generators that make a load together.
const maxGenerators = 10_000

func parseShare(value string, to *Share) error {
	number, of, ok := strings.Cut(value, "/")
	var s Share
	if !ok || parseInt(of, 1, maxGenerators, &s.Of) != nil ||
		parseInt(number, 1, s.Of, &s.Number) != nil {
		return fmt.Errorf("found %q; allowed: the number of this generator, a slash, and the "+
			"number of generators, such as 1/4 to 4/4", value)
	}
	*to = s
	return nil
}

// parseStart reads a time of CLOCK_MONOTONIC.
func parseStart(value string, to *int64) error {
	if _, ok := newClock(); !ok {
		return fmt.Errorf("found %s; allowed: Linux, where all programs of a machine share "+
			"CLOCK_MONOTONIC", runtime.GOOS)
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 1 {
		return fmt.Errorf("found %q; allowed: a time of CLOCK_MONOTONIC, in nanoseconds", value)
	}
	*to = n
	return nil
}

// clock reads CLOCK_MONOTONIC, which all programs of a machine share. On Linux Go's own clock is
// the same one, but Go shows only differences of it.
type clock struct {
	at          time.Time
	nanoseconds int64 // then
}

// newClock returns the clock; ok is false where there is none that all programs share.
func newClock() (c clock, ok bool) {
	shortest := time.Duration(-1)
	for range 5 { // one that was interrupted between the two readings is wrong
		before := time.Now()
		nanoseconds, ok := monotonic()
		took := time.Since(before)
		if !ok {
			return clock{}, false
		}
		if shortest < 0 || took < shortest {
			shortest = took
			c = clock{at: before.Add(took / 2), nanoseconds: nanoseconds}
		}
	}
	return c, true
}

// read returns what CLOCK_MONOTONIC showed at a time.
func (c clock) read(t time.Time) int64 { return c.nanoseconds + int64(t.Sub(c.at)) }

// when returns the time at which CLOCK_MONOTONIC shows a number.
func (c clock) when(nanoseconds int64) time.Time {
	return c.at.Add(time.Duration(nanoseconds - c.nanoseconds))
}

// maxAhead is how far ahead a load may be told to begin. A time further ahead is of another
// machine's clock.
const maxAhead = 10 * time.Minute

// checkStart refuses a load that would begin far ahead.
func (o *Options) checkStart() error {
	if o.StartAt == 0 {
		return nil
	}
	c, _ := newClock() // there is one, see parseStart
	if ahead := time.Until(c.when(o.StartAt)); ahead > maxAhead {
		return fmt.Errorf("labbook ab: --start-at: found a time %v ahead; allowed: at most %v "+
			"ahead, by this machine's CLOCK_MONOTONIC", ahead.Round(time.Second), maxAhead)
	}
	return nil
}

// started is when a load began, by CLOCK_MONOTONIC.
type started struct {
	agreed int64 // as --start-at says, in nanoseconds; 0: it did not
	began  int64 // in nanoseconds; 0: not known
}

// late returns how long after the agreed time the load began.
func (s started) late() time.Duration { return time.Duration(s.began - s.agreed) }

// maxLateStart is from when on a late start is reported.
const maxLateStart = time.Millisecond

// lateWarning returns a warning if the load began late, and "" otherwise.
func (s started) lateWarning() string {
	if s.agreed == 0 || s.late() < maxLateStart {
		return ""
	}
	return fmt.Sprintf("WARNING: The load began %v after the agreed time.\n",
		s.late().Round(time.Microsecond))
}

// awake is how long before the agreed time a generator is awake: longer than a sleep of the Go
// runtime can be too long, which waits in whole milliseconds.
const awake = 2 * time.Millisecond

// begin starts the clock of the load: at once, or at the agreed time. All is prepared by then.
func (e *engine) begin(ctx context.Context) {
	o := &e.options
	c, known := clock{}, false
	if o.StartAt != 0 || o.Tally != "" {
		c, known = newClock()
	}
	if o.StartAt != 0 {
		waitUntil(ctx, c.when(o.StartAt))
	}

	e.cpu = usedCPU()
	e.began = time.Now()
	if known {
		e.start = started{agreed: o.StartAt, began: c.read(e.began)}
	}
	if o.Limit > 0 {
		e.limit = time.AfterFunc(o.Limit, func() { e.cancel(errLimit) })
	}
	if ctx.Err() != nil {
		e.stopped.Store(true)
	}
}

// waitUntil returns at a time, to the microsecond if a core is free, or when ctx ends.
func waitUntil(ctx context.Context, start time.Time) {
	if asleep := time.Until(start) - awake; asleep > 0 {
		timer := time.NewTimer(asleep)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	for ctx.Err() == nil && time.Now().Before(start) {
		// A program that sleeps would not be woken in time.
	}
}
