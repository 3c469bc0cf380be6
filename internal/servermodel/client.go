//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// client is one connection of a model that has many threads.
type client struct {
	socket
	registry *registry
	interest poll.Interest // what a pool asked of the poller last
	handed   atomic.Bool   // orders what one thread of a pool wrote before what the next one reads
	expiry   atomic.Int64  // when the connection has taken too long, in nanoseconds since the registry's birth
	resting  atomic.Bool   // nothing is under way: the thread waits for the next request
}

// clients are used again, so that a connection allocates nothing.
var clients = sync.Pool{New: func() any { return &client{} }}

// buffers are what threads that belong to a client read into.
var buffers = sync.Pool{New: func() any { return new([maxHeader]byte) }}

// talk serves the client from its first byte to its last, as any sequential program would: the
// thread waits in read and in write.
func (c *client) talk() {
	buffer := buffers.Get().(*[maxHeader]byte)
	defer buffers.Put(buffer)
	for !c.over {
		n, err := unix.Read(c.fd, buffer[:]) // waits
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 || !c.answer(buffer[:n]) {
			return
		}
	}
	if c.rude {
		c.drain(buffer[:])
	}
}

// answer does what the received bytes ask for; it reports whether the client is there still.
func (c *client) answer(received []byte) bool {
	work := c.receive(received, time.Now())
	for {
		for work {
			c.note()
			c.registry.work()
			work = c.receive(nil, time.Now())
		}
		if !c.send() {
			return false
		}
		if !c.held() {
			break
		}
		work = c.receive(nil, time.Now())
	}
	c.note()
	return true
}

// send waits until all that is to be sent has been taken; it reports whether the client is there
// still.
func (c *client) send() bool {
	for c.pending() > 0 {
		c.note()
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

// drain reads a client that may still be sending to its end: closing before would reset the
// connection, and the client could lose the answer. A client that sends for ever is cut off in the
// end.
func (c *client) drain(buffer []byte) {
	_ = unix.Shutdown(c.fd, unix.SHUT_WR) // a peer that is gone already shows at the next read
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

// note tells the registry what the thread is about to wait for.
func (c *client) note() {
	c.resting.Store(c.quiet())
	c.expiry.Store(int64(c.deadline().Sub(c.registry.birth)))
}
