//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// acceptUntilDone calls acceptAll, which accepts connections until ctx ends. Then it passes the
// connections that wait in the queue to serve, closes the listener, and ends the connections, those
// with a request in progress last. It returns when all are closed.
func (r *registry) acceptUntilDone(
	ctx context.Context,
	listener int,
	acceptAll func() error,
	serve func(*client),
) error {
	watched, accepted, stopped := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go r.closeExpired(watched) // ends when watched is closed
	go func() {                // ends when all connections are closed
		defer close(stopped)
		select {
		case <-ctx.Done():
		case <-accepted:
		}
		r.stop(listener, accepted)
	}()

	err := acceptAll()
	err = errors.Join(err, r.acceptQueued(listener, serve))
	close(accepted)
	<-stopped
	close(watched)
	return err
}

// acceptNext waits in accept for the next connection. It returns nil without an error if ctx has
// ended. If there is no room for one more, because of the limit or because descriptors ran out, it
// waits until a connection closes. Until then the others wait in the kernel's queue.
func (r *registry) acceptNext(ctx context.Context, listener int) (*client, error) {
	for ctx.Err() == nil {
		if r.full() {
			r.pause(ctx, errFull)
			continue
		}
		fd, err := accept(listener)
		switch {
		case err == nil:
			return r.add(fd), nil
		case transient(err):
		case err == unix.EAGAIN: // another process with this socket is stopping, see wakeAccept
			_ = unix.SetNonblock(listener, false)
		case exhausted(err):
			r.pause(ctx, err)
		default:
			return nil, fmt.Errorf("accepting: %w", err)
		}
	}
	return nil, nil
}

// pause waits until there may be room for one more connection.
func (r *registry) pause(ctx context.Context, why error) {
	r.acceptLog.print(why)
	select {
	case <-r.freed:
	case <-time.After(sweepEvery): // descriptors can also be freed elsewhere
	case <-ctx.Done():
	}
}

// acceptQueued accepts the connections in the kernel's queue: their requests are in progress.
func (r *registry) acceptQueued(listener int, serve func(*client)) error {
	if err := unix.SetNonblock(listener, true); err != nil {
		return err
	}
	for !r.full() && !r.graceOver.Load() {
		fd, err := acceptNow(listener, false)
		if transient(err) {
			continue
		}
		if err != nil {
			return nil // EAGAIN: the queue is empty; otherwise there is no room
		}
		serve(r.add(fd))
	}
	return nil
}

// wakeAccept ends a wait in accept by connecting to the listener, and makes it non-blocking so that
// no thread waits again. If processes share the socket, another one may accept the connection, so
// it must be called until it has an effect.
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

	// If the queue is full, the connection fails, but then accept does not wait either.
	if errors.Join(unix.SetNonblock(listener, true), unix.SetNonblock(fd, true)) == nil {
		_ = unix.Connect(fd, address)
	}
	_ = unix.Close(fd)
}
