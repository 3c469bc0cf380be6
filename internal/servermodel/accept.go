//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// accept lets all, which takes connections until ctx ends, do so. Then it hands those that wait
// already to serve, closes the listener, and ends the connections, those with a request under way
// last. It returns when all are closed.
func (r *registry) accept(
	ctx context.Context,
	listener int,
	all func() error,
	serve func(*client),
) error {
	watched, accepted, stopped := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go r.watch(watched) // ends when watched is closed
	go func() {         // ends when all connections are closed
		defer close(stopped)
		select {
		case <-ctx.Done():
		case <-accepted:
		}
		r.stop(listener, accepted)
	}()
	err := all()
	err = errors.Join(err, r.acceptRest(listener, serve))
	close(accepted)
	<-stopped
	close(watched)
	return err
}

// take waits in accept for the next connection; nil without an error says that ctx has ended. When
// there is no room for one more, because of the limit or because descriptors ran out, it waits
// until a connection closes; until then the others wait in the kernel's queue.
func (r *registry) take(ctx context.Context, listener int) (*client, error) {
	for ctx.Err() == nil {
		if r.full() {
			r.pause(ctx, errFull)
			continue
		}
		fd, err := accept(listener)
		switch {
		case err == nil:
			return r.enter(fd), nil
		case passing(err):
		case err == unix.EAGAIN: // somebody else with this socket is stopping, and set it so
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
	r.complaint.say(why)
	select {
	case <-r.room:
	case <-time.After(turn): // descriptors may come back without a connection of ours closing
	case <-ctx.Done():
	}
}

// acceptRest takes the connections that wait already: their requests are under way.
func (r *registry) acceptRest(listener int, serve func(*client)) error {
	if err := unix.SetNonblock(listener, true); err != nil {
		return err
	}
	for !r.full() && !r.cut.Load() {
		fd, err := acceptNow(listener, false)
		if passing(err) {
			continue
		}
		if err != nil {
			return nil // EAGAIN: that were all; or there is no room
		}
		serve(r.enter(fd))
	}
	return nil
}

// wakeAccept ends the waiting in accept, by a connection to ourselves, and lets nobody wait again.
// It may be another one who takes the connection, where processes share the socket: it has to be
// called until it helps.
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
	// If the queue is full the connection does not come about: then accept does not wait either.
	if errors.Join(unix.SetNonblock(listener, true), unix.SetNonblock(fd, true)) == nil {
		_ = unix.Connect(fd, address)
	}
	_ = unix.Close(fd)
}
