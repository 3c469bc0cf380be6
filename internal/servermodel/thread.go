//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// The model "thread": every connection has an OS thread of its own, which waits in read and in write like
// any sequential program. A goroutine is pinned to the thread and ends locked, so that the thread is born
// and dies with its connection; the sockets are blocking ones, so the thread itself waits in the kernel.
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
	connections := newRegistry(newService(config))
	var threads sync.WaitGroup
	serve := func(c *client) {
		threads.Go(func() { // ends with its connection
			runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
			c.talk()
			connections.leave(c)
		})
	}
	config.Ready(address)
	err = connections.accept(ctx, listener, config.Stderr, serve)
	threads.Wait()
	return err
}

// mostThreads lifts the Go runtime's own limit of 10,000: how many threads there can be is for the
// system to say.
const mostThreads = 1 << 20
