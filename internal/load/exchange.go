package load

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// exchange is one request and its answer, wherever the bytes come from. Its times are nanoseconds
// since the load began.
type exchange struct {
	response
	began     int64 // when it was due: its intended start in an open loop
	dialed    int64 // when its connection was begun
	connected int64 // when its connection stood; dialed, on one that was open
	sent      int64 // when its last byte was sent; 0: it is not
	first     int64 // when the first byte of the answer came
	trace     []byte
	tried     int32 // address of the host, by its place
}

// begin makes it ready for a request that is due at a time.
func (x *exchange) begin(due, now int64) {
	x.reset()
	x.began, x.dialed, x.connected, x.sent, x.first = due, now, now, 0, 0
	x.trace = x.trace[:0]
}

// received takes what came at a time.
func (x *exchange) received(e *engine, f framing, data []byte, at int64) error {
	if !x.heard() {
		x.first = at
	}
	began := x.part == inHeader
	if began && e.options.Verbosity >= 2 {
		x.trace = append(x.trace, data[:min(len(data), maxHeader-min(maxHeader, len(x.trace)))]...)
	}
	err := x.feed(data, f)
	if began && x.part != inHeader {
		e.headerCame()
		if e.document.Load() == nil {
			x.server = bytes.Clone(
				x.server,
			) // it lies in a buffer that others use before the body is here
		}
	}
	return err
}

// document is what the first whole answer said, by which all others are measured.
type document struct {
	server string
	length int64 // of its body
}

// fatal is an error that ends a load, with ab's message and exit code for it.
type fatal struct {
	text string
	code int
}

func (f *fatal) Error() string { return f.text }

// errDeadline says that an answer took longer than -s allows.
var errDeadline = errors.New("deadline")

// unanswered is what ab says when nothing came for as long as -s allows.
func unanswered() error {
	return &fatal{"apr_pollset_poll: The timeout specified has expired (70007)", 70007 & 255}
}

// judge counts a request that came to its end at a time, well or with an error, once. It gives an
// error where that ends the load.
func (e *engine) judge(t *tally, x *exchange, phase string, err error, at int64) error {
	if err == nil && !e.matches(x) {
		err = errLength
	}
	if err != nil {
		t.blame(phase, err)
	}
	switch {
	case err == nil:
		t.good++
	case errors.Is(err, errTruncated), errors.Is(err, errEmpty), errors.Is(err, errLength):
		t.length++
	case errors.Is(err, errMalformed), errors.Is(err, errExcess):
		t.exceptions++
	case !e.resilient():
		if errors.Is(err, errDeadline) {
			return unanswered()
		}
		text, code := systemError(err)
		return &fatal{"apr_socket_recv: " + text, code}
	default:
		t.receive++
	}
	if err == nil && x.keepAlive {
		t.keptAlive++
	}
	t.headerBytes += x.headerBytes
	t.bodyBytes += x.bodyBytes
	if x.status > 0 {
		t.statuses[x.status]++
		if x.status/100 != 2 {
			t.non2xx++
		}
	}
	x.time(t, at)
	e.show(x)
	e.headerCame()
	e.completed(t, at)
	return nil
}

// time records how long it all took.
func (x *exchange) time(t *tally, at int64) {
	connect, total, wait, first := x.connected-x.dialed, at-x.began, int64(0), at
	if x.heard() {
		first = x.first
	}
	if x.heard() && x.sent > 0 { // an answer may come before all of a body is sent
		wait = max(0, x.first-x.sent)
	}
	t.connecting.record(connect)
	t.processing.record(total - connect)
	t.waiting.record(wait)
	t.firstByte.record(first - x.began)
	t.total.record(total)
	if t.keep {
		t.samples = append(t.samples, sample{x.began, connect, wait, total})
	}
}

// matches reports whether a whole answer has the length of the first one, which it becomes if there
// is none yet.
func (e *engine) matches(x *exchange) bool {
	d := e.document.Load()
	if d == nil {
		d = &document{string(x.server), x.bodyBytes}
		if !e.document.CompareAndSwap(nil, d) {
			d = e.document.Load()
		}
	}
	return e.options.AnyLength || d.length == x.bodyBytes
}

// show says what -v wants to see.
func (e *engine) show(x *exchange) {
	if e.options.Verbosity < 2 {
		return
	}
	text := "LOG: header received:\n" + string(x.trace) + "\n"
	switch {
	case x.status/100 != 2:
		text += fmt.Sprintf("WARNING: Response code not 2xx (%d)\n", x.status)
	case e.options.Verbosity >= 3:
		text += fmt.Sprintf("LOG: Response code = %d\n", x.status)
	}
	e.log(text)
}

// The phases of a request in which the system can fail.
const (
	phaseConnect   = "connect"
	phaseHandshake = "handshake"
	phaseSend      = "send"
	phaseReceive   = "receive"
	phaseAnswer    = "answer"
)

// mostFaults is how many kinds of faults are told apart, so that a server cannot make their list
// grow.
const mostFaults = 64

// blame counts what went wrong.
func (t *tally) blame(phase string, err error) {
	f := faultOf(phase, err)
	if t.faults[f] == 0 && len(t.faults) >= mostFaults {
		f = fault{phase, "other", 0}
	}
	t.faults[f]++
}

// faultOf names what went wrong.
func faultOf(phase string, err error) fault {
	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		return fault{phase, errnoName(number), int(number)}
	case errors.Is(err, errDeadline), errors.Is(err, os.ErrDeadlineExceeded):
		return fault{phase, errDeadline.Error(), 0}
	}
	for _, known := range []error{errMalformed, errExcess, errTruncated, errEmpty, errLength} {
		if errors.Is(err, known) {
			return fault{phaseAnswer, known.Error(), 0}
		}
	}
	return fault{phase, err.Error(), 0}
}

// systemError gives the words and the number of a system error, as apr prints them.
func systemError(err error) (text string, code int) {
	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		words := number.Error()
		return strings.ToUpper(
				words[:1],
			) + words[1:] + " (" + strconv.Itoa(
				int(number),
			) + ")", int(
				number,
			) & 255
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, errDeadline):
		return "The timeout specified has expired (70007)", 70007 & 255
	}
	return err.Error(), exitStopped
}
