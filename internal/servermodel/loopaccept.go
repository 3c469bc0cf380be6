//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import "labbook.example/labbook/internal/poll"

// setAccepting starts or stops the watching of the listener.
func (l *loop) setAccepting(on bool) error {
	if on == l.accepting {
		return nil
	}
	from, to := poll.None, poll.Readable
	if !on {
		from, to = to, from
	}
	if err := l.poller.Change(l.listener, from, to); err != nil {
		return err
	}
	l.accepting = on
	return nil
}

// acceptAll accepts every connection that waits. If there is no room for one more, because of the
// limit or because descriptors ran out, it pauses until a connection closes. Until then the others
// wait in the kernel's queue. Trying again at once would make the loop busy.
func (l *loop) acceptAll() {
	for {
		if l.open >= l.maxConns {
			l.pauseAccepting(errFull)
			return
		}
		fd, err := acceptNow(l.listener, true)
		if transient(err) {
			continue
		}
		if exhausted(err) {
			l.pauseAccepting(err)
			return
		}
		if err != nil {
			return // EAGAIN: no more connections wait
		}
		l.advance(l.add(fd)) // the request has often arrived already
	}
}

// pauseAccepting stops accepting until a connection closes.
func (l *loop) pauseAccepting(why error) {
	if l.maxConns > 0 {
		l.acceptLog.print(why)
	}
	_ = l.setAccepting(false) // if this fails, the loop is busier but correct
}

// add adds a new connection.
func (l *loop) add(fd int) *loopConn {
	var c *loopConn
	if n := len(l.free); n > 0 {
		c, l.free = l.free[n-1], l.free[:n-1]
		*c = loopConn{
			socket:     socket{conversation: conversation{out: c.out[:0]}},
			generation: c.generation,
		}
	} else {
		c = &loopConn{}
	}
	c.service = l.service
	c.since = l.now
	c.fd = fd

	for fd >= len(l.conns) {
		l.conns = append(l.conns, nil)
	}
	l.conns[fd] = c
	l.open++
	return c
}
