package load

import (
	"errors"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// settling is an engine in a known situation, and an attempt that it is to settle.
type settling struct {
	options   Options
	completed int64 // requests before
	refused   int64 // connections before
	begun     bool  // the response has begun
	attempt   attempt
}

// settled is what followed from it.
type settled struct {
	Again    bool
	Fatal    string
	Code     int
	Counts   jsonRequests
	Returned bool // the request can be handed out again
}

func (s settling) run() settled {
	s.options.Requests = 1
	s.options.Timeout = time.Second
	address := netip.MustParseAddrPort("127.0.0.1:1")
	e := newEngine(s.options, []netip.AddrPort{address})
	e.completed.Store(s.completed)
	e.refused.Store(s.refused)
	e.takeTicket()

	counts := newTally(e.options)
	var x exchange
	if s.begun {
		x.response.headerBytes = 1
	}
	var result settled
	var err error
	result.Again, err = e.settle(&counts, &x, &s.attempt)
	var fatalErr *fatalError
	if errors.As(err, &fatalErr) {
		result.Fatal = fatalErr.text
		result.Code = fatalErr.code
	}
	result.Counts = counts.json()
	result.Returned = e.takeTicket()
	return result
}

// test checks what follows from the attempt.
func (s settling) test(t *testing.T, name string, want settled) {
	t.Helper()
	if diff := cmp.Diff(want, s.run()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// failed is an attempt that failed while other connections received bytes.
func failed(phase string, err error) attempt {
	return attempt{
		phase:     phase,
		err:       err,
		lastHeard: time.Second,
		at:        time.Second,
	}
}

// silent is an attempt whose deadline passed when nothing had been received for a second.
func silent(phase string) attempt {
	a := failed(phase, errDeadline)
	a.lastHeard = 0
	return a
}

// onReused is the same attempt on a kept connection.
func onReused(a attempt) attempt {
	a.reused = true
	return a
}

// endedOnce is the counts of one request that failed after its connection was made.
func endedOnce(failed jsonFailed) jsonRequests { return jsonRequests{Complete: 1, Failed: failed} }

var (
	resilient = Options{Resilient: true}
	openLoop  = Options{Rate: 1}
)

const expired = "The timeout specified has expired (70007)"

// A request that had a connection is counted once, in one of ab's classes.
func TestSettleResponse(t *testing.T) {
	reset := failed(phaseReceive, syscall.ECONNRESET)

	settling{attempt: failed(phaseReceive, nil)}.test(t, "complete",
		settled{Counts: jsonRequests{Complete: 1, Good: 1}})
	settling{attempt: failed(phaseReceive, errTruncated)}.test(t, "truncated",
		settled{Counts: endedOnce(jsonFailed{Length: 1})})
	settling{attempt: failed(phaseReceive, errMalformed)}.test(t, "not HTTP",
		settled{Counts: endedOnce(jsonFailed{Exceptions: 1})})
	settling{options: resilient, attempt: reset}.test(t, "reset with -r",
		settled{Counts: endedOnce(jsonFailed{Receive: 1})})
	settling{options: openLoop, attempt: reset}.test(t, "reset in an open loop",
		settled{Counts: endedOnce(jsonFailed{Receive: 1})})
	settling{attempt: reset}.test(t, "reset without -r",
		settled{Fatal: "apr_socket_recv: Connection reset by peer (104)", Code: 104})
}

// A server may close a kept connection before it sends the first byte of a response. It may not
// leave a request without a response.
func TestSettleReusedConnection(t *testing.T) {
	ended := onReused(failed(phaseReceive, errEmpty))
	timedOut := onReused(failed(phaseReceive, errDeadline))

	settling{attempt: ended}.test(t, "closed",
		settled{Again: true, Counts: jsonRequests{SentAgain: 1}})
	settling{begun: true, attempt: ended}.test(t, "closed within a response",
		settled{Counts: endedOnce(jsonFailed{Length: 1})})
	settling{options: resilient, attempt: timedOut}.test(t, "deadline",
		settled{Counts: endedOnce(jsonFailed{Receive: 1})})
}

// A deadline fails one request. In a closed loop, it ends the load if the whole server is silent.
func TestSettleDeadline(t *testing.T) {
	busy := failed(phaseReceive, errDeadline)
	oneFailed := settled{Counts: endedOnce(jsonFailed{Receive: 1})}
	serverGone := settled{Fatal: "apr_pollset_poll: " + expired, Code: 119}

	settling{options: resilient, attempt: busy}.test(t, "with -r", oneFailed)
	settling{attempt: busy}.test(t, "without -r", serverGone)
	settling{options: resilient, attempt: silent(phaseReceive)}.test(t, "silent", serverGone)
	settling{options: openLoop, attempt: silent(phaseReceive)}.test(t, "open loop", oneFailed)
	settling{attempt: silent(phaseConnect)}.test(t, "first connection", serverGone)
	settling{completed: 1, attempt: silent(phaseHandshake)}.test(t, "later handshake", serverGone)
	settling{attempt: silent(phaseHandshake)}.test(t, "first handshake", settled{
		Fatal:  "SSL handshake failed: " + expired,
		Code:   1,
		Counts: jsonRequests{Failed: jsonFailed{Connect: 1}},
	})
}

// The first connection that cannot be made ends the load. Later, a closed loop tries ten times.
func TestSettleConnect(t *testing.T) {
	refused := failed(phaseConnect, syscall.ECONNREFUSED)
	counts := jsonRequests{Failed: jsonFailed{Connect: 1}}

	settling{attempt: refused}.test(t, "first", settled{
		Fatal:  "apr_socket_recv: Connection refused (111)",
		Code:   111,
		Counts: counts,
	})
	settling{completed: 1, refused: 9, attempt: refused}.test(t, "tenth",
		settled{Returned: true, Counts: counts})
	settling{completed: 1, refused: 10, attempt: refused}.test(t, "eleventh", settled{
		Fatal: "\nTest aborted after 10 failures\n\n" +
			"apr_socket_connect(): Connection refused (111)",
		Code:   111,
		Counts: counts,
	})

	inOpenLoop := settling{
		options:   openLoop,
		completed: 1,
		refused:   10,
		attempt:   refused,
	}
	inOpenLoop.test(t, "in an open loop", settled{Counts: counts})
	settling{completed: 1, attempt: failed(phaseConnect, syscall.EMFILE)}.test(t,
		"no descriptor left",
		settled{Fatal: "socket: Too many open files (24)", Code: 24, Counts: counts})
}

// TestOtherAddressesAreTried has a host with two addresses. Until a request is complete, the second
// is tried after the first. A connection that finds out later that the first does not answer tries
// the second too, which is no failure of the server.
func TestOtherAddressesAreTried(t *testing.T) {
	address := netip.MustParseAddrPort("127.0.0.1:1")
	e := newEngine(openLoop, []netip.AddrPort{address, address})
	counts := newTally(e.options)
	test := func(name string, x *exchange, wantAgain bool, wantCounted int64) {
		t.Helper()
		refused := attempt{phase: phaseConnect, err: syscall.ECONNREFUSED}
		again, fatalErr := e.settle(&counts, x, &refused)
		if again != wantAgain || fatalErr != nil || counts.connect != wantCounted {
			t.Errorf("%s: again %v, %d counted, %v, want %v and %d",
				name, again, counts.connect, fatalErr, wantAgain, wantCounted)
		}
	}
	var early, late exchange
	e.currentAddress(&early)
	e.currentAddress(&late)

	test("refused by the first address", &early, true, 0)
	e.currentAddress(&early)
	e.completed.Add(1)
	test("refused late by the first address", &late, true, 0)
	e.currentAddress(&late)
	test("refused by the address that answers", &late, false, 1)
}

// TestReturnedTicket refuses a connection when every other connection has found no request left:
// the request must still be made.
func TestReturnedTicket(t *testing.T) {
	e := newEngine(Options{Requests: 1}, nil)
	if !e.takeTicket() || e.takeTicket() || e.takeTicket() {
		t.Fatal("one request must be handed out once")
	}
	e.returnTicket()
	if !e.takeTicket() {
		t.Error("the request that was returned is lost")
	}
}
