//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"errors"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// conn is one of the -c connections of a load and the request that it makes. Between requests it
// may be closed or stay open.
type conn struct {
	state     state
	interest  poll.Interest // what the poller watches fd for
	connected bool          // fd has a connection, or connect has been called
	ended     bool          // the server has ended its half of the connection
	reused    bool          // the connection has carried a complete response
	fd        int           // noSocket: there is none

	written        int   // bytes of the request
	earlier, later *conn // in the queue of deadlines
	exchange       exchange
}

const noSocket = -1

// state is how far a connection's request has come.
//
//	idle → dialing → connecting → sending → receiving → done → idle
//
// A request on an open connection starts with sending. A request whose connection is lost may start
// again with dialing, see engine.settle.
type state uint8

const (
	idle       state = iota // there is no request
	dialing                 // a connection is to be begun
	connecting              // a connection was begun; whether it can be made is not known
	sending                 // the connection is made, and the request is being written
	receiving               // the request is written
	done                    // the response is complete
)

// phase returns the phase in which a failure in this state is counted.
func (s state) phase() string {
	switch s {
	case dialing, connecting:
		return phaseConnect
	case sending:
		return phaseSend
	}
	return phaseReceive
}

// errIdle means that the poller reported a connection without a request: the server has closed a
// kept connection, or sent something that was not asked for.
var errIdle = errors.New("no request")

// advance takes a connection's request as far as possible without waiting, and returns its state
// then. With an error, that is the state in which the connection failed. advance reads, writes and
// notes times; what follows from it is left to settle.
func (l *loop) advance(c *conn, ready poll.Interest) (state, error) {
	switch c.state {
	case idle:
		return idle, errIdle

	case dialing:
		if err := l.dial(c); err != nil {
			return dialing, err
		}
		return l.send(c, connecting) // within this machine a connection is made at once

	case connecting:
		l.now = l.engine.elapsed()
		c.exchange.connectEnd = l.now
		if err := connectError(c.fd); err != nil {
			return connecting, err
		}
		return l.send(c, connecting)

	case sending:
		if ready&poll.Readable != 0 { // a server may answer before it has all of a body
			if next, err := l.receive(c, ready); err != nil || next == done {
				return next, err
			}
		}
		if ready&poll.Writable == 0 {
			return sending, nil
		}
		return l.send(c, sending)
	}
	return l.receive(c, ready)
}

// dial begins a connection.
func (l *loop) dial(c *conn) error {
	x := &c.exchange
	l.now = l.engine.elapsed()
	x.connectStart = l.now
	x.sent = 0
	c.written = 0

	address := l.engine.currentAddress(x)
	if c.fd == noSocket {
		fd, err := l.dialer.socket(address, &l.engine.options)
		if err != nil {
			return err
		}
		l.adopt(c, fd)
	}
	if err := l.dialer.connect(c.fd); err != nil {
		return err
	}

	c.connected = true
	l.counts.opened++
	x.connectEnd = l.engine.elapsed()
	return nil
}

// adopt gives a connection a new socket.
func (l *loop) adopt(c *conn, fd int) {
	c.fd = fd
	for fd >= len(l.byFD) {
		l.byFD = append(l.byFD, nil)
	}
	l.byFD[fd] = c
}

// send writes as much of the request as the socket takes. The first byte that it takes proves that
// the connection is made.
func (l *loop) send(c *conn, current state) (state, error) {
	request := l.engine.request
	for c.written < len(request) {
		n, err := poll.Write(c.fd, request[c.written:])
		switch {
		case err == nil:
			current = sending
			c.written += n
			l.counts.sentBytes += int64(n)
		case err == unix.EINTR:
			// Write again.
		case current == connecting && (err == unix.EAGAIN || err == unix.ENOTCONN):
			return connecting, l.watch(c, poll.Writable)
		case err == unix.EAGAIN:
			return sending, l.watch(c, poll.Readable|poll.Writable)
		default:
			return current, err
		}
	}

	c.exchange.sent = l.engine.elapsed()
	return receiving, l.watch(c, poll.Readable)
}

// maxReads limits the reads of one connection before the others have their turn.
const maxReads = 16

// receive reads the bytes that have arrived and parses them.
func (l *loop) receive(c *conn, ready poll.Interest) (state, error) {
	x := &c.exchange
	for range maxReads {
		n, err := poll.Read(c.fd, l.buffer)
		switch err {
		case nil:
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return c.state, nil
		default:
			l.now = l.engine.elapsed()
			return c.state, err
		}

		l.now = l.engine.elapsed()
		if n == 0 {
			return l.endResponse(c)
		}
		l.lastHeard = l.now
		if err := x.receive(l.engine, l.framing, l.buffer[:n], l.now); err != nil {
			return c.state, err
		}
		if x.response.part == complete {
			return done, nil
		}
		if n < len(l.buffer) { // the socket is empty
			if ready&poll.Ended != 0 {
				return l.endResponse(c)
			}
			return c.state, nil
		}
	}
	return c.state, nil
}

// endResponse handles the end of what the server sends.
func (l *loop) endResponse(c *conn) (state, error) {
	if err := c.exchange.response.end(l.framing); err != nil {
		return c.state, err
	}
	c.ended = true
	return done, nil
}

// watch tells the poller what a connection waits for.
func (l *loop) watch(c *conn, interest poll.Interest) error {
	if c.interest == interest {
		return nil
	}
	if err := l.poller.Change(c.fd, c.interest, interest); err != nil {
		return err
	}
	c.interest = interest
	return nil
}

// closeConn closes a connection's socket, if it has one. The poller forgets a closed socket.
func (l *loop) closeConn(c *conn) {
	if c.fd != noSocket {
		l.byFD[c.fd] = nil
		poll.Close(c.fd)
	}
	c.fd = noSocket
	c.interest = poll.None
	c.connected = false
	c.ended = false
	c.reused = false
}
