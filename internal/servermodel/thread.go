//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// serveThread is the model "thread": every connection has its own OS thread, which waits in read
// and in write like any sequential program. A thread waits in accept. When it gets a connection, it
// serves that connection and ends with it, while the next thread waits in accept.
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
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(slotsPerCore * runtime.NumCPU()))

	t := &threads{registry: newRegistry(newService(config), config.Stderr)}
	config.Ready(address)
	acceptAll := func() error { return t.acceptAll(ctx, listener) }
	err = t.acceptUntilDone(ctx, listener, acceptAll, t.start)
	t.group.Wait()
	return err
}

// maxThreads replaces the Go runtime's own limit of 10,000. The system limits the number of
// threads.
const maxThreads = 1 << 20

// slotsPerCore is how many threads per core may run Go code at a time. The Go runtime counts a
// thread that waits in the kernel for a while longer. With its default of 1, a thread that returns
// from the kernel has to wait; with many, the runtime spends its time on managing them.
const slotsPerCore = 2

// threads is the whole server.
type threads struct {
	*registry
	group sync.WaitGroup
}

// acceptAll accepts connections until ctx ends, and starts a thread for each.
func (t *threads) acceptAll(ctx context.Context, listener int) error {
	for {
		c, err := t.acceptNext(ctx, listener)
		if c == nil {
			return err
		}
		t.start(c)
		// The thread that has accepted becomes the connection's: it takes up what was started last.
		// Accepting goes on in another thread, which the Go runtime creates if none is free. The
		// other way round, the connection would wait until its thread has been created.
		runtime.Gosched()
	}
}

// start serves a connection on a thread of its own.
func (t *threads) start(c *client) {
	t.group.Go(func() {
		runtime.LockOSThread() // and never unlocked, so that the thread ends with the goroutine
		c.serve()
		t.close(c)
	})
}
