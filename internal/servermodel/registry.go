//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// registry is the list of a server's open connections. Threads that wait in read or write cannot
// look at the time or at a signal; the registry does that for them, and ends their waiting by
// shutting the socket down.
type registry struct {
	service   *service
	birth     time.Time
	room      chan struct{} // holds something after a connection has closed
	complaint complaint     // of the one who accepts
	cut       atomic.Bool   // the grace is over: nobody waits for anything any more

	mu   sync.Mutex
	open map[int]*client // by descriptor
}

func newRegistry(s *service, stderr io.Writer) *registry {
	return &registry{
		service:   s,
		birth:     time.Now(),
		room:      make(chan struct{}, 1),
		open:      map[int]*client{},
		complaint: complaint{stderr: stderr},
	}
}

// enter notes a new connection.
func (r *registry) enter(fd int) *client {
	c := clients.Get().(*client)
	c.socket = socket{
		fd:           fd,
		conversation: conversation{service: r.service, out: c.out[:0], since: time.Now()},
	}
	c.registry, c.interest = r, poll.None
	c.note()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[fd] = c
	return c
}

// leave closes a connection. It does so under the lock, so that a descriptor is never shut down
// when it already belongs to somebody else.
func (r *registry) leave(c *client) {
	r.mu.Lock()
	delete(r.open, c.fd)
	poll.Close(c.fd)
	r.mu.Unlock()
	clients.Put(c)
	select {
	case r.room <- struct{}{}:
	default:
	}
}

// find gives the connection with the descriptor, nil if there is none.
func (r *registry) find(fd int) *client {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open[fd]
}

// full reports whether there may be no more connections.
func (r *registry) full() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open) >= r.service.most
}

// work does what a request costs: the thread computes, and sleeps.
func (r *registry) work() {
	if r.service.turns > 0 {
		compute(r.service.turns)
	}
	for left := r.service.work.Wait; left > 0 && !r.cut.Load(); left -= longestSleep {
		sleep(min(left, longestSleep))
	}
}

// longestSleep is how soon a sleeping thread notices that it is to end.
const longestSleep = 100 * time.Millisecond

// watch ends the connections that take too long, until stopped is closed.
func (r *registry) watch(stopped <-chan struct{}) {
	every := time.NewTicker(turn)
	defer every.Stop()
	for {
		select {
		case <-stopped:
			return
		case <-every.C:
		}
		now := int64(time.Since(r.birth))
		r.each(func(c *client) bool { return now > c.expiry.Load() }, unix.SHUT_RDWR)
	}
}

// stop ends the waiting of those who wait for a next request, and, after the grace, of everybody.
// It returns when all connections are closed. Until accepted is closed, it wakes whoever waits in
// accept; then it closes the listener. If accepted is nil nobody accepts any more.
func (r *registry) stop(listener int, accepted <-chan struct{}) {
	r.service.stopping.Store(true)
	grace := time.NewTimer(r.service.patience.grace)
	defer grace.Stop()
	again := time.NewTicker(stopTurn)
	defer again.Stop()
	for accepted != nil || r.count() > 0 {
		if accepted != nil {
			wakeAccept(listener)
		}
		if r.cut.Load() {
			r.each(func(*client) bool { return true }, unix.SHUT_RDWR)
		} else { // reading only: a request that has just come is still answered
			r.each(func(c *client) bool { return c.resting.Load() }, unix.SHUT_RD)
		}
		select {
		case <-r.room:
		case <-again.C:
		case <-accepted:
			accepted = nil
			_ = unix.Close(listener) // nobody uses it any more
		case <-grace.C:
			r.cut.Store(true)
		}
	}
}

// stopTurn is how often a server that stops looks at what is left.
const stopTurn = 5 * time.Millisecond

// each shuts down the connections that are meant.
func (r *registry) each(meant func(*client) bool, how int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for fd, c := range r.open {
		if meant(c) {
			_ = unix.Shutdown(fd, how) // one that is closed by its client needs none
		}
	}
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}
