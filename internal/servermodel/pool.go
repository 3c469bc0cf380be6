//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// defaultThreads is the number of threads of a pool unless Config.Workers sets it.
const defaultThreads = 16

// serveThreadPool is the model "thread-pool": a fixed number of OS threads. Idle connections need
// no thread. The kernel keeps the queue of connections that are ready. A thread takes the first,
// answers what is complete, and returns the connection to the kernel.
//
//   - What blocks: each thread, in the queue until a connection is ready, and in the work of a
//     request.
//   - What is shared: the queue, and the list of open connections, under a lock.
//   - What a slow request does to others: it occupies one thread; when all are occupied, every
//     client waits.
//   - What a connection costs: a descriptor, a small struct, and what it has sent so far.
func serveThreadPool(ctx context.Context, config Config) error {
	workers := cmp.Or(config.Workers, defaultThreads)
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	p, err := newThreadPool(listener, newRegistry(newService(config), config.Stderr))
	if err != nil {
		return err
	}

	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threadsPerCore * runtime.NumCPU()))
	var threads sync.WaitGroup
	for range workers {
		threads.Go(p.run) // ends when p.ended is set and the poller woken
	}
	config.Ready(address)
	err = p.serve(ctx)
	threads.Wait()
	return errors.Join(err, p.poller.Close())
}

// threadsPerCore is how many threads per core may run Go code at a time, see slotsPerCore.
const threadsPerCore = 4

// nextRequestWait is how long a thread stays with a client that it has answered.
const nextRequestWait = 10 * time.Millisecond

// threadPool is what the threads share.
type threadPool struct {
	*registry
	poller  *poll.Poller
	ended   atomic.Bool  // all connections are closed: the threads end
	waiting atomic.Int32 // threads that wait for the queue

	accepting sync.Mutex
	listener  int  // noListener: closed
	paused    bool // there is no room for one more connection
}

// newThreadPool returns a pool that watches the listener, which the pool owns from now on.
func newThreadPool(listener int, connections *registry) (*threadPool, error) {
	poller, err := poll.New()
	if err != nil {
		return nil, errors.Join(err, unix.Close(listener))
	}
	err = errors.Join(
		unix.SetNonblock(listener, true),
		setReadTimeout(listener, nextRequestWait),
		poller.Change(listener, poll.None, poll.Readable|poll.Once),
	)
	if err != nil {
		return nil, errors.Join(err, unix.Close(listener), poller.Close())
	}
	return &threadPool{registry: connections, poller: poller, listener: listener}, nil
}

// serve supervises the pool until ctx ends. Then it ends the connections, those with a request in
// progress last.
func (p *threadPool) serve(ctx context.Context) error {
	watched := make(chan struct{})
	go p.closeExpired(watched) // ends when watched is closed

	every := time.NewTicker(sweepEvery)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-p.freed:
			p.resumeAccepting()
		case <-every.C: // descriptors can also be freed elsewhere
			p.resumeAccepting()
		}
	}
	every.Stop()
	close(watched)

	err := p.stopAccepting()
	p.stop(noListener, nil)
	p.ended.Store(true)
	return errors.Join(err, p.poller.Wake())
}

// run is the life of one thread.
func (p *threadPool) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	w := worker{buffer: make([]byte, bufferSize), work: func() bool { p.work(); return true }}
	var events [1]poll.Event
	for {
		p.waiting.Add(1)
		n, err := p.poller.Wait(events[:], -1)
		p.waiting.Add(-1)
		if err != nil || p.ended.Load() {
			_ = p.poller.Wake() // so that the next thread ends too
			return
		}
		if n == 0 {
			continue
		}

		if c := p.find(events[0].FD); c != nil {
			c.handoff.Load()
			p.advance(c, &w)
		} else if c := p.acceptOne(); c != nil {
			p.advance(c, &w) // the request has often arrived already
		}
	}
}

// advance takes a connection as far as possible, and returns it to the kernel or closes it. Until
// then the connection belongs to this thread alone.
func (p *threadPool) advance(c *client, w *worker) {
	interest := poll.Readable
	for n := 0; ; {
		w.now = time.Now()
		c.waiting.Store(false)
		next := c.advance(w, n)
		if next == finished {
			p.close(c)
			return
		}
		c.publish()
		if next == toWrite {
			interest = poll.Writable
			break
		}

		// While another thread waits for the queue, this one can wait a moment for the next request
		// of its client.
		if !c.waiting.Load() || p.waiting.Load() == 0 {
			break
		}
		var err error
		n, err = readSoon(c.fd, w.buffer)
		if err == unix.EAGAIN || err == unix.EINTR {
			break
		}
		if err != nil || n == 0 {
			p.close(c)
			return
		}
	}
	p.putBack(c, interest|poll.Once)
}

// putBack returns a connection to the kernel. From then on it may belong to another thread.
func (p *threadPool) putBack(c *client, interest poll.Interest) {
	fd, from := c.fd, c.interest
	c.interest = interest
	c.handoff.Store(true)
	if err := p.poller.Change(fd, from, interest); err != nil {
		p.close(c)
	}
}

// acceptOne accepts the next connection, and lets another thread accept the one after it.
func (p *threadPool) acceptOne() *client {
	p.accepting.Lock()
	defer p.accepting.Unlock()
	if p.listener == noListener {
		return nil
	}
	if p.full() {
		p.pauseAccepting(errFull)
		return nil
	}

	fd, err := acceptWithTimeout(p.listener)
	if exhausted(err) {
		p.pauseAccepting(err)
		return nil
	}
	p.watchListener()
	if err != nil {
		return nil // another thread accepted it, or the client has closed it
	}
	return p.add(fd)
}

// pauseAccepting leaves new connections in the kernel's queue until there is room.
func (p *threadPool) pauseAccepting(why error) {
	p.acceptLog.print(why)
	p.paused = true
}

// resumeAccepting accepts again after a pause.
func (p *threadPool) resumeAccepting() {
	p.accepting.Lock()
	defer p.accepting.Unlock()
	if p.paused && !p.full() && p.listener != noListener {
		p.watchListener()
	}
}

// watchListener has the listener reported once more.
func (p *threadPool) watchListener() {
	const once = poll.Readable | poll.Once
	p.paused = p.poller.Change(p.listener, once, once) != nil // then resumeAccepting tries again
}

// stopAccepting accepts the connections in the kernel's queue, because their requests are in
// progress, and closes the listener.
func (p *threadPool) stopAccepting() error {
	p.accepting.Lock()
	defer p.accepting.Unlock()
	err := p.poller.Change(p.listener, poll.Readable|poll.Once, poll.None)
	for !p.full() {
		fd, acceptErr := acceptWithTimeout(p.listener)
		if transient(acceptErr) {
			continue
		}
		if acceptErr != nil {
			break // EAGAIN: the queue is empty; otherwise there is no room
		}
		p.putBack(p.add(fd), poll.Readable|poll.Once)
	}

	err = errors.Join(err, unix.Close(p.listener))
	p.listener = noListener
	return err
}
