//go:build !windows

package terminal

import (
	"errors"
	"syscall"
)

// isClosedPipe reports whether a write failed because nothing reads the pipe any more. Where the
// pipe is standard output itself, SIGPIPE ends the process first, and there is no error.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
