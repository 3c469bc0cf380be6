package load

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// The phases of a request in which it can fail, as the JSON names them.
const (
	phaseConnect   = "connect"
	phaseHandshake = "handshake"
	phaseSend      = "send"
	phaseWait      = "wait"    // the request is written, and no byte of the response is here
	phaseReceive   = "receive" // a part of the response is here
	phaseClose     = "close"   // the whole response is here, and its connection is to end
	phaseAnswer    = "answer"  // the bytes of the response are wrong
)

// phases are all of them.
var phases = []string{
	phaseConnect,
	phaseHandshake,
	phaseSend,
	phaseWait,
	phaseReceive,
	phaseClose,
	phaseAnswer,
}

// phase returns the phase in which an attempt ended, or is.
func (x *exchange) phase(connection string, f framing) string {
	r := &x.response
	switch {
	case connection != phaseReceive:
		return connection
	case !r.begun():
		return phaseWait
	case r.whole(f):
		return phaseClose
	}
	return phaseReceive
}

// fault is a way in which a request failed.
type fault struct {
	phase string
	name  string // of the system's error, such as "ECONNRESET", or of one of ours
	errno int    // number of the system's error; 0: it has none
}

// maxFaults limits the kinds of faults that are told apart, so that a server cannot make their list
// grow.
const maxFaults = 64

// countFault counts an error in a phase.
func (t *tally) countFault(phase string, err error) {
	f := faultOf(phase, err)
	if t.faults[f] == 0 && len(t.faults) >= maxFaults {
		f = fault{phase: phase, name: "other"}
	}
	t.faults[f]++
}

// wrongAnswers are what can be wrong with the bytes of a response.
var wrongAnswers = [...]error{
	errStatus,
	errBody,
	errLength,
	errMalformed,
	errExcess,
	errTruncated,
	errEmpty,
}

// faultOf classifies an error in a phase. Of responses there may be as many wrong ones as requests,
// so for them it allocates nothing.
func faultOf(phase string, err error) fault {
	for _, known := range wrongAnswers {
		if errors.Is(err, known) {
			return fault{phase: phaseAnswer, name: known.Error()}
		}
	}

	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		return fault{phase: phase, name: errnoName(number), errno: int(number)}
	case isDeadline(err):
		return fault{phase: phase, name: errDeadline.Error()}
	}
	return fault{phase: phase, name: err.Error()}
}

// errDeadline means that a request took longer than -s allows.
var errDeadline = errors.New("deadline")

func isDeadline(err error) bool {
	return errors.Is(err, errDeadline) || errors.Is(err, os.ErrDeadlineExceeded)
}

// fatalError is an error that ends a load. It has ab's message and exit code.
type fatalError struct {
	text string
	code int
}

func (f *fatalError) Error() string { return f.text }

// errUnanswered returns ab's error for a server that sent nothing for as long as -s allows.
func errUnanswered() error {
	return &fatalError{text: "apr_pollset_poll: " + timeoutText, code: timeoutCode}
}

// The text of APR's error for a timeout, and its number as an exit code.
const (
	timeoutText = "The timeout specified has expired (70007)"
	timeoutCode = 70007 & 255
)

// systemError returns an error's text as APR prints it, and its number as an exit code.
func systemError(err error) (text string, code int) {
	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		words := number.Error()
		words = strings.ToUpper(words[:1]) + words[1:]
		return words + " (" + strconv.Itoa(int(number)) + ")", int(number) & 255
	case isDeadline(err):
		return timeoutText, timeoutCode
	}
	return err.Error(), exitStopped
}
