//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// defaultProcesses is the number of workers unless Config.Workers sets it.
const defaultProcesses = 8

// respawnPause is how long it takes until a worker that ended is replaced. One that ends again and
// again must not keep the machine busy.
const respawnPause = 100 * time.Millisecond

// preforkIdle is how long a worker waits for the next request of its client. It serves no other
// client meanwhile.
const preforkIdle = 5 * time.Second

// servePrefork is the model "prefork": a fixed number of processes. The first one binds the socket
// and starts the others, its workers. Each worker accepts a connection, serves it to its end, and
// accepts the next.
//
//   - What blocks: accept, read and write, each its own process.
//   - What is shared: only the listening socket. A crash of one process affects no other.
//   - What a slow request does to others: it occupies one process; when all are occupied, the other
//     clients wait.
//   - What a connection costs: a whole process for as long as it lasts. If other clients wait, a
//     worker ends the connection with its next answer, so that clients that stay do not keep the
//     others out.
func servePrefork(ctx context.Context, config Config) error {
	workers := cmp.Or(config.Workers, defaultProcesses)
	fd, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	listener := os.NewFile(uintptr(fd), "listener")

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// When the workers have closed theirs too, clients can no longer connect.
	context.AfterFunc(ctx, func() { listener.Close() })

	var group, ready sync.WaitGroup
	failed := make(chan error, workers)
	ready.Add(workers)
	for range workers {
		group.Go(func() { // ends when ctx does
			isReady := sync.OnceFunc(ready.Done)
			defer isReady()
			if err := keepWorker(ctx, config, listener, isReady); err != nil {
				failed <- err
				cancel() // if one cannot be started, all end
			}
		})
	}
	ready.Wait()
	if ctx.Err() == nil {
		config.Ready(address)
	}
	group.Wait()
	close(failed)
	return <-failed // nil if no worker failed
}

// keepWorker runs one worker after the other until ctx ends. An error means that none can be
// started.
func keepWorker(ctx context.Context, config Config, listener *os.File, ready func()) error {
	for ctx.Err() == nil {
		if err := runWorker(ctx, config, listener, ready); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(respawnPause):
		}
	}
	return nil
}

// The descriptors that a worker inherits, besides the standard ones, which are 0 to 2.
const (
	workerListener = 3
	workerLifeline = 4 // ends when the first process does
	workerReady    = 5 // gets one byte when the worker accepts
)

// runWorker starts one worker and waits until it ends. An error means that it cannot be started.
func runWorker(ctx context.Context, config Config, listener *os.File, ready func()) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	lifelineR, lifelineW, err := os.Pipe()
	if err != nil {
		return err
	}
	defer lifelineW.Close()
	readyR, readyW, err := os.Pipe()
	if err != nil {
		return errors.Join(err, lifelineR.Close())
	}
	defer readyR.Close()

	worker := exec.Command(self, config.WorkerArgs...)
	worker.Stderr = config.Stderr
	worker.ExtraFiles = []*os.File{listener, lifelineR, readyW}
	err = worker.Start()
	err = errors.Join(err, lifelineR.Close(), readyW.Close())
	if err != nil {
		return fmt.Errorf("starting a worker: %w", err)
	}

	release := context.AfterFunc(ctx, func() { lifelineW.Close() }) // the worker stops gracefully
	defer release()
	if n, _ := readyR.Read(make([]byte, 1)); n != 1 && ctx.Err() == nil {
		return fmt.Errorf("starting a worker: %w", errors.Join(errNotReady, worker.Wait()))
	}
	ready()
	_ = worker.Wait() // it is replaced, whatever its exit status
	return nil
}

var errNotReady = errors.New("it ended before it accepted connections")

// ServeWorker runs one worker of prefork, with the configuration of the first process. It returns
// when that process closes its end of the lifeline, or when ctx ends.
func ServeWorker(ctx context.Context, config Config) error {
	if config.Stderr == nil {
		config.Stderr = io.Discard
	}
	for fd := workerListener; fd <= workerReady; fd++ {
		unix.CloseOnExec(fd)
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lifeline := os.NewFile(workerLifeline, "lifeline")
	go func() { // ends with the lifeline, or with the worker's process
		_, _ = io.Copy(io.Discard, lifeline)
		cancel()
	}()

	s := newService(config)
	s.timeouts.idle = min(s.timeouts.idle, preforkIdle)
	s.crowded = func() bool { return hasQueued(workerListener) }
	connections := newRegistry(s, config.Stderr)
	if _, err := syscall.Write(workerReady, []byte{0}); err != nil {
		return fmt.Errorf("worker: telling that it is ready: %w", err)
	}

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	serve := func(c *client) {
		c.serve()
		connections.close(c)
	}
	acceptAll := func() error {
		for {
			c, err := connections.acceptNext(ctx, workerListener)
			if c == nil {
				return err
			}
			serve(c)
		}
	}
	return connections.acceptUntilDone(ctx, workerListener, acceptAll, serve)
}

// hasQueued reports whether a connection waits to be accepted.
func hasQueued(listener int) bool {
	fds := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return n > 0 && err == nil
}
