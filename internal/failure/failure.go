// Package failure is the error that ends the program: it knows the exit code and a hint for the
// user. Any other error can be wrapped in one, at any depth; the outermost counts. CodeAndHint
// finds it, so main alone exits.
package failure

import (
	"errors"
	"fmt"
)

// The exit codes of the program, as --help and the README list them. A command that plays ab may
// use ab's own as well, see ExitWith, and a signal has 128 plus its number.
const (
	ExitOK        = 0
	ExitOther     = 1 // anything without a code of its own: a full disk, a bug
	ExitUsage     = 2 // wrong usage, or a spec that is refused
	ExitMachine   = 3 // the machine lacks something, or something is in the way
	ExitInvalid   = 4 // measured and reported, but a cell is invalid
	ExitFailed    = 5 // measured, reported and valid, but an expectation failed
	ExitUndecided = 6 // only if asked for: a check is undecided or not measured, or none was judged
)

// Code is an exit code as users are told of it.
type Code struct {
	Number  string // one, or several that mean the same
	Meaning string
}

// Codes returns what each exit code means, for --help and the manual page.
func Codes() []Code {
	return []Code{
		{"0", "success"},
		{"1", "failure, such as a full disk"},
		{"2", "wrong usage, or a spec that is refused"},
		{"3", "the machine lacks a program, or something is in the way, such as a port in use"},
		{"4", "finished, but some data are invalid"},
		{"5", "an expectation failed"},
		{"6", "with --strict: an expectation is undecided or not measured"},
		{"129, 130, 143", "after SIGHUP, SIGINT, SIGTERM, with everything measured kept"},
	}
}

// failure is an error with its exit code and a hint.
type failure struct {
	code int
	err  error // nil: the command has already printed everything
	hint string
}

func (f *failure) Error() string {
	if f.err == nil {
		return ""
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// New returns an error that ends the program with a code. The hint tells the user what to do; it
// may be empty.
func New(code int, err error, hint string) error {
	return &failure{code: code, err: err, hint: hint}
}

// Usage returns the error of a wrong command line; its arguments are those of fmt.Errorf.
func Usage(format string, args ...any) error {
	return New(ExitUsage, fmt.Errorf(format, args...), "labbook --help shows what is possible")
}

// Machine returns the error of a machine that lacks something or has something in the way. The
// hint tells the user what to do; the other arguments are those of fmt.Errorf.
func Machine(hint, format string, args ...any) error {
	return New(ExitMachine, fmt.Errorf(format, args...), hint)
}

// ExitWith returns an error without a message, for a command that has already printed its own. It
// is nil for ExitOK.
func ExitWith(code int) error {
	if code == ExitOK {
		return nil
	}
	return New(code, nil, "")
}

// CodeAndHint returns the exit code of an error and its hint, which is empty if there is none. The
// code of nil is ExitOK.
func CodeAndHint(err error) (code int, hint string) {
	var f *failure
	var signal Interrupted

	switch {
	case err == nil:
		return ExitOK, ""
	case errors.As(err, &f):
		return f.code, f.hint
	case errors.As(err, &signal):
		return 128 + int(signal.Signal), ""
	}
	return ExitOther, ""
}
