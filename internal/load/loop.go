//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"labbook/internal/poll"
)

// loop drives its share of the connections on one thread: it asks which sockets are ready, and
// takes each as far as it goes without waiting. Nothing in it is shared but the engine's counters,
// and nothing is allocated for a request.
type loop struct {
	*engine
	tally
	poller  *poll.Poller
	framing framing // the engine's, with a memory
	dialer  dialer
	clients []client
	idle    []*client // that have no request, the one that had one last at the end
	byFD    []*client // nil: closed earlier in this turn
	busy    queue
	buffer  []byte
	now     int64 // when the clock was read last, nanoseconds since the load began
	heardAt int64 // when the last byte came

	next, arrivals, stride int64 // of an open loop: the next arrival, how many there are, from ours to ours
	freeSince              int64 // since when idle has had somebody

	yielded int64 // when Go's scheduler was gone through last
	turns   int   // since then
}

// runLoops makes the load by readiness loops, one a thread.
func (e *engine) runLoops(ctx context.Context) (*tally, error) {
	loops := make([]*loop, min(e.options.Threads, e.options.Concurrency))
	var err error
	for i := range loops {
		if loops[i], err = newLoop(e, i, len(loops)); err != nil {
			break
		}
		defer loops[i].close()
	}
	if err != nil {
		return nil, err
	}
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		e.stopped.Store(true)
		for _, l := range loops {
			_ = l.poller.Wake() // the pollers are open until woken is closed
		}
	})
	var group sync.WaitGroup
	errs := make([]error, len(loops))
	for i, l := range loops {
		group.Go(func() { errs[i] = l.serve(ctx) }) // ends when the tickets or ctx do
	}
	group.Wait()
	if !stop() {
		<-woken
	}
	all := &loops[0].tally
	for _, l := range loops[1:] {
		all.add(&l.tally)
	}
	return all, errors.Join(errs...)
}

// queue holds the clients that have a request, the earliest first. Each request may take as long as
// any other, so that is the order of their deadlines too.
type queue struct{ first, last *client }

func (q *queue) push(c *client) {
	c.before, c.after = q.last, nil
	if q.last == nil {
		q.first = c
	} else {
		q.last.after = c
	}
	q.last = c
}

func (q *queue) remove(c *client) {
	if c.before == nil {
		q.first = c.after
	} else {
		c.before.after = c.after
	}
	if c.after == nil {
		q.last = c.before
	} else {
		c.after.before = c.before
	}
}

// bufferSize is the most that is read at once.
const bufferSize = 64 << 10

// newLoop makes the loop of that number among so many.
func newLoop(e *engine, number, of int) (*loop, error) {
	poller, err := poll.New()
	if err != nil {
		return nil, err
	}
	l := &loop{
		engine:   e,
		tally:    newTally(e.options),
		poller:   poller,
		framing:  e.framing,
		buffer:   make([]byte, bufferSize),
		next:     int64(number),
		arrivals: int64(e.options.Requests),
		stride:   int64(of),
	}
	l.clients = make([]client, share(e.options.Concurrency, number, of))
	for i := range l.clients {
		l.clients[i].fd = closed
		l.idle = append(l.idle, &l.clients[i])
	}
	return l, nil
}

// share gives what one of so many gets of a number of equal things.
func share(things, number, of int) int {
	n := things / of
	if number < things%of {
		n++
	}
	return n
}

// serve makes requests until all are made or the load is to end.
func (l *loop) serve(ctx context.Context) error {
	runtime.LockOSThread() // one thread, and always the same one
	defer runtime.UnlockOSThread()
	l.now = l.since()
	if l.options.Rate > 0 {
		preciseTimers()
	} else if l.stride > 1 && l.next > 0 {
		select { // one connection of the first loop comes first, see headerCame
		case <-l.start:
		case <-ctx.Done():
		}
	}
	err := l.run()
	for c := l.busy.first; c != nil; c = c.after {
		l.unfinished++
	}
	if l.options.Rate > 0 {
		l.dropArrivals()
	}
	return err
}

// run takes turns until nothing is under way or to come.
func (l *loop) run() error {
	events := make([]poll.Event, poll.Batch)
	l.dispatch()
	for !l.stopped.Load() && (l.busy.first != nil || l.planned()) {
		n, err := l.poller.Wait(events, l.patience())
		if err != nil {
			return fmt.Errorf("waiting for sockets: %w", err)
		}
		if n == 0 || l.options.Rate > 0 {
			l.now = l.since()
		}
		for _, event := range events[:n] {
			if c := l.byFD[event.FD]; c != nil { // nil: closed earlier in this turn
				l.move(c, event.Ready)
				l.dispatch()
			}
		}
		l.expire()
		l.dispatch()
		l.yield()
	}
	return nil
}

// yield goes through Go's scheduler now and then. A goroutine that has not for 10 ms is suspected
// of keeping the others from running, and the runtime then looks at it every 20 µs, which takes CPU
// from the load.
func (l *loop) yield() {
	l.turns++
	if l.turns >= yieldTurns && l.now-l.yielded > int64(yieldEvery) {
		l.turns, l.yielded = 0, l.now
		runtime.Gosched()
	}
}

const (
	yieldEvery = 5 * time.Millisecond // under the 10 ms of the runtime's patience
	yieldTurns = 16                   // so many turns at least lie between two
)

// patience is how long the loop may wait for sockets: until the next deadline, or the next arrival
// if there is a connection for it. A deadline may be a millisecond late, for the system waits whole
// ones more cheaply.
func (l *loop) patience() time.Duration {
	limit := time.Duration(-1)
	if c := l.busy.first; c != nil {
		left := time.Duration(c.began-l.now) + l.options.Timeout
		limit = max(0, left.Truncate(time.Millisecond)+time.Millisecond)
	}
	if len(l.idle) > 0 && l.planned() {
		arrival := max(0, time.Duration(l.intended(l.next)-l.since()))
		if limit < 0 || arrival < limit {
			limit = arrival
		}
	}
	return limit
}

// dispatch gives requests to the clients that have none. A closed loop has one for each of them at
// once.
func (l *loop) dispatch() {
	for len(l.idle) > 0 && !l.stopped.Load() {
		due, ok := l.due()
		if !ok {
			return
		}
		last := len(l.idle) - 1
		c := l.idle[last]
		l.idle = l.idle[:last]
		l.begin(c, due)
	}
}

// due gives the time at which the next request is due, if there is one now.
func (l *loop) due() (at int64, ok bool) {
	if l.options.Rate > 0 {
		return l.arrival()
	}
	if !l.started.Load() && (l.next > 0 || l.busy.first != nil) {
		return 0, false // the first request is made alone
	}
	return l.now, l.ticket()
}

// planned reports whether arrivals of an open loop are still to come.
func (l *loop) planned() bool { return l.options.Rate > 0 && l.next < l.arrivals }

// arrival takes the next arrival, if it is due. One that has waited for a connection as long as an
// answer may take is not sent any more.
func (l *loop) arrival() (due int64, ok bool) {
	for l.next < l.arrivals {
		due := l.intended(l.next)
		if due > l.now {
			return 0, false
		}
		l.next += l.stride
		if due+int64(l.options.Timeout) <= l.now {
			l.unsent++
			continue
		}
		if due < l.freeSince {
			l.queued++
		}
		l.late.record(l.now - max(due, l.freeSince))
		return due, true
	}
	return 0, false
}

// dropArrivals counts the arrivals that are due and have not been sent.
func (l *loop) dropArrivals() {
	for now := l.since(); l.next < l.arrivals && l.intended(l.next) <= now; l.next += l.stride {
		l.unsent++
	}
}

// begin makes a request by a client that has none.
func (l *loop) begin(c *client, due int64) {
	c.exchange.begin(due, l.now)
	c.written, c.active = 0, true
	l.busy.push(c)
	if !c.linked {
		l.dial(c)
	} else {
		l.send(c)
	}
}

// expire ends the requests whose deadline has come. Where nothing at all was heard for as long, the
// server is gone, and with it the load, as ab has it.
func (l *loop) expire() {
	timeout := int64(l.options.Timeout)
	for c := l.busy.first; c != nil && c.began+timeout <= l.now && !l.stopped.Load(); c = l.busy.first {
		if l.options.Rate == 0 && l.heardAt+timeout <= l.now {
			l.blame(c.phase(), errDeadline)
			l.end(unanswered())
			return
		}
		l.broken(c, errDeadline)
	}
}

// rest puts a client back among those that have no request. A connection that will have none any
// more is closed: the server may have room for another only then.
func (l *loop) rest(c *client) {
	if l.options.Rate == 0 && l.tickets.Load() >= int64(l.options.Requests) {
		l.drop(c)
	}
	c.active = false
	l.busy.remove(c)
	if len(l.idle) == 0 {
		l.freeSince = l.now
	}
	l.idle = append(l.idle, c)
}

func (l *loop) close() {
	for i := range l.clients {
		if c := &l.clients[i]; c.fd != closed {
			l.drop(c)
		}
	}
	_ = l.poller.Close() // it has nothing to lose
}
