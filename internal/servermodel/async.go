//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// The model "async": one thread serves everybody. It asks the system which sockets are ready, reads what is
// there, answers what is complete, and never waits for any one client; what is not complete is kept until its
// socket is ready again.
//
//   - What blocks: only the question which sockets are ready.
//   - What is shared: everything, without a lock, for there is one thread.
//   - What a slow request does to others: its computing delays them all; its waiting delays nobody.
//   - What a connection costs: a descriptor and what it has sent so far.

// loop is the whole server: it belongs to one goroutine on one thread.
type loop struct {
	poller    *poll.Poller
	listener  int
	accepting bool // whether the poller watches the listener
	exhausted bool // descriptors ran out, and this was said
	conns     map[int]*asyncConn
	buffer    []byte    // every read goes here first
	now       time.Time // of this turn
	swept     time.Time // when idle connections were last looked for
	stderr    io.Writer
}

// asyncConn is one connection.
type asyncConn struct {
	conversation
	fd       int
	interest poll.Interest
	draining bool      // answered and shut down: what still comes is thrown away until the client closes
	drained  int       // bytes thrown away so far
	active   time.Time // of the last turn in which something moved
}

// batch is how many ready sockets one question to the system tells at most.
const batch = 256

// turn is how long the loop waits at most, so that idle connections and a paused listener are looked after.
const turn = time.Second

func serveAsync(ctx context.Context, config Config) error {
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	poller, err := poll.New(batch)
	if err != nil {
		return errors.Join(err, unix.Close(listener))
	}
	l := &loop{poller: poller, listener: listener, conns: map[int]*asyncConn{},
		buffer: make([]byte, 64<<10), stderr: config.Stderr}
	defer l.close()
	if err := errors.Join(unix.SetNonblock(listener, true), l.accept(true)); err != nil {
		return err
	}
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_ = poller.Wake() // the poller is open until woken is closed, so it can be woken
	})
	config.Ready(address)
	runtime.LockOSThread() // one thread, and always the same one
	defer runtime.UnlockOSThread()
	err = l.run(ctx)
	if !stop() {
		<-woken
	}
	return err
}

// run turns until ctx ends.
func (l *loop) run(ctx context.Context) error {
	events := make([]poll.Event, batch)
	for ctx.Err() == nil {
		n, err := l.poller.Wait(events, turn)
		if err != nil {
			return fmt.Errorf("waiting for sockets: %w", err)
		}
		l.now = time.Now()
		for _, event := range events[:n] {
			if event.FD == l.listener {
				l.acceptAll()
			} else if c := l.conns[event.FD]; c != nil { // nil: closed earlier in this turn
				l.serve(c)
			}
		}
		l.lookAfter()
	}
	return nil
}

// accept starts or pauses the watching of the listener.
func (l *loop) accept(on bool) error {
	from, to := poll.None, poll.Readable
	if !on {
		from, to = to, from
	}
	if on == l.accepting {
		return nil
	}
	l.accepting = on
	return l.poller.Change(l.listener, from, to)
}

// acceptAll takes every connection that waits. Out of descriptors, it pauses until some come back:
// asking again at once would turn the loop into a busy one.
func (l *loop) acceptAll() {
	for {
		fd, err := accept(l.listener, true)
		if passing(err) {
			continue
		}
		if exhausted(err) {
			if !l.exhausted {
				fmt.Fprintf(l.stderr, "accepting: %v; waiting for connections to close\n", err)
			}
			l.exhausted = true
			_ = l.accept(false) // if this fails the loop is busier, not wrong
			return
		}
		if err != nil {
			return // EAGAIN: all are taken
		}
		l.exhausted = false
		prepare(fd)
		c := &asyncConn{fd: fd, active: l.now}
		l.conns[fd] = c
		l.serve(c) // the request is often there already
	}
}

// serve moves one connection as far as it goes without waiting.
func (l *loop) serve(c *asyncConn) {
	c.active = l.now
	for {
		if len(c.out) > 0 && !l.write(c) {
			return // closed, or the client reads slowly: no more is read from it meanwhile
		}
		if c.over && !c.draining && !l.finish(c) {
			return
		}
		if !c.over && len(c.in) > 0 {
			c.receive(nil, l.now) // requests that waited until the client had read
			if len(c.out) > 0 {
				continue
			}
		}
		n, err := unix.Read(c.fd, l.buffer)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			l.watch(c, poll.Readable)
			return
		case err != nil || n == 0:
			l.drop(c)
			return
		case c.draining:
			if c.drained += n; c.drained > maxDrain {
				l.drop(c)
				return
			}
		default:
			c.receive(l.buffer[:n], l.now)
		}
	}
}

// write sends what is to be sent; it reports whether all of it went.
func (l *loop) write(c *asyncConn) bool {
	for len(c.out) > 0 {
		n, err := unix.Write(c.fd, c.out)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			l.watch(c, poll.Writable)
			return false
		case err != nil:
			l.drop(c)
			return false
		default:
			c.sent(n)
		}
	}
	return true
}

// finish ends a connection whose last answer is sent; it reports whether there is still something to read. A
// client that may still be sending is read to its end: closing before would reset the connection, and
// the client could lose the answer.
func (l *loop) finish(c *asyncConn) bool {
	if !c.rude {
		l.drop(c)
		return false
	}
	c.draining = true
	_ = unix.Shutdown(c.fd, unix.SHUT_WR) // a peer that is gone already shows at the next read
	return true
}

func (l *loop) watch(c *asyncConn, interest poll.Interest) {
	if err := l.poller.Change(c.fd, c.interest, interest); err != nil {
		l.drop(c)
		return
	}
	c.interest = interest
}

// drop closes a connection; the poller forgets it by that.
func (l *loop) drop(c *asyncConn) {
	delete(l.conns, c.fd)
	_ = unix.Close(c.fd) // there is nothing left that could be lost
	_ = l.accept(true)   // if this fails it is tried again in lookAfter
}

// lookAfter drops idle connections and, now and then, tries again to accept.
func (l *loop) lookAfter() {
	if l.now.Sub(l.swept) < turn {
		return
	}
	l.swept = l.now
	for _, c := range l.conns {
		if l.now.Sub(c.active) > idleTimeout {
			l.drop(c)
		}
	}
	_ = l.accept(true) // if this fails it is tried again in the next turn
}

func (l *loop) close() {
	for _, c := range l.conns {
		l.drop(c)
	}
	_ = unix.Close(l.listener)
	_ = l.poller.Close()
}
