//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import "context"

// The model "async": one thread serves everybody, with one event loop.
//
//   - What blocks: only the question which sockets are ready.
//   - What is shared: everything, without a lock, for there is one thread.
//   - What a slow request does to others: its computing delays them all; its waiting delays nobody.
//   - What a connection costs: a descriptor, a small struct, and what it has sent so far.
func serveAsync(ctx context.Context, config Config) error {
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	s := newService(config)
	l, err := newLoop(listener, s.most, s, config.Stderr)
	if err != nil {
		return err
	}
	config.Ready(address)
	return l.serve(ctx)
}
