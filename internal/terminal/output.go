package terminal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// Output is the standard output of a command. It keeps the first error of writing to it, so that
// no command has to look at the error of each line that it prints. After an error, it refuses
// everything: what is there has no gaps.
type Output struct {
	out io.Writer
	mu  sync.Mutex
	err error
}

// NewOutput returns the output that writes to out.
func NewOutput(out io.Writer) *Output { return &Output{out: out} }

func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.out.Write(p)
	o.err = err
	return n, err
}

// ErrorWith returns the error with which a command ends: its own, and that its output could not be
// written. Output that a closed pipe refused is no error: its reader has seen enough, as head has.
func (o *Output) ErrorWith(own error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		return own
	}
	if errors.Is(own, o.err) {
		own = nil
	}
	if isClosedPipe(o.err) {
		return own
	}

	cause := o.err
	if failed, ok := errors.AsType[*fs.PathError](cause); ok {
		cause = failed.Err
	}
	lost := fmt.Errorf("standard output could not be written: %w", cause)
	if own == nil || own.Error() == "" { // what its exit code is about has not been printed
		return lost
	}
	return errors.Join(own, lost)
}
