package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// sample is one answered request. Times are in nanoseconds of the monotonic clock.
type sample struct {
	start   int64 // of its connection, or of its sending on one that was open; since the engine's start
	connect int64 // 0 on a connection that was open
	wait    int64 // from the last byte sent to the first one received
	total   int64
}

// tally counts what connections saw. Each request is in it once.
type tally struct {
	samples     []sample // of every request that is complete, failed ones included
	good        int      // answers that were whole
	connect     int      // connections that could not be made; such a request is tried again
	receive     int
	length      int
	exceptions  int
	non2xx      int
	keptAlive   int // answers after which the connection stayed
	headerBytes int64
	bodyBytes   int64
	sentBytes   int64
}

// add puts another tally's counts to this one's.
func (t *tally) add(other tally) {
	t.samples = append(t.samples, other.samples...)
	t.good += other.good
	t.connect += other.connect
	t.receive += other.receive
	t.length += other.length
	t.exceptions += other.exceptions
	t.non2xx += other.non2xx
	t.keptAlive += other.keptAlive
	t.headerBytes += other.headerBytes
	t.bodyBytes += other.bodyBytes
	t.sentBytes += other.sentBytes
}

// first is what the first whole answer said: the document that all others are measured by.
type first struct {
	server string
	length int64 // of its body
}

// engine makes one load. Its connections run side by side; what they share is here.
type engine struct {
	options   Options
	addresses []string     // of the host, each with the port; the first that answers is used
	chosen    atomic.Int32 // index into addresses
	request   []byte
	began     time.Time
	notice    func(done int)    // told of every complete request
	log       func(text string) // what -v wants to see

	tickets  atomic.Int64 // requests that were handed out
	done     atomic.Int64 // requests that are complete
	refused  atomic.Int64 // connections that could not be made
	ended    atomic.Int64 // when the last request was complete, nanoseconds since began
	document atomic.Pointer[first]

	started chan struct{} // closed when the first response header has come: then the other connections start
	once    sync.Once
	cancel  context.CancelCauseFunc
}

// fatal is an error that ends a load, with ab's message and exit code for it.
type fatal struct {
	text string
	code int
}

func (f *fatal) Error() string { return f.text }

// errLimit ends a load at its -t.
var errLimit = errors.New("the time limit was reached")

// run makes the load and gives what was counted, also when something ended it early; then the error is a
// *fatal, errLimit, or the cause of ctx.
func (e *engine) run(ctx context.Context) (tally, error) {
	ctx, e.cancel = context.WithCancelCause(ctx)
	defer e.cancel(nil)
	if e.options.Limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, e.options.Limit, errLimit)
		defer stop()
	}
	e.request = requestBytes(e.options)
	e.started = make(chan struct{})
	e.began = time.Now()
	tallies := make([]tally, e.options.Concurrency)
	var group sync.WaitGroup
	for i := range tallies {
		group.Go(func() { // ends when the tickets or ctx do
			if i > 0 {
				select {
				case <-e.started:
				case <-ctx.Done():
				}
			}
			c := connection{engine: e, ctx: ctx}
			c.work()
			tallies[i] = c.tally
		})
	}
	group.Wait()
	var all tally
	for _, t := range tallies {
		all.add(t)
	}
	if all.complete() == e.options.Requests {
		return all, nil
	}
	return all, context.Cause(ctx)
}

func (t *tally) complete() int { return len(t.samples) }

// failures is ab's "Failed requests".
func (t *tally) failures() int { return t.connect + t.receive + t.length + t.exceptions }

// ticket hands out one request, and reports whether there was one left.
func (e *engine) ticket() bool { return e.tickets.Add(1) <= int64(e.options.Requests) }

func (e *engine) address() string { return e.addresses[e.chosen.Load()] }

// since gives the nanoseconds since the load began.
func (e *engine) since() int64 { return int64(time.Since(e.began)) }

// headerCame lets the other connections start. ab makes its first request alone, so that a server that is not
// there is found once and not c times.
func (e *engine) headerCame() { e.once.Do(func() { close(e.started) }) }

// completed notes a complete request.
func (e *engine) completed(at int64) {
	for last := e.ended.Load(); at > last && !e.ended.CompareAndSwap(last, at); last = e.ended.Load() {
	}
	e.notice(int(e.done.Add(1)))
}

// matches reports whether a whole answer has the length of the first one, which it becomes if there
// is none yet.
func (e *engine) matches(h header, length int64) bool {
	if e.document.CompareAndSwap(nil, &first{h.server, length}) || e.options.AnyLength {
		return true
	}
	return e.document.Load().length == length
}

// mostRefused is how many connections may fail before ab gives up.
const mostRefused = 10

// connectFailed counts a connection that could not be made, and ends the load where that makes no
// sense any more: at once if nobody has answered yet, else after ten.
func (e *engine) connectFailed(err error) {
	if e.done.Load() == 0 && int(e.chosen.Load()) < len(e.addresses)-1 {
		e.chosen.Add(1) // only the first connection is tried until somebody answers
		return
	}
	text, code := systemError(err)
	if e.done.Load() == 0 {
		e.cancel(&fatal{"apr_socket_recv: " + text, code})
	} else if e.refused.Add(1) > mostRefused {
		e.cancel(&fatal{fmt.Sprintf("\nTest aborted after %d "+
			"failures\n\napr_socket_connect(): %s", mostRefused, text), code})
	}
}
