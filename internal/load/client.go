//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// client is one connection, or the place of one, and its request.
type client struct {
	exchange
	fd       int // closed: -1
	interest poll.Interest
	active   bool // there is a request
	linked   bool // the socket has a connection, or begins one
	dialing  bool // it is not known yet whether the connection can be made
	over     bool // the server has ended the connection
	reused   bool // the connection has carried a whole answer
	written  int  // of the request

	before, after *client // in the queue
}

const closed = -1

// phase is what is under way.
func (c *client) phase() string {
	switch {
	case c.dialing || c.fd == closed:
		return phaseConnect
	case c.sent == 0:
		return phaseSend
	}
	return phaseReceive
}

// dial begins a connection for a client's request. Connecting to this machine needs no waiting, so
// it is tried at once to send.
func (l *loop) dial(c *client) {
	l.now = l.since()
	c.dialed, c.dialing, c.written = l.now, true, 0
	if c.fd == closed {
		fd, err := l.dialer.socket(l.address(&c.exchange), &l.options)
		if err != nil {
			l.broken(c, err)
			return
		}
		l.enter(c, fd)
	}
	if err := l.dialer.connect(c.fd); err != nil {
		l.broken(c, err)
		return
	}
	c.linked = true
	l.opened++
	c.connected = l.since()
	l.send(c)
}

// enter notes a client's new socket.
func (l *loop) enter(c *client, fd int) {
	c.fd = fd
	for fd >= len(l.byFD) {
		l.byFD = append(l.byFD, nil)
	}
	l.byFD[fd] = c
}

// send sends as much of the request as goes.
func (l *loop) send(c *client) {
	for c.written < len(l.engine.request) {
		n, err := poll.Write(c.fd, l.engine.request[c.written:])
		switch {
		case err == nil:
			c.dialing = false
			c.written += n
			l.sentBytes += int64(n)
		case err == unix.EINTR:
		case c.dialing && (err == unix.EAGAIN || err == unix.ENOTCONN):
			l.watch(c, poll.Writable)
			return
		case err == unix.EAGAIN:
			l.watch(
				c,
				poll.Readable|poll.Writable,
			) // a server may refuse a body before it has all of it
			return
		default:
			l.broken(c, err)
			return
		}
	}
	c.sent = l.since()
	l.watch(c, poll.Readable)
}

// move takes a client as far as it goes, whose socket is ready.
func (l *loop) move(c *client, ready poll.Interest) {
	switch {
	case !c.active:
		l.drop(c) // the server ended a connection that was kept, or spoke unasked
		return
	case c.dialing:
		l.now = l.since()
		c.connected = l.now
		if err := dialError(c.fd); err != nil {
			l.broken(c, err)
			return
		}
		l.send(c)
		return
	}
	if ready&poll.Readable != 0 {
		l.receive(c, ready&poll.Ended != 0)
	}
	if ready&poll.Writable != 0 && c.active && c.fd != closed && c.written < len(l.engine.request) {
		l.send(c)
	}
}

// mostReads is how often a client is read before the others have their turn.
const mostReads = 16

// receive reads what has come. Ended says that the server will send nothing more.
func (l *loop) receive(c *client, ended bool) {
	for range mostReads {
		n, err := poll.Read(c.fd, l.buffer)
		if err == unix.EAGAIN {
			return
		}
		if err == unix.EINTR {
			continue
		}
		l.now = l.since()
		if err != nil {
			l.broken(c, err)
			return
		}
		if n == 0 {
			l.ended(c)
			return
		}
		l.heardAt = l.now
		if err := c.received(l.engine, l.framing, l.buffer[:n], l.now); err != nil ||
			c.part == whole {
			l.finish(c, err)
			return
		}
		if n == len(l.buffer) {
			continue
		}
		if ended {
			l.ended(c)
		}
		return // the rest has not come; the poller will tell
	}
}

// ended takes the end of what the server sends.
func (l *loop) ended(c *client) {
	if err := c.end(l.framing); err != nil {
		l.broken(c, err)
		return
	}
	c.over = true
	l.finish(c, nil)
}

// broken handles a connection that failed. One that could not be made is tried again, but for an
// open loop, in which time does not wait. A server may close a connection that it kept whenever it
// likes, so on such a one a request of which nothing was heard is sent again; silence is another
// matter.
func (l *loop) broken(c *client, err error) {
	switch {
	case c.dialing:
		c.dialing = false
		l.drop(c)
		again, dead := l.connectFailed(&l.tally, &c.exchange, phaseConnect, err)
		if again {
			l.dial(c)
			return
		}
		if l.end(dead) {
			return
		}
		l.rest(c)
		if l.options.Rate == 0 {
			l.tickets.Add(-1)
		}
	case c.reused && !c.heard() && err != errDeadline:
		l.stale++
		l.drop(c)
		l.dial(c)
	default:
		l.finish(c, err)
	}
}

// finish counts a request that came to its end.
func (l *loop) finish(c *client, err error) {
	if l.framing.last == nil && err == nil {
		l.framing.last = &memory{} // the first document is known, and with it the server's name
	}
	if dead := l.judge(&l.tally, &c.exchange, c.phase(), err, l.now); dead != nil {
		l.end(dead)
		return
	}
	switch {
	case err == nil && c.keepAlive && c.written == len(l.engine.request):
		c.reused = true
	case c.over && l.options.Rate == 0 && l.dialer.disconnect(c.fd):
		c.linked, c.over, c.reused = false, false, false
	default:
		l.drop(c)
	}
	l.rest(c)
}

// watch asks the poller for a client's socket.
func (l *loop) watch(c *client, interest poll.Interest) {
	if c.interest == interest {
		return
	}
	if err := l.poller.Change(c.fd, c.interest, interest); err != nil {
		l.broken(c, err)
		return
	}
	c.interest = interest
}

// drop closes a client's connection, if there is one; the poller forgets it by that.
func (l *loop) drop(c *client) {
	if c.fd != closed {
		l.byFD[c.fd] = nil
		poll.Close(c.fd)
	}
	c.fd, c.interest = closed, poll.None
	c.linked, c.over, c.reused, c.dialing = false, false, false, false
}
