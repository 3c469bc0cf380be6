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

// usualProcesses is how many workers prefork has if nobody says.
const usualProcesses = 8

// respawnPause is how long the place of a worker that ended stays empty.
const respawnPause = 100 * time.Millisecond

// preforkIdle is how long a worker waits for the next request of its client: it serves nobody else
// meanwhile.
const preforkIdle = 5 * time.Second

// The model "prefork": a fixed number of processes. The first one binds the socket and starts the
// others, its workers; each of them accepts a connection, serves it to its end, and accepts the
// next.
//
//   - What blocks: accept, read and write, each for its own process.
//   - What is shared: nothing but the listening socket: a crash of one takes nobody with it.
//   - What a slow request does to others: it holds one process; when all are held, the others wait.
//   - What a connection costs: a whole process for as long as it lasts. A worker that sees somebody wait ends
//     the connection with its next answer, so that those who stay do not keep the others out.
func servePrefork(ctx context.Context, config Config) error {
	workers := cmp.Or(config.Workers, usualProcesses)
	fd, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	listener := os.NewFile(uintptr(fd), "listener")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Once the workers have closed theirs too, nobody can connect.
	context.AfterFunc(ctx, func() { listener.Close() })
	var group, ready sync.WaitGroup
	failed := make(chan error, workers)
	ready.Add(workers)
	for range workers {
		group.Go(func() { // ends when ctx does
			said := sync.OnceFunc(ready.Done)
			defer said()
			for ctx.Err() == nil { // a worker that ended is replaced
				if err := runWorker(ctx, config, listener, said); err != nil && ctx.Err() == nil {
					failed <- err
					cancel() // one that cannot be started ends them all
					return
				}
				select { // one that falls again and again does not keep the machine busy
				case <-ctx.Done():
				case <-time.After(respawnPause):
				}
			}
		})
	}
	ready.Wait()
	if ctx.Err() == nil {
		config.Ready(address)
	}
	group.Wait()
	close(failed)
	return <-failed // nil if there is none
}

// The descriptors that a worker inherits: 0 to 2 are the standard ones.
const (
	workerListener = 3
	workerLifeline = 4 // ends when the first process is no more
	workerReady    = 5 // takes a byte once the worker accepts
)

// runWorker starts one worker and waits for its end. An error means that none can be started.
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
	letGo := context.AfterFunc(ctx, func() { lifelineW.Close() }) // the worker ends, with grace
	defer letGo()
	if n, _ := readyR.Read(make([]byte, 1)); n != 1 && ctx.Err() == nil {
		return fmt.Errorf("starting a worker: %w", errors.Join(errNotReady, worker.Wait()))
	}
	ready()
	_ = worker.Wait() // however it ended, another one takes its place
	return nil
}

var errNotReady = errors.New("it ended before it accepted connections")

// ServeWorker is what a worker of prefork does, with the configuration of the first process. It
// returns when that process lets go of it, or ctx ends.
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
	go func() { // ends with the lifeline, at the latest when the worker's process does
		_, _ = io.Copy(io.Discard, lifeline)
		cancel()
	}()
	s := newService(config)
	s.patience.idle = min(s.patience.idle, preforkIdle)
	s.crowded = func() bool { return waits(workerListener) }
	connections := newRegistry(s, config.Stderr)
	if _, err := syscall.Write(workerReady, []byte{0}); err != nil {
		return fmt.Errorf("worker: telling that it is ready: %w", err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	serve := func(c *client) {
		c.talk()
		connections.leave(c)
	}
	return connections.accept(ctx, workerListener, func() error {
		for {
			c, err := connections.take(ctx, workerListener)
			if c == nil {
				return err
			}
			serve(c)
		}
	}, serve)
}

// waits reports whether somebody waits to be accepted.
func waits(listener int) bool {
	fds := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return n > 0 && err == nil
}
