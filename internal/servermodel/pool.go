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

	"labbook/internal/poll"
)

// usualThreads is how many threads a pool has if nobody says.
const usualThreads = 16

// The model "thread-pool": a fixed number of OS threads. Quiet connections cost no thread: the
// kernel keeps the queue of those that have something to say, a thread takes the first, answers
// what is complete, and puts the connection back.
//
//   - What blocks: each thread, in the queue until a connection is ready, and in the work of a request.
//   - What is shared: the queue, and the list of open connections, under a lock.
//   - What a slow request does to others: it holds one thread; when all are held, everybody waits.
//   - What a connection costs: a descriptor, a small struct, and what it has sent so far.
func serveThreadPool(ctx context.Context, config Config) error {
	workers := cmp.Or(config.Workers, usualThreads)
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	poller, err := poll.New()
	if err != nil {
		return errors.Join(err, unix.Close(listener))
	}
	connections := newRegistry(newService(config), config.Stderr)
	p := &threadPool{registry: connections, poller: poller, listener: listener}
	err = errors.Join(
		unix.SetNonblock(listener, true),
		setPatience(listener, patienceForNext),
		poller.Change(listener, poll.None, poll.Readable|poll.Once),
	)
	if err != nil {
		return errors.Join(err, unix.Close(listener), poller.Close())
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threadShares * runtime.NumCPU()))
	var threads sync.WaitGroup
	for range workers {
		threads.Go(p.run) // ends when p.ended is set and the poller woken
	}
	config.Ready(address)
	err = p.serve(ctx)
	threads.Wait()
	return errors.Join(err, poller.Close())
}

// patienceForNext is how long a thread stays with a client that it has answered.
const patienceForNext = 10 * time.Millisecond

// threadPool is what the threads share.
type threadPool struct {
	*registry
	poller   *poll.Poller
	ended    atomic.Bool  // all connections are closed: the threads end
	watching atomic.Int32 // threads that wait for the queue

	accepting sync.Mutex
	listener  int  // noListener: it is closed
	paused    bool // there is no room for one more connection
}

// serve watches over the pool until ctx ends, and then ends the connections, those with a request
// under way last.
func (p *threadPool) serve(ctx context.Context) error {
	watched := make(chan struct{})
	go p.watch(watched) // ends when watched is closed
	every := time.NewTicker(turn)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-p.room:
			p.resume()
		case <-every.C: // descriptors may come back without a connection of ours closing
			p.resume()
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
		p.watching.Add(1)
		n, err := p.poller.Wait(events[:], -1)
		p.watching.Add(-1)
		if err != nil || p.ended.Load() {
			_ = p.poller.Wake() // the next thread ends, too
			return
		}
		if n == 0 {
			continue
		}
		if c := p.find(events[0].FD); c != nil {
			c.handed.Load()
			p.move(c, &w)
		} else if c := p.acceptOne(); c != nil {
			p.move(c, &w) // the request is often there already
		}
	}
}

// move takes a connection, which belongs to this thread alone now, as far as it goes, and puts it
// back.
func (p *threadPool) move(c *client, w *worker) {
	interest := poll.Readable
	for had := 0; ; {
		w.now = time.Now()
		c.resting.Store(false)
		next := c.move(w, had)
		if next == finished {
			p.leave(c)
			return
		}
		c.note()
		if next == toWrite {
			interest = poll.Writable
			break
		}
		// While another thread watches the queue, this one can wait a moment for the next request
		// of its client.
		if !c.resting.Load() || p.watching.Load() == 0 {
			break
		}
		n, err := readSoon(c.fd, w.buffer)
		if err == unix.EAGAIN || err == unix.EINTR {
			break
		}
		if err != nil || n == 0 {
			p.leave(c)
			return
		}
		had = n
	}
	fd, from := c.fd, c.interest
	c.interest = interest | poll.Once
	c.handed.Store(true)
	// From here on the connection may be another thread's, unless it cannot be put back.
	if err := p.poller.Change(fd, from, interest|poll.Once); err != nil {
		p.leave(c)
	}
}

// acceptOne takes the next connection and lets the next thread take the one after it.
func (p *threadPool) acceptOne() *client {
	p.accepting.Lock()
	defer p.accepting.Unlock()
	if p.listener == noListener {
		return nil
	}
	if p.full() {
		p.hold(errFull)
		return nil
	}
	fd, err := acceptPatient(p.listener)
	if exhausted(err) {
		p.hold(err)
		return nil
	}
	p.watchListener()
	if err != nil {
		return nil // another thread has it, or it is gone
	}
	return p.enter(fd)
}

// hold leaves those who want to connect in the kernel's queue until there is room.
func (p *threadPool) hold(why error) {
	p.complaint.say(why)
	p.paused = true
}

// resume accepts again after a pause.
func (p *threadPool) resume() {
	p.accepting.Lock()
	defer p.accepting.Unlock()
	if p.paused && !p.full() && p.listener != noListener {
		p.watchListener()
	}
}

// watchListener puts the listening socket back into the queue.
func (p *threadPool) watchListener() {
	const once = poll.Readable | poll.Once
	p.paused = p.poller.Change(p.listener, once, once) != nil // then resume tries again
}

// stopAccepting takes the connections that wait already, for their requests are under way, and
// closes the listener.
func (p *threadPool) stopAccepting() error {
	p.accepting.Lock()
	defer p.accepting.Unlock()
	err := p.poller.Change(p.listener, poll.Readable|poll.Once, poll.None)
	for !p.full() {
		fd, failed := acceptPatient(p.listener)
		if passing(failed) {
			continue
		}
		if failed != nil {
			break // EAGAIN: that were all; or there is no room
		}
		c := p.enter(fd)
		c.interest = poll.Readable | poll.Once
		c.handed.Store(true)
		if failed := p.poller.Change(fd, poll.None, c.interest); failed != nil {
			p.leave(c)
		}
	}
	err = errors.Join(err, unix.Close(p.listener))
	p.listener = noListener
	return err
}
