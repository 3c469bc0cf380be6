package load

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"time"

	"labbook.example/labbook/internal/poll"
)

// engine makes one load. It holds what the drivers of its connections share. There are two kinds of
// drivers: loops, each of which drives many connections on one thread by readiness, and streams,
// each of which is a goroutine with one connection. Both ask the engine for requests and report to
// settle how each attempt at one ended.
type engine struct {
	options   Options
	addresses []netip.AddrPort // of the host; the first one that answers is used
	request   []byte           // what is sent for every request
	framing   framing
	expects   bool     // responses must be something, see Options.Expect
	schedule  schedule // of an open loop
	drive     func(context.Context) (*tally, error)

	progress func(completed int64) // called after every complete request
	log      func(text string)     // called with what -v asks for

	began     time.Time    // see begin
	start     started      // the same by another clock
	cpu       cpuTime      // that this process had used then
	limit     *time.Timer  // ends the load at its -t; nil: there is none
	tickets   atomic.Int64 // requests of a closed loop that were handed out
	completed atomic.Int64
	refused   atomic.Int64 // connections that could not be made
	address   atomic.Int32 // the one in use: index into addresses

	document atomic.Pointer[document] // nil until a response is complete
	security atomic.Pointer[security] // nil until a TLS connection is made

	started atomic.Bool   // the first response has begun, see startOthers
	others  chan struct{} // closed when started is set
	stopped atomic.Bool   // tells the loops that the load is to end
	cancel  context.CancelCauseFunc
}

// errLimit ends a load at its -t.
var errLimit = errors.New("the time limit was reached")

// newEngine returns an engine without output attached.
func newEngine(o Options, addresses []netip.AddrPort) *engine {
	e := &engine{
		options:   o,
		addresses: addresses,
		request:   requestBytes(o),
		expects:   o.Expect.any(),
		framing: framing{
			head:       o.Method == "HEAD",
			persistent: o.KeepAlive,
			delimited:  o.KeepAlive || o.HTTP11,
		},
		schedule: schedule{
			rate:     o.Rate,
			share:    o.Share,
			spacing:  o.Arrivals,
			seed:     o.Seed,
			arrivals: int64(o.Requests),
			timeout:  o.Timeout,
		},
		progress: func(int64) {},
		log:      func(string) {},
		others:   make(chan struct{}),
	}
	e.drive = e.runLoops
	if o.TLS {
		e.drive = e.runStreams
	}
	return e
}

// run makes the load and returns its counts, also if it ended early. Then the error is a
// *fatalError, errLimit, or the cause of ctx.
func (e *engine) run(ctx context.Context) (*tally, error) {
	ctx, e.cancel = context.WithCancelCause(ctx)
	defer e.cancel(nil)
	counts, err := e.drive(ctx)
	if errors.Is(err, poll.ErrUnsupported) {
		counts, err = e.runStreams(ctx)
	}
	if e.limit != nil {
		e.limit.Stop()
	}
	if err != nil {
		return counts, err
	}

	var fatalErr *fatalError
	cause := context.Cause(ctx)
	if errors.As(cause, &fatalErr) || e.remaining(counts) > 0 {
		return counts, cause
	}
	return counts, nil
}

// remaining returns the number of requests that have not come to an end of any kind.
func (e *engine) remaining(t *tally) int64 {
	ended := t.complete() + t.unsent
	if e.openLoop() {
		ended += t.connect // a closed loop makes these requests again
	}
	return int64(e.options.Requests) - ended
}

func (e *engine) openLoop() bool { return e.options.Rate > 0 }

// elapsed returns the time since the load began.
func (e *engine) elapsed() time.Duration { return time.Since(e.began) }

// takeTicket hands out one request of a closed loop and reports whether one was left. The counter
// never exceeds the number of requests, so that a returned ticket can be handed out again.
func (e *engine) takeTicket() bool {
	for {
		n := e.tickets.Load()
		if n >= int64(e.options.Requests) {
			return false
		}
		if e.tickets.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// returnTicket returns a request that could not be made.
func (e *engine) returnTicket() { e.tickets.Add(-1) }

// noTicketLeft reports whether all requests of a closed loop are handed out.
func (e *engine) noTicketLeft() bool { return e.tickets.Load() >= int64(e.options.Requests) }

// currentAddress returns the address to connect to, and notes it in x.
func (e *engine) currentAddress(x *exchange) netip.AddrPort {
	x.address = e.address.Load()
	return e.addresses[x.address]
}

// startOthers lets the connections start that wait for the first response. Like ab, a closed loop
// makes its first request alone, so that a missing server causes one error and not one for each
// connection.
func (e *engine) startOthers() {
	if !e.started.Load() && e.started.CompareAndSwap(false, true) {
		close(e.others)
	}
}

// stop ends the load with an error.
func (e *engine) stop(err error) {
	e.stopped.Store(true)
	e.cancel(err)
}
