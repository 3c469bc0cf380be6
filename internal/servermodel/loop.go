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

	"labbook.example/labbook/internal/poll"
)

// loop is an event loop. It belongs to one goroutine on one thread, so nothing in it needs a lock.
// It asks the system which sockets are ready, reads what they hold, and answers what is complete.
// It never waits for a single client: an incomplete request is kept until more of it arrives.
type loop struct {
	service   *service
	poller    *poll.Poller
	listener  int  // noListener: closed
	accepting bool // whether the poller watches the listener

	conns    []*loopConn // by descriptor
	open     int         // connections in conns
	maxConns int
	free     []*loopConn // closed connections, to be used again
	delays   []delay     // simulated I/O in progress, the earliest end first

	worker
	started   time.Time
	yielder   poll.Yielder
	lastSweep time.Time // when closeExpired last looked
	graceEnd  time.Time // zero until the server is told to stop
	acceptLog acceptLog
}

// loopConn is one connection.
type loopConn struct {
	socket
	interest   poll.Interest
	delayed    bool   // its simulated I/O is in progress: it is neither read nor written
	generation uint64 // how many connections used this struct before
}

// delay is the simulated I/O of one request. Each takes the same time, so the order of their ends
// is that of their starts.
type delay struct {
	conn       *loopConn
	generation uint64 // of conn; another one means that the connection was closed meanwhile
	end        time.Time
}

// bufferSize is the largest read, in bytes.
const bufferSize = 64 << 10

// sweepEvery is how often connections that took too long are closed. No loop waits longer.
const sweepEvery = time.Second

// newLoop returns a loop that answers on the listener, which the loop owns from now on.
func newLoop(listener, maxConns int, s *service, stderr io.Writer) (*loop, error) {
	poller, err := poll.New()
	if err != nil {
		return nil, errors.Join(err, unix.Close(listener))
	}

	l := &loop{
		service:   s,
		poller:    poller,
		listener:  listener,
		maxConns:  maxConns,
		started:   time.Now(),
		acceptLog: acceptLog{stderr: stderr},
	}
	l.worker = worker{buffer: make([]byte, bufferSize), work: l.work}
	if err := errors.Join(unix.SetNonblock(listener, true), l.setAccepting(true)); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// serve answers until ctx ends, and then finishes the requests in progress. It closes the loop.
func (l *loop) serve(ctx context.Context) error {
	defer l.close()
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_ = l.poller.Wake() // the poller is open until woken is closed
	})

	runtime.LockOSThread() // the model has one thread, and always the same one
	defer runtime.UnlockOSThread()
	err := l.run(func() bool { return ctx.Err() == nil })
	if !stop() {
		<-woken
	}
	if err != nil {
		return err
	}
	return l.finish()
}

// run turns while more returns true.
func (l *loop) run(more func() bool) error {
	events := make([]poll.Event, poll.Batch)
	for more() {
		n, err := l.poller.Wait(events, l.waitTime())
		if err != nil {
			return fmt.Errorf("waiting for sockets: %w", err)
		}

		l.now = time.Now()
		l.yielder.Turn(l.now.Sub(l.started))
		for _, event := range events[:n] {
			if event.FD == l.listener {
				l.acceptAll()
				continue
			}
			c := l.conns[event.FD]
			if c != nil && !c.delayed { // nil: closed earlier in this turn
				l.advance(c)
			}
		}
		l.endDelays()
		l.closeExpired()
	}
	return nil
}

// waitTime returns how long the loop may wait for sockets: until the next simulated I/O or the
// grace ends.
func (l *loop) waitTime() time.Duration {
	limit := sweepEvery
	if len(l.delays) > 0 {
		limit = min(limit, time.Until(l.delays[0].end))
	}
	if !l.graceEnd.IsZero() {
		limit = min(limit, time.Until(l.graceEnd))
	}
	return max(0, limit)
}

// finish answers the requests in progress and those of connections that wait to be accepted, until
// the grace ends.
func (l *loop) finish() error {
	l.now = time.Now()
	l.graceEnd = l.now.Add(l.service.timeouts.grace)
	l.service.stopping.Store(true)

	l.acceptAll()
	l.maxConns = 0 // accept no more
	_ = l.setAccepting(false)
	_ = unix.Close(l.listener)
	l.listener = noListener

	for _, c := range l.conns {
		if c != nil && c.idle() {
			l.drop(c)
		}
	}
	return l.run(func() bool { return l.open > 0 && time.Now().Before(l.graceEnd) })
}

// advance takes one connection as far as possible, and arranges for what it waits for then.
func (l *loop) advance(c *loopConn) {
	switch c.advance(&l.worker, 0) {
	case toRead:
		l.watch(c, poll.Readable)
	case toWrite:
		l.watch(c, poll.Writable)
	case toWork:
		c.delayed = true
		l.delays = append(l.delays, delay{c, c.generation, l.now.Add(l.service.work.Wait)})
		l.watch(c, poll.None) // last: if this fails, the connection is dropped with its delay
	case finished:
		l.drop(c)
	}
}

// work does the work of a request. It reports whether that is done; if not, endDelays continues.
func (l *loop) work() (done bool) {
	if turns := l.service.turns; turns > 0 {
		compute(turns) // nothing else happens meanwhile: computing stops an event loop
		l.now = time.Now()
	}

	pause := l.service.work.Wait
	if pause == 0 {
		return true
	}
	if l.service.work.Blocking {
		sleep(pause)
		l.now = time.Now()
		return true
	}
	return false
}

// endDelays continues the requests whose simulated I/O has ended.
func (l *loop) endDelays() {
	for len(l.delays) > 0 && !l.delays[0].end.After(l.now) {
		d := l.delays[0]
		l.delays = l.delays[1:] // append moves the rest to a new array once this one is used up
		if d.conn.generation == d.generation && d.conn.delayed {
			d.conn.delayed = false
			l.advance(d.conn)
		}
	}
}

func (l *loop) watch(c *loopConn, interest poll.Interest) {
	if c.interest == interest {
		return
	}
	if err := l.poller.Change(c.fd, c.interest, interest); err != nil {
		l.drop(c)
		return
	}
	c.interest = interest
}

// drop closes a connection. The poller forgets it automatically.
func (l *loop) drop(c *loopConn) {
	l.conns[c.fd] = nil
	l.open--
	c.delayed = false
	c.generation++
	l.free = append(l.free, c)
	poll.Close(c.fd)
	_ = l.setAccepting(l.maxConns > 0) // if this fails, closeExpired tries again
}

// closeExpired closes, about once a second, the connections that took too long. It also tries again
// to accept.
func (l *loop) closeExpired() {
	if l.now.Sub(l.lastSweep) < sweepEvery {
		return
	}
	l.lastSweep = l.now
	for _, c := range l.conns {
		if c != nil && l.now.After(c.deadline()) {
			l.drop(c)
		}
	}
	_ = l.setAccepting(l.maxConns > 0) // if this fails, the next sweep tries again
}

func (l *loop) close() {
	for _, c := range l.conns {
		if c != nil {
			l.drop(c)
		}
	}
	if l.listener != noListener {
		_ = unix.Close(l.listener)
	}
	_ = l.poller.Close()
}
