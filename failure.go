package main

import (
	"errors"
	"fmt"
	"strconv"
)

// The exit codes of the built binary, as --help and the README list them.
const (
	exitOK      = 0
	exitFailure = 1 // anything that has no code of its own: a full disk, a bug
	exitUsage   = 2 // wrong usage, or a spec that is refused
	exitMachine = 3 // the machine lacks something, or something is in the way
	exitInvalid = 4 // measured and reported, but a cell is invalid
)

// failure is an error that knows its exit code and what the user can do about it.
type failure struct {
	code int
	err  error // nil: everything has been said already
	hint string
}

func (f *failure) Error() string {
	if f.err == nil {
		return ""
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

func usageError(format string, args ...any) error {
	return &failure{
		code: exitUsage,
		err:  fmt.Errorf(format, args...),
		hint: "labbook --help shows what is possible",
	}
}

func machineError(hint, format string, args ...any) error {
	return &failure{code: exitMachine, err: fmt.Errorf(format, args...), hint: hint}
}

// silent ends with an exit code where the command has said all that there is to say.
func silent(code int) error {
	if code == exitOK {
		return nil
	}
	return &failure{code: code}
}

// exitCode gives the code and the hint of an error; the code is 0 for nil.
func exitCode(err error) (code int, hint string) {
	var f *failure
	var signal interrupted
	switch {
	case err == nil:
		return exitOK, ""
	case errors.As(err, &f):
		return f.code, f.hint
	case errors.As(err, &signal):
		return 128 + int(signal.signal), ""
	}
	return exitFailure, ""
}

func itoa(n int) string { return strconv.Itoa(n) }
