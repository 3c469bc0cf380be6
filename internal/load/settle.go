package load

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// attempt is one try at a request, as the loop or stream that made it saw it end.
type attempt struct {
	phase     string        // in which it ended
	err       error         // nil: the response is complete
	reused    bool          // the connection had carried a complete response before
	lastHeard time.Duration // when the last byte arrived on any connection of the loop or streams
	at        time.Duration // when the attempt ended
}

// settle counts how an attempt ended. It is the only place that does, for loops and streams alike,
// so that every request is counted once.
//
// again reports that the same request is to be made on a new connection. Otherwise the request is
// finished, and the connection can make another one. A fatal error ends the load; the request
// remains unfinished.
func (e *engine) settle(t *tally, x *exchange, a *attempt) (again bool, fatalErr error) {
	failed := a.err != nil
	if failed {
		a.phase = x.phase(a.phase, e.framing)
	}
	timedOut := failed && isDeadline(a.err)

	switch {
	case timedOut && e.silent(a):
		t.countFault(a.phase, a.err)
		return false, errUnanswered()

	case failed && (a.phase == phaseConnect || a.phase == phaseHandshake):
		return e.settleConnect(t, x, a)

	case failed && !timedOut && a.reused && !x.response.begun():
		// A server may close a kept connection at any time, also just before a request arrives. A
		// timeout is different: the server had the connection open and did not answer.
		t.retried++
		return true, nil
	}
	return false, e.settleResponse(t, x, a)
}

// silent reports whether the server is gone: no connection has received a byte for as long as a
// request may take. That ends a closed loop, as it ends ab. The arrivals of an open loop do not
// depend on the server. A first TLS handshake that stays unanswered has an error of its own.
func (e *engine) silent(a *attempt) bool {
	if e.openLoop() || a.phase == phaseHandshake && e.completed.Load() == 0 {
		return false
	}
	return a.lastHeard+e.options.Timeout <= a.at
}

// maxRefused is the number of connections that may fail before a closed loop gives up, as in ab.
const maxRefused = 10

// settleConnect settles an attempt whose connection could not be made. Until the first request is
// complete, the next address of the host is tried; when there is none, that is fatal. Later, a
// closed loop makes the request again, up to a limit; an open loop counts the arrival as failed.
func (e *engine) settleConnect(t *tally, x *exchange, a *attempt) (again bool, fatalErr error) {
	current := e.address.Load()
	if x.address < current {
		return true, nil // this address did not answer another connection either
	}
	first := e.completed.Load() == 0
	if first && int(current) < len(e.addresses)-1 {
		e.address.CompareAndSwap(current, current+1)
		return true, nil
	}

	t.connect++
	t.countFault(a.phase, a.err)
	text, code := systemError(a.err)
	switch {
	case errors.Is(a.err, syscall.EMFILE), errors.Is(a.err, syscall.ENFILE):
		return false, &fatalError{text: "socket: " + text, code: code}
	case first && a.phase == phaseHandshake:
		return false, &fatalError{text: "SSL handshake failed: " + text, code: exitStopped}
	case first:
		return false, &fatalError{text: "apr_socket_recv: " + text, code: code}
	case e.openLoop():
		return false, nil
	case e.refused.Add(1) > maxRefused:
		text = fmt.Sprintf("\nTest aborted after %d failures\n\napr_socket_connect(): %s",
			maxRefused, text)
		return false, &fatalError{text: text, code: code}
	}
	e.returnTicket()
	return false, nil
}

// settleResponse settles an attempt that had a connection: it counts a complete request in one of
// ab's classes. Without -r, an error of the system is fatal.
func (e *engine) settleResponse(t *tally, x *exchange, a *attempt) (fatalErr error) {
	r := &x.response
	err := a.err
	if err == nil {
		err = e.judge(r)
	}
	if err != nil {
		t.countFault(a.phase, err)
	}

	switch {
	case err == nil:
		t.good++
		if t.goodTotal != nil {
			t.goodTotal.record(a.at - x.due)
		}
		if r.header.keepAlive {
			t.keptAlive++
		}
		if r.surplus > 0 {
			t.withSurplus++
			t.surplusBytes += r.surplus
		}
	case errors.Is(err, errStatus), errors.Is(err, errBody):
		t.unexpected++
		if r.header.keepAlive {
			t.keptAlive++
		}
	case errors.Is(err, errTruncated), errors.Is(err, errEmpty), errors.Is(err, errLength):
		t.length++
	case errors.Is(err, errMalformed), errors.Is(err, errExcess):
		t.exceptions++
	case e.options.Resilient || e.openLoop():
		t.receive++
	case isDeadline(err):
		return errUnanswered()
	default:
		text, code := systemError(err)
		return &fatalError{text: "apr_socket_recv: " + text, code: code}
	}

	t.headerBytes += r.headerBytes
	t.bodyBytes += r.bodyBytes
	if status := r.header.status; status > 0 {
		t.statuses[status]++
		if status/100 != 2 {
			t.non2xx++
		}
	}
	x.record(t, a.at)
	t.ended = a.at

	e.trace(x)
	e.startOthers()
	e.progress(e.completed.Add(1))
	return nil
}

// document is what the first good response was like. The others are compared with it.
type document struct {
	server string // first word of the Server field
	length int64  // of the body, in bytes
}

// hasExpectedLength reports whether a response is as long as the first good one. The first call
// defines that length.
func (e *engine) hasExpectedLength(r *response) bool {
	d := e.document.Load()
	if d == nil {
		first := &document{server: string(r.header.server), length: r.bodyBytes}
		e.document.CompareAndSwap(nil, first)
		d = e.document.Load()
	}
	return e.options.AnyLength || d.length == r.bodyBytes
}

// trace logs a response's header, for -v.
func (e *engine) trace(x *exchange) {
	if e.options.Verbosity < 2 {
		return
	}
	text := "LOG: header received:\n" + string(x.trace) + "\n"
	switch status := x.response.header.status; {
	case status/100 != 2:
		text += fmt.Sprintf("WARNING: Response code not 2xx (%d)\n", status)
	case e.options.Verbosity >= 3:
		text += fmt.Sprintf("LOG: Response code = %d\n", status)
	}
	e.log(text)
}
