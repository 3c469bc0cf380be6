//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The model "thread": every connection has an OS thread of its own, which waits in read and in write like
// any sequential program. A goroutine is pinned to the thread and ends locked, so that the thread is born
// and dies with its connection; the sockets are blocking ones, so the thread itself waits in the kernel.
//
//   - What blocks: accept, read and write, each for its own thread only.
//   - What is shared: nothing but the list of open connections, under a lock.
//   - What a slow request does to others: nothing, as long as there are cores for all who compute.
//   - What a connection costs: a descriptor, and a thread that is made and ended for it.

// threads is the whole server.
type threads struct {
	listener int
	stderr   io.Writer
	group    sync.WaitGroup

	mu       sync.Mutex
	stopping bool
	open     map[int]struct{} // descriptors of connections, so that stopping can end their waiting
}

// mostThreads lifts the Go runtime's own limit of 10,000: how many threads there can be is for the
// system to say.
const mostThreads = 1 << 20

// exhaustedPause is how long accept rests when descriptors ran out.
const exhaustedPause = 5 * time.Millisecond

func serveThread(ctx context.Context, config Config) error {
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	defer unix.Close(listener)
	debug.SetMaxThreads(mostThreads)
	t := &threads{listener: listener, stderr: config.Stderr, open: map[int]struct{}{}}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		t.stop()
	})
	config.Ready(address)
	err = t.acceptAll(ctx)
	if stop() { // accept failed by itself: ctx did not end
		t.stop()
	} else {
		<-stopped
	}
	t.group.Wait()
	return err
}

// acceptAll gives each connection a thread until the server stops. Waiting in accept is a thread's work too.
func (t *threads) acceptAll(ctx context.Context) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	said := false // that descriptors ran out
	for {
		fd, err := accept(t.listener, false)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = unix.Close(fd)
			}
			return nil
		case passing(err):
		case exhausted(err):
			if !said {
				fmt.Fprintf(t.stderr, "accepting: %v; waiting for connections to close\n", err)
			}
			said = true
			time.Sleep(exhaustedPause)
		case err != nil:
			return fmt.Errorf("accepting: %w", err)
		case t.enter(fd):
			said = false
			t.group.Go(func() { // ends with its connection, which stop ends
				runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
				t.serve(fd)
			})
		}
	}
}

// serve talks with one client from the first byte to the last.
func (t *threads) serve(fd int) {
	defer t.leave(fd)
	prepare(fd)
	limit := unix.NsecToTimeval(idleTimeout.Nanoseconds())
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit) // without them, a dead peer
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit) // keeps its thread
	var c conversation
	buffer := make([]byte, maxHeader)
	for !c.over {
		n, err := unix.Read(fd, buffer)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		c.receive(buffer[:n], time.Now())
		for len(c.out) > 0 {
			if !sendAll(fd, &c) {
				return
			}
			c.receive(nil, time.Now()) // requests that waited until the client had read
		}
	}
	if c.rude {
		drain(fd, buffer)
	}
}

func sendAll(fd int, c *conversation) bool {
	for len(c.out) > 0 {
		n, err := unix.Write(fd, c.out)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return false
		}
		c.sent(n)
	}
	return true
}

// drain reads a client that may still be sending to its end: closing before would reset the connection, and
// the client could lose the answer. A client that sends for ever is cut off in the end.
func drain(fd int, buffer []byte) {
	_ = unix.Shutdown(fd, unix.SHUT_WR) // a peer that is gone already shows at the next read
	for left := maxDrain; left > 0; {
		n, err := unix.Read(fd, buffer)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		left -= n
	}
}

// enter notes a connection, unless the server is stopping: then it is closed.
func (t *threads) enter(fd int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopping {
		_ = unix.Close(fd)
		return false
	}
	t.open[fd] = struct{}{}
	return true
}

// leave closes a connection. It does so under the lock, so that stop never shuts down a descriptor that
// already belongs to somebody else.
func (t *threads) leave(fd int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, fd)
	_ = unix.Close(fd) // there is nothing left that could be lost
}

// stop ends the waiting of every thread: of the one in accept, and of those in read and write.
func (t *threads) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopping = true
	if err := unix.Shutdown(t.listener, unix.SHUT_RDWR); err != nil {
		wakeAccept(t.listener) // only Linux lets a listening socket be shut down
	}
	for fd := range t.open {
		_ = unix.Shutdown(fd, unix.SHUT_RDWR) // one that is closed by its client needs none
	}
}

// wakeAccept ends the waiting in accept by a connection to ourselves.
func wakeAccept(listener int) {
	address, err := unix.Getsockname(listener)
	if err != nil {
		return
	}
	family := unix.AF_INET
	if _, ok := address.(*unix.SockaddrInet6); ok {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return
	}
	_ = unix.Connect(fd, address) // accept returns for it, or has already
	_ = unix.Close(fd)
}
