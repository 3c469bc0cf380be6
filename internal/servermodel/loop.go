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

// loop is an event loop: it belongs to one goroutine on one thread, and everything in it needs no
// lock. It asks the system which sockets are ready, reads what is there, answers what is complete,
// and never waits for any one client: what is not complete is kept until its socket is ready again.
type loop struct {
	service   *service
	poller    *poll.Poller
	listener  int
	accepting bool        // whether the poller watches the listener
	conns     []*loopConn // by descriptor
	open      int         // how many there are
	most      int         // how many there may be
	free      []*loopConn // closed ones, to be used again
	waits     []wait      // requests whose simulated I/O goes on, the earliest first
	worker
	yielded   time.Time // when Go's scheduler was gone through last
	turns     int       // since then
	swept     time.Time // when connections that take too long were last looked for
	last      time.Time // when the grace ends; zero while nothing was said of stopping
	complaint complaint
}

// loopConn is one connection.
type loopConn struct {
	socket
	interest poll.Interest
	waiting  bool   // for its simulated I/O: it is not read or written meanwhile
	life     uint64 // counts the connections that this struct has been
}

// wait is one simulated I/O. Each takes the same time, so the queue is in the order in which they
// end.
type wait struct {
	conn *loopConn
	life uint64 // of conn: a connection that was closed meanwhile waits for nothing
	due  time.Time
}

// bufferSize is the most that is read at once.
const bufferSize = 64 << 10

// turn is how long the loop waits at most, so that connections that take too long are looked after.
const turn = time.Second

// newLoop makes a loop that answers on the listener, which it owns from now on.
func newLoop(listener, most int, s *service, stderr io.Writer) (*loop, error) {
	poller, err := poll.New()
	if err != nil {
		return nil, errors.Join(err, unix.Close(listener))
	}
	l := &loop{
		service:   s,
		poller:    poller,
		listener:  listener,
		most:      most,
		complaint: complaint{stderr: stderr},
	}
	l.worker = worker{buffer: make([]byte, bufferSize), work: l.work}
	if err := errors.Join(unix.SetNonblock(listener, true), l.accept(true)); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// serve answers until ctx ends, and then finishes what is under way. It closes the loop.
func (l *loop) serve(ctx context.Context) error {
	defer l.close()
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_ = l.poller.Wake() // the poller is open until woken is closed, so it can be woken
	})
	runtime.LockOSThread() // one thread, and always the same one
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

// run turns as long as it is told to.
func (l *loop) run(more func() bool) error {
	events := make([]poll.Event, poll.Batch)
	for more() {
		n, err := l.poller.Wait(events, l.patience())
		if err != nil {
			return fmt.Errorf("waiting for sockets: %w", err)
		}
		l.now = time.Now()
		l.yield()
		for _, event := range events[:n] {
			if event.FD == l.listener {
				l.acceptAll()
			} else if c := l.conns[event.FD]; c != nil && !c.waiting { // nil: closed earlier in this turn
				l.move(c)
			}
		}
		l.endWaits()
		l.lookAfter()
	}
	return nil
}

// yield goes through Go's scheduler now and then. A goroutine that has not for 10 ms is suspected
// of keeping the others from running, and the runtime then looks at it every 20 µs: that took a
// fifteenth of the CPU. It costs some time itself, so a loop that has little to do seldom does it.
func (l *loop) yield() {
	l.turns++
	if l.turns >= yieldTurns && l.now.Sub(l.yielded) > yieldEvery {
		l.turns, l.yielded = 0, l.now
		runtime.Gosched()
	}
}

const (
	yieldEvery = 5 * time.Millisecond // under the 10 ms of the runtime's patience
	yieldTurns = 16                   // so many turns at least lie between two
)

// patience is how long the loop may wait for sockets: until the next simulated I/O ends, or the
// grace does.
func (l *loop) patience() time.Duration {
	limit := turn
	if len(l.waits) > 0 {
		limit = min(limit, time.Until(l.waits[0].due))
	}
	if !l.last.IsZero() {
		limit = min(limit, time.Until(l.last))
	}
	return max(0, limit)
}

// finish answers the requests that are under way, and those that wait to be accepted, for as long
// as grace allows.
func (l *loop) finish() error {
	l.now = time.Now()
	l.last = l.now.Add(l.service.patience.grace)
	l.service.stopping.Store(true)
	l.acceptAll()
	l.most = 0 // nobody is accepted any more
	_ = l.accept(false)
	_ = unix.Close(l.listener)
	l.listener = noListener
	for _, c := range l.conns {
		if c != nil && c.quiet() {
			l.drop(c)
		}
	}
	return l.run(func() bool { return l.open > 0 && time.Now().Before(l.last) })
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

// acceptAll takes every connection that waits. When there is no room for one more, because of the
// limit or because descriptors ran out, it pauses until a connection closes; until then the others
// wait in the kernel's queue. Asking again at once would turn the loop into a busy one.
func (l *loop) acceptAll() {
	for {
		if l.open >= l.most {
			l.pause(errFull)
			return
		}
		fd, err := acceptNow(l.listener, true)
		if passing(err) {
			continue
		}
		if exhausted(err) {
			l.pause(err)
			return
		}
		if err != nil {
			return // EAGAIN: all are taken
		}
		l.move(l.enter(fd)) // the request is often there already
	}
}

// pause stops accepting until a connection closes.
func (l *loop) pause(why error) {
	if l.most > 0 {
		l.complaint.say(why)
	}
	_ = l.accept(false) // if this fails the loop is busier, not wrong
}

// enter notes a new connection.
func (l *loop) enter(fd int) *loopConn {
	var c *loopConn
	if n := len(l.free); n > 0 {
		c, l.free = l.free[n-1], l.free[:n-1]
		*c = loopConn{socket: socket{conversation: conversation{out: c.out[:0]}}, life: c.life}
	} else {
		c = &loopConn{}
	}
	c.service, c.since, c.fd = l.service, l.now, fd
	for fd >= len(l.conns) {
		l.conns = append(l.conns, nil)
	}
	l.conns[fd] = c
	l.open++
	return c
}

// move takes one connection as far as it goes without waiting, and sees to what it waits for then.
func (l *loop) move(c *loopConn) {
	switch c.move(&l.worker, 0) {
	case toRead:
		l.watch(c, poll.Readable)
	case toWrite:
		l.watch(c, poll.Writable)
	case toWork:
		c.waiting = true
		l.waits = append(l.waits, wait{c, c.life, l.now.Add(l.service.work.Wait)})
		l.watch(
			c,
			poll.None,
		) // last, for if this fails the connection is dropped, and waits for nothing
	case finished:
		l.drop(c)
	}
}

// work does what a request costs; it reports whether that is done. If not, endWaits goes on with
// the connection.
func (l *loop) work() (done bool) {
	if turns := l.service.turns; turns > 0 {
		compute(
			turns,
		) // nothing else goes on meanwhile: this is what computing does to an event loop
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

// endWaits goes on with the requests whose simulated I/O has ended.
func (l *loop) endWaits() {
	for len(l.waits) > 0 && !l.waits[0].due.After(l.now) {
		w := l.waits[0]
		l.waits = l.waits[1:] // append takes what is left to a new place when this one is used up
		if w.conn.life == w.life && w.conn.waiting {
			w.conn.waiting = false
			l.move(w.conn)
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

// drop closes a connection; the poller forgets it by that.
func (l *loop) drop(c *loopConn) {
	l.conns[c.fd] = nil
	l.open--
	c.waiting = false
	c.life++
	l.free = append(l.free, c)
	poll.Close(c.fd)
	_ = l.accept(l.most > 0) // if this fails it is tried again in lookAfter
}

// lookAfter drops connections that take too long and, now and then, tries again to accept.
func (l *loop) lookAfter() {
	if l.now.Sub(l.swept) < turn {
		return
	}
	l.swept = l.now
	for _, c := range l.conns {
		if c != nil && l.now.After(c.deadline()) {
			l.drop(c)
		}
	}
	_ = l.accept(l.most > 0) // if this fails it is tried again in the next turn
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
