package load

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"

	"labbook/internal/poll"
)

// engine makes one load. What its drivers share is here: loops, each with connections of its own on
// one thread, or streams, which are goroutines. Either way it hands out requests and takes what
// became of them.
type engine struct {
	options   Options
	drive     func(context.Context) (*tally, error) // by loops or by streams
	addresses []netip.AddrPort                      // of the host; the first that answers is used
	chosen    atomic.Int32                          // index into addresses
	request   []byte
	framing   framing
	began     time.Time
	notice    func(done int64)  // told of every complete request
	log       func(text string) // what -v wants to see

	tickets  atomic.Int64 // requests that were handed out
	done     atomic.Int64 // requests that are complete
	refused  atomic.Int64 // connections that could not be made
	document atomic.Pointer[document]
	security atomic.Pointer[security] // of the first connection with TLS

	started atomic.Bool   // the first response header has come: then the other connections start
	start   chan struct{} // closed with it
	stopped atomic.Bool   // the load is to end
	cancel  context.CancelCauseFunc
}

// errLimit ends a load at its -t.
var errLimit = errors.New("the time limit was reached")

// newEngine makes an engine that nobody listens to.
func newEngine(o Options, addresses []netip.AddrPort) *engine {
	e := &engine{
		options:   o,
		addresses: addresses,
		request:   requestBytes(o),
		framing: framing{
			head:       o.Method == "HEAD",
			persistent: o.KeepAlive,
			delimited:  o.KeepAlive || o.HTTP11,
		},
		start:  make(chan struct{}),
		notice: func(int64) {},
		log:    func(string) {},
	}
	e.drive = e.runLoops
	if o.TLS {
		e.drive = e.runStreams
	}
	return e
}

// run makes the load and gives what was counted, also when something ended it early; then the error
// is a *fatal, errLimit, or the cause of ctx.
func (e *engine) run(ctx context.Context) (*tally, error) {
	ctx, e.cancel = context.WithCancelCause(ctx)
	defer e.cancel(nil)
	if e.options.Limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, e.options.Limit, errLimit)
		defer stop()
	}
	e.began = time.Now()
	all, err := e.drive(ctx)
	if errors.Is(err, poll.ErrUnsupported) {
		all, err = e.runStreams(ctx)
	}
	var dead *fatal
	if cause := context.Cause(ctx); err == nil && (errors.As(cause, &dead) || e.unmade(all) > 0) {
		err = cause
	}
	return all, err
}

// unmade is how many of the requests have not come to an end of any kind.
func (e *engine) unmade(t *tally) int64 {
	made := t.complete() + t.unsent
	if e.options.Rate > 0 {
		made += t.connect // which is not tried again: that would be another arrival
	}
	return int64(e.options.Requests) - made
}

// ticket hands out one request and reports whether one was left. The counter never exceeds the
// number of requests, so that a ticket that is returned can be handed out again.
func (e *engine) ticket() bool {
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

// address gives the address that a request's connection is made to, and notes it.
func (e *engine) address(x *exchange) netip.AddrPort {
	x.tried = e.chosen.Load()
	return e.addresses[x.tried]
}

// since gives the nanoseconds since the load began.
func (e *engine) since() int64 { return int64(time.Since(e.began)) }

// resilient reports whether the load goes on after an answer that broke off. An open loop does: its
// arrivals come whatever the server does.
func (e *engine) resilient() bool { return e.options.Resilient || e.options.Rate > 0 }

// headerCame lets the other connections start. ab makes its first request alone, so that a server
// that is not there is found once and not c times.
func (e *engine) headerCame() {
	if !e.started.Load() && e.started.CompareAndSwap(false, true) {
		close(e.start)
	}
}

// completed notes a complete request.
func (e *engine) completed(t *tally, at int64) {
	t.ended = at
	e.notice(e.done.Add(1))
}

// intended is when an arrival of an open loop is due, in nanoseconds since the load began.
func (e *engine) intended(
	arrival int64,
) int64 {
	return int64(float64(arrival) * 1e9 / e.options.Rate)
}

// mostRefused is how many connections may fail before ab gives up.
const mostRefused = 10

// connectFailed counts a connection that could not be made. Again reports that another address of
// the host is to be tried instead, which is done until somebody has answered, and by whoever tried
// an address that others have left meanwhile. An error says that going on makes no sense: at once
// if nobody has answered yet, else after ten; an open loop goes on.
func (e *engine) connectFailed(
	t *tally,
	x *exchange,
	phase string,
	err error,
) (again bool, dead error) {
	if x.tried < e.chosen.Load() {
		return true, nil // another connection found out before
	}
	if e.done.Load() == 0 && int(x.tried) < len(e.addresses)-1 {
		e.chosen.CompareAndSwap(x.tried, x.tried+1)
		return true, nil
	}
	t.connect++
	t.blame(phase, err)
	text, code := systemError(err)
	switch {
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return false, &fatal{"socket: " + text, code}
	case phase == phaseHandshake && e.done.Load() == 0:
		return false, &fatal{"SSL handshake failed: " + text, exitStopped}
	case e.done.Load() == 0:
		return false, &fatal{"apr_socket_recv: " + text, code}
	case e.options.Rate == 0 && e.refused.Add(1) > mostRefused:
		return false, &fatal{fmt.Sprintf("\nTest aborted after %d "+
			"failures\n\napr_socket_connect(): %s", mostRefused, text), code}
	}
	return false, nil
}

// end ends the load with an error, if there is one; it reports whether the load is to end.
func (e *engine) end(err error) bool {
	if err != nil {
		e.stopped.Store(true)
		e.cancel(err)
	}
	return e.stopped.Load()
}
