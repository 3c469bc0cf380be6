//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// readSoon reads what is there: the connections of acceptPatient have no patience here.
func readSoon(fd int, p []byte) (int, error) { return poll.Read(fd, p) }

// acceptPatient takes the next connection, as acceptNow does.
func acceptPatient(listener int) (int, error) { return acceptNow(listener, true) }

// setPatience does nothing: connections do not take it from the listening socket here.
func setPatience(int, time.Duration) error { return nil }

// acceptNow takes the next connection from a non-blocking listening socket, without waiting for
// one.
func acceptNow(
	listener int,
	nonblocking bool,
) (int, error) {
	return acceptWith(listener, nonblocking)
}

// accept waits for the next connection; the connection is a blocking one.
func accept(listener int) (int, error) { return acceptWith(listener, false) }

// acceptWith sets the connection's mode either way: it takes the listening socket's here.
func acceptWith(listener int, nonblocking bool) (int, error) {
	fd, _, err := unix.Accept(listener)
	if err != nil {
		return -1, err
	}
	unix.CloseOnExec(fd)
	if err := errors.Join(noDelay(fd), unix.SetNonblock(fd, nonblocking)); err != nil {
		return -1, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// sleep keeps the calling thread waiting, as a blocking call does.
func sleep(d time.Duration) {
	for end := time.Now().Add(d); ; {
		left := time.Until(end)
		if left <= 0 {
			return
		}
		limit := unix.NsecToTimeval(left.Nanoseconds() + 999)
		_, _ = unix.Select(0, nil, nil, nil, &limit) // a signal may end it early
	}
}

// send sends to a blocking socket, and waits until there is room.
func send(fd int, p []byte) (int, error) { return unix.Write(fd, p) }
