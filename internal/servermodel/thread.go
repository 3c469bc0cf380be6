//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// The model "thread": every connection has an OS thread of its own, which waits in read and in
// write like any sequential program. A thread waits in accept, starts the next one, which does the
// same, serves its own connection and ends with it.
//
//   - What blocks: accept, read and write, each for its own thread only.
//   - What is shared: nothing but the list of open connections, under a lock.
//   - What a slow request does to others: nothing, as long as there are cores for all who compute.
//   - What a connection costs: a descriptor, and a thread that is made and ended for it.
func serveThread(ctx context.Context, config Config) error {
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	debug.SetMaxThreads(mostThreads)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threadShares * runtime.NumCPU()))
	t := &threads{registry: newRegistry(newService(config), config.Stderr), listener: listener}
	config.Ready(address)
	err = t.accept(ctx, listener, func() error {
		ended := make(chan error, 1)
		t.group.Go(func() { t.life(ctx, ended) })
		return <-ended
	}, func(c *client) { t.group.Go(func() { t.serve(c) }) })
	t.group.Wait()
	return err
}

// mostThreads lifts the Go runtime's own limit of 10,000: how many threads there can be is for the
// system to say.
const mostThreads = 1 << 20

// threadShares is how many threads a core may run Go code at a time, as far as the Go runtime
// counts: a thread that waits in the kernel still holds its share for a while. With the usual one a
// core, a thread that comes back from the kernel has to wait for one; with many, the runtime is
// busy looking after them. Measured: with 4 the model answers a third more requests than with 1,
// and than with 50.
const threadShares = 4

// threads is the whole server.
type threads struct {
	*registry
	listener int
	group    sync.WaitGroup
}

// life is that of one thread: it ends with its connection. The first that finds that ctx has ended,
// or that there can be no connection, tells it to ended and has no successor.
func (t *threads) life(ctx context.Context, ended chan<- error) {
	c, err := t.take(ctx, t.listener)
	if c == nil {
		ended <- err
		return
	}
	t.group.Go(func() { t.life(ctx, ended) })
	t.serve(c)
}

// serve makes the thread that it runs on the connection's own.
func (t *threads) serve(c *client) {
	runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
	c.talk()
	t.leave(c)
}
