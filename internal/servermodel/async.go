//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import "context"

// serveAsync is the model "async": one thread with one event loop serves all clients.
//
//   - What blocks: only the wait for sockets that are ready.
//   - What is shared: everything, without a lock, because there is one thread.
//   - What a slow request does to others: its computing delays them all; its waiting delays none.
//   - What a connection costs: a descriptor, a small struct, and what it has sent so far.
func serveAsync(ctx context.Context, config Config) error {
	listener, address, err := listen(config.Address)
	if err != nil {
		return err
	}
	s := newService(config)
	l, err := newLoop(listener, s.maxConns, s, config.Stderr)
	if err != nil {
		return err
	}
	config.Ready(address)
	return l.serve(ctx)
}
