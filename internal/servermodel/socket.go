//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// socket is one connection with its conversation. It is non-blocking in the models that use a
// poller, and blocking in those whose threads wait.
type socket struct {
	conversation
	fd       int
	draining bool // shut down after the last answer: input is discarded until the client closes
	drained  int  // bytes discarded so far
}

// outcome is what a connection waits for when it can go no further.
type outcome uint8

const (
	toRead   outcome = iota // the client must send
	toWrite                 // the client must read
	toWork                  // the simulated I/O of a request must end
	finished                // nothing: the connection is to be closed
)

// worker is what a thread needs to advance non-blocking sockets.
type worker struct {
	buffer []byte    // for every read
	now    time.Time // of this turn

	// work does the work of a request. It reports false if the work goes on in the background.
	work func() (done bool)
}

// advance takes a connection as far as possible without waiting. The first n bytes of the worker's
// buffer have been read from it already.
func (s *socket) advance(w *worker, n int) outcome {
	if n > 0 && !s.process(w, w.buffer[:n]) {
		return toWork
	}

	// A read that does not fill the buffer has emptied the socket. The poller reports what comes
	// later.
	more := n == 0 || n == len(w.buffer)
	for {
		if next, ok := s.flush(); !ok {
			return next
		}

		var input []byte
		if !s.hasBuffered() {
			if !more {
				return toRead
			}
			n, open := s.read(w.buffer)
			if !open {
				return finished
			}
			more = n == len(w.buffer)
			input = w.buffer[:n]
		}
		if !s.process(w, input) {
			return toWork
		}
	}
}

// process passes input to the conversation and does the work of a request. It reports whether that
// is done.
func (s *socket) process(w *worker, input []byte) (done bool) {
	if len(input) == 0 && !s.hasBuffered() {
		return true
	}
	return !s.receive(input, w.now) || w.work()
}

// flush sends what is pending, and ends the sending after the last answer. If ok is false, the
// connection must wait for next before more input is read.
func (s *socket) flush() (next outcome, ok bool) {
	next, ok = s.write()
	switch {
	case !ok:
		return next, false
	case s.closing && !s.unreadInput:
		return finished, false
	case s.closing && !s.draining:
		// If the client is still sending, closing now would reset the connection, and the client
		// could lose the answer. A client that is gone already is noticed by the next read.
		s.draining = true
		_ = unix.Shutdown(s.fd, unix.SHUT_WR)
	}
	return toRead, true
}

// read reads what the socket holds, up to the buffer's size. It reports false if the connection is
// to be closed.
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

// write sends what is pending. It reports whether all was sent; otherwise next is what the
// connection waits for.
func (s *socket) write() (next outcome, ok bool) {
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
