//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"time"

	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// socket is one connection with its conversation. It is non-blocking in the models that ask which
// sockets are ready, and blocking in those whose threads wait.
type socket struct {
	conversation
	fd       int
	draining bool // answered and shut down: what still comes is thrown away until the client closes
	drained  int  // bytes thrown away so far
}

// outcome is what a connection waits for after it went as far as it could.
type outcome uint8

const (
	toRead   outcome = iota // the client has to send
	toWrite                 // the client has to read
	toWork                  // the simulated I/O of a request has to end
	finished                // the connection is over, and may be closed
)

// worker is who moves non-blocking sockets.
type worker struct {
	buffer []byte      // every read goes here first
	now    time.Time   // of this turn
	work   func() bool // does what a request costs; reports whether that is done, or goes on meanwhile
}

// move takes a connection as far as it goes without waiting, beginning with the bytes that were
// read already.
func (s *socket) move(w *worker, had int) outcome {
	if had > 0 && s.receive(w.buffer[:had], w.now) && !w.work() {
		return toWork
	}
	unread := had == 0 || had == len(w.buffer) // more may lie in the socket than was read
	for {
		if next, sent := s.write(); !sent {
			return next // a client that reads slowly is not read from meanwhile
		}
		if s.over && !s.rude {
			return finished
		}
		if s.over && !s.draining {
			// Closing now would reset the connection if the client still sends, and it could lose
			// the answer.
			s.draining = true
			_ = unix.Shutdown(
				s.fd,
				unix.SHUT_WR,
			) // a peer that is gone already shows at the next read
		}
		n := 0
		switch {
		case s.held():
		case unread:
			var open bool
			if n, open = s.read(w.buffer); !open {
				return finished
			}
			unread = n == len(
				w.buffer,
			) // less: that was all, and the poller tells when there is more
		default:
			return toRead
		}
		if (n > 0 || s.held()) && s.receive(w.buffer[:n], w.now) && !w.work() {
			return toWork
		}
	}
}

// read takes what lies in the socket, as far as the buffer goes; it reports whether there may be
// more, now or later.
func (s *socket) read(buffer []byte) (n int, open bool) {
	for {
		n, err := poll.Read(s.fd, buffer)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			return 0, true
		case err != nil || n == 0:
			return 0, false
		}
		if s.draining {
			s.drained += n
		}
		return n, s.drained <= maxDrain
	}
}

// write sends what is to be sent; it reports whether all of it went, and if not, what comes of
// that.
func (s *socket) write() (next outcome, sent bool) {
	for s.pending() > 0 {
		n, err := poll.Write(s.fd, s.next())
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return toWrite, false
		case err != nil:
			return finished, false
		default:
			s.sent(n)
		}
	}
	return toRead, true
}
