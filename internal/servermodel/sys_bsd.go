//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// readSoon reads what the socket holds. It does not wait here.
func readSoon(fd int, p []byte) (int, error) { return poll.Read(fd, p) }

// acceptWithTimeout accepts the next connection without waiting for one. The connection is
// non-blocking here.
func acceptWithTimeout(listener int) (int, error) { return acceptNow(listener, true) }

// setReadTimeout does nothing: connections do not inherit it from the listening socket here.
func setReadTimeout(int, time.Duration) error { return nil }

// acceptNow accepts the next connection from a non-blocking listening socket, without waiting for
// one.
func acceptNow(listener int, nonblocking bool) (int, error) {
	fd, _, err := unix.Accept(listener)
	if err != nil {
		return -1, err
	}
	unix.CloseOnExec(fd)

	// Here, a connection inherits the mode of the listening socket.
	if err := errors.Join(noDelay(fd), unix.SetNonblock(fd, nonblocking)); err != nil {
		return -1, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// accept waits for the next connection. The connection is blocking.
func accept(listener int) (int, error) { return acceptNow(listener, false) }

// sleep blocks the calling thread.
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

// receive waits for bytes from a blocking socket.
func receive(fd int, p []byte) (int, error) { return unix.Read(fd, p) }

// send sends to a blocking socket, and waits if there is no room.
func send(fd int, p []byte) (int, error) { return unix.Write(fd, p) }
