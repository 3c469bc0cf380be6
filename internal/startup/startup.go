// Package startup holds what is known of a server that was started: what it prints, and why it was
// never ready. In come the server of the spec and what it writes; out come texts without the values
// of variables.
package startup

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// The pauses between two questions to a server that is not ready yet. The shortest does not disturb
// a server that starts; the longest is short enough not to matter beside a slow start.
const (
	minPause   = time.Millisecond
	maxPause   = 20 * time.Millisecond
	pauseShare = 20
)

// Pause returns how long to wait until the next question to a server that has been starting for a
// time. The time of its first good answer is known to the length of a pause: a twentieth of itself.
func Pause(since time.Duration) time.Duration {
	return min(max(minPause, since/pauseShare), maxPause)
}

// Seconds returns the seconds from a server's start to the last byte of its first good answer. It
// was asked until answered, which includes the time for which the connection was held open.
func Seconds(began, answered time.Time, answer *record.Answer) float64 {
	seconds := answered.Sub(began).Seconds()
	if answer.HeldOpenMS != nil {
		seconds -= *answer.HeldOpenMS / 1000
	}
	return max(0, seconds)
}

// WithoutBody returns how a server answered that did so without the expected body until its
// timeout, "" if err is another error.
func WithoutBody(err error, timeout time.Duration) string {
	unexpected, ok := errors.AsType[probe.UnexpectedBodyError](err)
	if !ok {
		return ""
	}
	return fmt.Sprintf("it answered %d for %v without the expected body: %s",
		unexpected.Status, timeout, unexpected.Shown())
}

// Output is the end of what a server prints.
type Output struct {
	process.TailBuffer

	// Ways are all ways in which the server is asked. It logs what it is asked, so the values of
	// their variables are hidden.
	Ways []spec.Server

	// Fetch returns what a server on another machine has printed, as a process.TailBuffer does;
	// nil: it runs on this one, and writes here.
	Fetch func() string
}

// String returns the end of what was printed, with the names of variables in the place of their
// values.
func (o *Output) String() string {
	if o.Fetch != nil {
		return o.Hide(o.Fetch())
	}
	return o.Hide(o.TailBuffer.String())
}

// Hide returns text with the names of variables in the place of their values.
func (o *Output) Hide(text string) string {
	return spec.HideValues(text, o.Ways, os.LookupEnv)
}

// maxSaid is how many lines of a server a message quotes: a trace of an exception. A server that
// fails at each question prints that again and again.
const maxSaid = 12

// Error is the error of a server that was never ready.
type Error struct {
	Server spec.Server
	Output *Output
	Cause  error
}

// Error names the server and the cause, and quotes the server.
func (e *Error) Error() string {
	text := fmt.Sprintf("server %q at %s: %s", e.Server.Name, e.Server.Address, e.cause())
	if said := e.Output.String(); said != "" {
		text += "; it said: " + lastLines(said, maxSaid)
	}
	return text
}

// lastLines returns the end of a text: at most n lines, and a line that says what was left out.
func lastLines(text string, n int) string {
	lines := strings.Split(text, "\n")
	if left := len(lines) - n; left > 0 {
		return fmt.Sprintf("(… and %d lines before)\n%s", left, strings.Join(lines[left:], "\n"))
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// cause returns the text of the cause, with the name of the server's machine in the place of its IP
// address. One that quotes the server may quote what it was asked.
func (e *Error) cause() string {
	text := e.Server.HideIP(e.Cause.Error())
	if _, quotes := errors.AsType[probe.NotHTTPError](e.Cause); quotes {
		return e.Output.Hide(text)
	}
	return text
}

// Fail fills in the result of a trial whose server was never ready because of err.
func Fail(err error, result *record.Result) {
	result.Outcome, result.Reason = record.NotStarted, err.Error()
	if failed, ok := errors.AsType[*hook.Error](err); ok {
		result.Outcome, result.Reason = record.HookFailed, failed.Ran.Reason()
	}

	failed, ok := errors.AsType[*Error](err)
	if !ok {
		return
	}
	result.Reason = "the server did not become ready: " + failed.cause()
	result.ServerStderr = failed.Output.String()
}
