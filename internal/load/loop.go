//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"labbook.example/labbook/internal/poll"
)

// loop drives its share of the connections on one thread. It waits for sockets to become ready,
// advances their connections, and settles what came of it. It shares nothing with other loops but
// the engine's atomic counters, and a request allocates nothing.
type loop struct {
	engine  *engine
	number  int // among the loops, from 0
	counts  tally
	framing framing // the engine's, with a cache of its own

	poller *poll.Poller
	dialer dialer
	buffer []byte // what a read fills

	conns     []conn
	free      []*conn       // without a request; the last one used is at the end
	freeSince time.Duration // when free was last filled again after it had been empty
	byFD      []*conn       // by socket; nil: no connection has it
	deadlines deadlines     // the connections with a request
	arrivals  arrivals      // of an open loop

	now       time.Duration // when the clock was last read
	lastHeard time.Duration // when the last byte arrived
	yielder   poll.Yielder
}

// bufferSize is the largest read, in bytes.
const bufferSize = 64 << 10

// runLoops makes the load by loops, each on a thread of its own.
func (e *engine) runLoops(ctx context.Context) (*tally, error) {
	loops := make([]*loop, min(e.options.Threads, e.options.Concurrency))
	for i := range loops {
		l, err := newLoop(e, i, len(loops))
		if err != nil {
			return nil, err
		}
		defer l.close()
		loops[i] = l
	}

	e.begin(ctx)
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		e.stopped.Store(true)
		for _, l := range loops {
			_ = l.poller.Wake() // fails only on a closed poller, and all are open until woken is
		}
	})
	var group sync.WaitGroup
	errs := make([]error, len(loops))
	for i, l := range loops {
		group.Go(func() { errs[i] = l.run(ctx) }) // ends with the load
	}
	group.Wait()
	if !stop() {
		<-woken
	}

	counts := &loops[0].counts
	for _, l := range loops[1:] {
		counts.add(&l.counts)
	}
	return counts, errors.Join(errs...)
}

// newLoop returns one of several loops. It has its share of the connections, all without a request.
func newLoop(e *engine, number, loops int) (*loop, error) {
	poller, err := poll.New()
	if err != nil {
		return nil, err
	}
	l := &loop{
		engine:   e,
		number:   number,
		counts:   newTally(e.options),
		framing:  e.framing,
		poller:   poller,
		buffer:   make([]byte, bufferSize),
		conns:    make([]conn, share(e.options.Concurrency, number, loops)),
		arrivals: newArrivals(&e.schedule, int64(number), int64(loops)),
	}
	for i := range l.conns {
		c := &l.conns[i]
		c.fd = noSocket
		c.exchange.response.check = NewBodyCheck(e.options.Expect)
		l.free = append(l.free, c)
	}
	return l, nil
}

// close closes all sockets.
func (l *loop) close() {
	for i := range l.conns {
		l.closeConn(&l.conns[i])
	}
	_ = l.poller.Close() // a poller holds no data that could be lost
}

// run makes requests until all are made or the load is ended, and counts those that remain.
func (l *loop) run(ctx context.Context) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if l.engine.openLoop() {
		preciseTimers()
	} else if l.number > 0 { // the first request is made alone, by the first loop
		select {
		case <-l.engine.others:
		case <-ctx.Done():
		}
	}
	l.now = l.engine.elapsed()

	err := l.serve()
	l.countUnfinished()
	l.arrivals.drop(&l.counts, l.engine.elapsed())
	return err
}

// countUnfinished counts the requests that are still under way.
func (l *loop) countUnfinished() {
	for c := l.deadlines.first; c != nil; c = c.later {
		l.counts.unfinished[c.exchange.phase(c.state.phase(), l.framing)]++
	}
}

// serve handles ready sockets until no request is under way or to come.
func (l *loop) serve() error {
	events := make([]poll.Event, poll.Batch)
	l.dispatch()
	for !l.engine.stopped.Load() && (l.deadlines.first != nil || l.arrivals.left()) {
		n, err := l.poller.Wait(events, l.waitTime())
		if err != nil {
			return fmt.Errorf("waiting for sockets: %w", err)
		}
		if n == 0 || l.engine.openLoop() {
			l.now = l.engine.elapsed()
		}

		for _, event := range events[:n] {
			c := l.byFD[event.FD]
			if c == nil {
				continue // closed earlier in this batch
			}
			next, err := l.advance(c, event.Ready)
			l.settle(c, next, err)
			l.dispatch()
		}
		l.expire()
		l.dispatch()
		l.yielder.Turn(l.now)
	}
	return nil
}

// waitTime returns how long the poller may wait: until the next deadline, or until the next arrival
// if a connection is free for it. Negative is without limit.
func (l *loop) waitTime() time.Duration {
	limit := time.Duration(-1)
	if c := l.deadlines.first; c != nil {
		// Rounded up to a whole millisecond, for which the system has a cheaper call.
		left := c.exchange.due + l.engine.options.Timeout - l.now
		limit = max(0, left.Truncate(time.Millisecond)+time.Millisecond)
	}
	if len(l.free) > 0 && l.arrivals.left() {
		arrival := max(0, l.arrivals.nextDue()-l.engine.elapsed())
		if limit < 0 || arrival < limit {
			limit = arrival
		}
	}
	return limit
}

// dispatch starts the requests that are due on the connections that are free.
func (l *loop) dispatch() {
	for len(l.free) > 0 && !l.engine.stopped.Load() {
		due, ok := l.nextRequest()
		if !ok {
			return
		}
		last := len(l.free) - 1
		c := l.free[last]
		l.free = l.free[:last]
		l.start(c, due)
	}
}

// nextRequest returns when the next request was due, and reports whether there is one now. In a
// closed loop, a request is due as soon as a connection is free.
func (l *loop) nextRequest() (due time.Duration, ok bool) {
	if l.engine.openLoop() {
		return l.arrivals.take(&l.counts, l.freeSince, l.now)
	}
	if !l.engine.started.Load() && (l.number > 0 || l.deadlines.first != nil) {
		return 0, false // the first request is made alone
	}
	return l.now, l.engine.takeTicket()
}

// start starts a request on a connection that has none.
func (l *loop) start(c *conn, due time.Duration) {
	c.exchange.start(due, l.now)
	c.written = 0
	c.state = dialing
	if c.connected {
		c.state = sending
	}
	l.deadlines.add(c)
	next, err := l.advance(c, poll.Writable)
	l.settle(c, next, err)
}

// settle notes the state to which a connection has advanced, and decides what follows if its
// request has ended: the request is counted or made again, and the connection is kept or closed.
func (l *loop) settle(c *conn, next state, err error) {
	c.state = next
	switch {
	case err == nil && next != done:
		return // the request waits for its socket
	case next == idle:
		l.closeConn(c)
		return
	}

	again, fatalErr := l.engine.settle(&l.counts, &c.exchange, &attempt{
		phase:     c.state.phase(),
		err:       err,
		reused:    c.reused,
		lastHeard: l.lastHeard,
		at:        l.now,
	})
	switch {
	case fatalErr != nil:
		l.engine.stop(fatalErr)
	case again:
		l.closeConn(c)
		c.state = dialing
		next, err := l.advance(c, poll.Writable)
		l.settle(c, next, err)
	default:
		l.release(c, err)
		l.park(c)
	}
}

// release keeps what the next request can use of a connection, and closes the rest.
func (l *loop) release(c *conn, err error) {
	keptOpen := err == nil && c.exchange.response.header.keepAlive
	switch {
	case keptOpen && c.written == len(l.engine.request):
		c.reused = true
	case c.ended && !l.engine.openLoop() && l.dialer.disconnect(c.fd):
		c.connected = false
		c.ended = false
		c.reused = false
	default:
		l.closeConn(c)
	}

	if err == nil && l.framing.cache == nil && l.engine.document.Load() != nil {
		// A cached header has no name of the server. From here on that is known.
		l.framing.cache = &headerCache{}
	}
}

// park returns a connection to those without a request. When no more requests are to come, it is
// closed, because a server may have room for the other connections only then.
func (l *loop) park(c *conn) {
	if !l.engine.openLoop() && l.engine.noTicketLeft() {
		l.closeConn(c)
	}
	c.state = idle
	l.deadlines.remove(c)
	if len(l.free) == 0 {
		l.freeSince = l.now
	}
	l.free = append(l.free, c)
}

// expire settles the requests whose deadline has passed.
func (l *loop) expire() {
	for !l.engine.stopped.Load() {
		c := l.deadlines.first
		if c == nil || c.exchange.due+l.engine.options.Timeout > l.now {
			return
		}
		l.settle(c, c.state, errDeadline)
	}
}
