//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// registry holds a server's open connections. A thread that waits in read or write cannot watch the
// clock or notice a signal. The registry does that, and ends the wait by shutting the socket down.
type registry struct {
	service   *service
	started   time.Time
	freed     chan struct{} // holds a value after a connection has closed
	acceptLog acceptLog     // used only by the thread that accepts
	graceOver atomic.Bool   // nothing waits for anything any more
	held      atomic.Int64  // connections whose descriptor is not closed yet

	mu   sync.Mutex
	open map[int]*client // by descriptor
}

func newRegistry(s *service, stderr io.Writer) *registry {
	return &registry{
		service:   s,
		started:   time.Now(),
		freed:     make(chan struct{}, 1),
		open:      map[int]*client{},
		acceptLog: acceptLog{stderr: stderr},
	}
}

// add adds a new connection.
func (r *registry) add(fd int) *client {
	c := clients.Get().(*client)
	c.socket = socket{
		fd:           fd,
		conversation: conversation{service: r.service, out: c.out[:0], since: time.Now()},
	}
	c.registry = r
	c.interest = poll.None
	c.publish()

	r.held.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[fd] = c
	return c
}

// close removes a connection and closes it. It is removed first, so that shutdown never meets a
// descriptor that belongs to another connection already. Closing takes the kernel longer than
// removing takes us, so other threads need not wait for it.
func (r *registry) close(c *client) {
	r.mu.Lock()
	delete(r.open, c.fd)
	r.mu.Unlock()
	poll.Close(c.fd)
	r.held.Add(-1)

	clients.Put(c)
	select {
	case r.freed <- struct{}{}:
	default:
	}
}

// find returns the connection with a descriptor; nil if there is none.
func (r *registry) find(fd int) *client {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open[fd]
}

// full reports whether no more connections are allowed.
func (r *registry) full() bool { return r.held.Load() >= int64(r.service.maxConns) }

// work does the work of a request: the calling thread computes and sleeps.
func (r *registry) work() {
	if r.service.turns > 0 {
		compute(r.service.turns)
	}
	for left := r.service.work.Wait; left > 0 && !r.graceOver.Load(); left -= maxSleep {
		sleep(min(left, maxSleep))
	}
}

// maxSleep is how soon a sleeping thread notices that the grace is over.
const maxSleep = 100 * time.Millisecond

// closeExpired ends, about once a second, the connections that took too long. It runs until stopped
// is closed.
func (r *registry) closeExpired(stopped <-chan struct{}) {
	every := time.NewTicker(sweepEvery)
	defer every.Stop()
	for {
		select {
		case <-stopped:
			return
		case <-every.C:
		}
		now := int64(time.Since(r.started))
		r.shutdown(unix.SHUT_RDWR, func(c *client) bool { return now > c.expiry.Load() })
	}
}

// stop ends the idle connections, and after the grace all of them. It returns when all are closed.
//
// Until accepted is closed, it also wakes the thread that waits in accept; then it closes the
// listener. If accepted is nil, no thread accepts any more.
func (r *registry) stop(listener int, accepted <-chan struct{}) {
	r.service.stopping.Store(true)
	grace := time.NewTimer(r.service.timeouts.grace)
	defer grace.Stop()
	again := time.NewTicker(stopEvery)
	defer again.Stop()

	for accepted != nil || r.held.Load() > 0 {
		if accepted != nil {
			wakeAccept(listener)
		}
		if r.graceOver.Load() {
			r.shutdown(unix.SHUT_RDWR, func(*client) bool { return true })
		} else { // only the reading: a request that has just arrived is still answered
			r.shutdown(unix.SHUT_RD, func(c *client) bool { return c.waiting.Load() })
		}

		select {
		case <-r.freed:
		case <-again.C:
		case <-accepted:
			accepted = nil
			_ = unix.Close(listener) // no thread uses it any more
		case <-grace.C:
			r.graceOver.Store(true)
		}
	}
}

// stopEvery is how often a server that stops looks at what is left.
const stopEvery = 5 * time.Millisecond

// shutdown shuts down the selected connections.
func (r *registry) shutdown(how int, selected func(*client) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for fd, c := range r.open {
		if selected(c) {
			_ = unix.Shutdown(fd, how) // fails if the client has closed it already
		}
	}
}
