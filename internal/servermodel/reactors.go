//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync"
)

// The model "reactors": an event loop a core, each on a thread of its own with connections of its
// own. On Linux each loop also has a listening socket of its own (SO_REUSEPORT), among which the
// kernel spreads new connections by a hash of their addresses; elsewhere the loops accept from the
// same one.
//
//   - What blocks: in each loop, only the question which of its sockets are ready.
//   - What is shared: nothing that changes. A connection stays with its loop, also if another one is idle.
//   - What a slow request does to others: its computing delays those of its loop; its waiting delays nobody.
//   - What a connection costs: a descriptor, a small struct, and what it has sent so far.
func serveReactors(ctx context.Context, config Config) error {
	workers := cmp.Or(config.Workers, runtime.NumCPU())
	listeners, address, err := listenMany(config.Address, workers)
	if err != nil {
		return err
	}
	s := newService(config)
	loops := make([]*loop, workers)
	for i, listener := range listeners {
		var failed error
		loops[i], failed = newLoop(listener, max(1, s.most/workers), s, config.Stderr)
		err = errors.Join(err, failed)
	}
	if err != nil {
		for _, l := range loops {
			if l != nil {
				l.close()
			}
		}
		return err
	}
	config.Ready(address)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, workers)
	var group sync.WaitGroup
	for i, l := range loops {
		group.Go(func() { // ends when ctx does
			defer cancel() // one loop that fails ends them all
			errs[i] = l.serve(ctx)
		})
	}
	group.Wait()
	return errors.Join(errs...)
}
