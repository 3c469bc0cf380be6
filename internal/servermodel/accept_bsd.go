//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"errors"

	"golang.org/x/sys/unix"
)

// accept takes the next connection. A connection takes its mode from the listening socket here, so
// the mode is set either way.
func accept(listener int, nonblocking bool) (int, error) {
	fd, _, err := unix.Accept(listener)
	if err != nil {
		return -1, err
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, nonblocking); err != nil {
		return -1, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}
