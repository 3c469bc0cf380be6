//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// client is one connection of a model with many threads.
type client struct {
	socket
	registry *registry

	// interest is what a thread pool last requested of the poller.
	interest poll.Interest
	// handoff orders what one thread of a pool wrote before what the next one reads.
	handoff atomic.Bool

	// These two tell the registry what the thread waits for; see publish.
	expiry  atomic.Int64 // nanoseconds after the registry's start
	waiting atomic.Bool  // for the next request
}

// clients are reused, so that a connection allocates nothing.
var clients = sync.Pool{New: func() any { return &client{} }}

// buffers are what a thread with one client reads into.
var buffers = sync.Pool{New: func() any { return new([maxHeader]byte) }}

// serve serves the client from its first byte to its last, as a sequential program would: the
// thread waits in read and in write.
func (c *client) serve() {
	buffer := buffers.Get().(*[maxHeader]byte)
	defer buffers.Put(buffer)
	for !c.closing {
		n, err := receive(c.fd, buffer[:]) // waits
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 || !c.answer(buffer[:n]) {
			return
		}
	}
	if c.unreadInput {
		c.drain(buffer[:])
	}
}

// answer answers the requests in the input. It reports whether the client is still there.
func (c *client) answer(input []byte) bool {
	work := c.receive(input, time.Now())
	for {
		for work {
			c.publish()
			c.registry.work()
			work = c.receive(nil, time.Now())
		}
		if !c.sendPending() {
			return false
		}
		if !c.hasBuffered() {
			break
		}
		work = c.receive(nil, time.Now())
	}
	c.publish()
	return true
}

// sendPending waits until everything is sent. It reports whether the client is still there.
func (c *client) sendPending() bool {
	for c.pending() > 0 {
		c.publish()
		n, err := send(c.fd, c.next())
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return false
		}
		c.sent(n)
	}
	return true
}

// drain reads until the client closes, which may still be sending. Closing now would reset the
// connection, and the client could lose the answer. After maxDrain bytes it is cut off.
func (c *client) drain(buffer []byte) {
	_ = unix.Shutdown(c.fd, unix.SHUT_WR) // if the client is gone, the next read fails
	for left := maxDrain; left > 0; {
		n, err := unix.Read(c.fd, buffer)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		left -= n
	}
}

// publish tells the registry what the thread is about to wait for, and for how long.
func (c *client) publish() {
	c.waiting.Store(c.idle())
	c.expiry.Store(int64(c.deadline().Sub(c.registry.started)))
}
