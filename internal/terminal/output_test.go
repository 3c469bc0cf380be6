package terminal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

// failsOnce refuses its first write with an error and accepts every later one.
type failsOnce struct {
	strings.Builder
	err error
}

func (f *failsOnce) Write(p []byte) (int, error) {
	if err := f.err; err != nil {
		f.err = nil
		return 0, err
	}
	return f.Builder.Write(p)
}

func TestOutputKeepsItsError(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
	const lost = "standard output could not be written: no space left on device"
	test := func(written, own error, want string) {
		t.Helper()
		below := &failsOnce{err: written}
		out := NewOutput(below)
		_, first := io.WriteString(out, "one\n")
		_, second := io.WriteString(out, "two\n")
		if !errors.Is(first, written) || !errors.Is(second, written) {
			t.Errorf("wrote with %v and %v, want %v", first, second, written)
		}
		if written != nil && below.Len() > 0 {
			t.Errorf("%q was written after a gap", below.String())
		}
		if got := fmt.Sprint(out.ErrorWith(own)); got != want {
			t.Errorf("%v beside %v: %q, want %q", written, own, got, want)
		}
	}

	test(nil, nil, "<nil>")
	test(nil, errors.New("invalid"), "invalid")
	test(full, nil, lost)
	test(full, errors.New("invalid"), "invalid\n"+lost)
	test(full, errors.New(""), lost)
	test(full, fmt.Errorf("writing the summary: %w", full), lost)
}

// The reader of a closed pipe has what it wanted.
func TestOutputToClosedPipe(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	defer writer.Close()

	out := NewOutput(writer)
	_, err = io.WriteString(out, "one\n")
	if err == nil {
		t.Fatal("a closed pipe takes a line")
	}
	if got := out.ErrorWith(fmt.Errorf("printing: %w", err)); got != nil {
		t.Errorf("the error %v, want none", got)
	}
	invalid := errors.New("invalid")
	if got := out.ErrorWith(invalid); got != invalid {
		t.Errorf("the error %v, want that of the command", got)
	}
}
