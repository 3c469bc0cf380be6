//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// serveThread is the model "thread": every connection has its own OS thread, which waits in read
// and in write like any sequential program. A thread waits in accept, starts a successor that does
// the same, serves its connection and ends with it.
//
//   - What blocks: accept, read and write, each only its own thread.
//   - What is shared: only the list of open connections, under a lock.
//   - What a slow request does to others: nothing, while there are cores for all that compute.
//   - What a connection costs: a descriptor, and a thread that is started and ended for it.
func serveThread(ctx context.Context, config Config) error {
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	debug.SetMaxThreads(maxThreads)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threadsPerCore * runtime.NumCPU()))

	t := &threads{registry: newRegistry(newService(config), config.Stderr), listener: listener}
	config.Ready(address)
	acceptAll := func() error {
		ended := make(chan error, 1)
		t.group.Go(func() { t.run(ctx, ended) })
		return <-ended
	}
	err = t.acceptUntilDone(ctx, listener, acceptAll, func(c *client) {
		t.group.Go(func() { t.serve(c) })
	})
	t.group.Wait()
	return err
}

// maxThreads replaces the Go runtime's own limit of 10,000. The system limits the number of
// threads.
const maxThreads = 1 << 20

// threadsPerCore is how many threads per core may run Go code at a time. The Go runtime counts a
// thread that waits in the kernel for a while longer. With its default of 1, a thread that returns
// from the kernel has to wait; with many, the runtime spends its time on managing them. Measured:
// with 4 the model answers a third more requests than with 1, and than with 50.
const threadsPerCore = 4

// threads is the whole server.
type threads struct {
	*registry
	listener int
	group    sync.WaitGroup
}

// run is the life of one thread. It ends with its connection. The first thread that finds that ctx
// has ended, or that it cannot accept, sends that to ended and has no successor.
func (t *threads) run(ctx context.Context, ended chan<- error) {
	c, err := t.acceptNext(ctx, t.listener)
	if c == nil {
		ended <- err
		return
	}
	t.group.Go(func() { t.run(ctx, ended) })
	t.serve(c)
}

// serve serves a connection on a thread of its own.
func (t *threads) serve(c *client) {
	runtime.LockOSThread() // and never unlocked, so that the thread ends with the goroutine
	c.serve()
	t.close(c)
}
