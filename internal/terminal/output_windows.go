package terminal

import (
	"errors"
	"syscall"
)

// errNoData is ERROR_NO_DATA, "the pipe is being closed" (winerror.h).
const errNoData = syscall.Errno(232)

// isClosedPipe reports whether a write failed because nothing reads the pipe any more.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.ERROR_BROKEN_PIPE) || errors.Is(err, errNoData)
}
