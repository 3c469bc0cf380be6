//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
)

// serveReactors is the model "reactors": one event loop per core, each on its own thread with its
// own connections. On Linux each loop also has its own listening socket (SO_REUSEPORT), and the
// kernel spreads new connections among them by a hash of their addresses. On other systems the
// loops accept from the same socket.
//
//   - What blocks: in each loop, only the wait for its sockets.
//   - What is shared: nothing that changes. A connection stays with its loop, even if another loop
//     has nothing to do.
//   - What a slow request does to others: its computing delays those of its loop; its waiting
//     delays none.
//   - What a connection costs: a descriptor, a small struct, and what it has sent so far.
func serveReactors(ctx context.Context, config Config) error {
	workers := cmp.Or(config.Workers, runtime.NumCPU())
	listeners, address, err := listenMany(config.Address, workers)
	if err != nil {
		return err
	}
	loops, err := newLoops(listeners, newService(config), config.Stderr)
	if err != nil {
		return err
	}

	config.Ready(address)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, workers)
	var group sync.WaitGroup
	for i, l := range loops {
		group.Go(func() { // ends when ctx does
			defer cancel() // if one loop fails, all end
			errs[i] = l.serve(ctx)
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// newLoops returns one loop per listener. They share the limit of connections equally.
func newLoops(listeners []int, s *service, stderr io.Writer) ([]*loop, error) {
	var loops []*loop
	var errs error
	for _, listener := range listeners {
		l, err := newLoop(listener, max(1, s.maxConns/len(listeners)), s, stderr)
		if err != nil {
			errs = errors.Join(errs, err)
			continue
		}
		loops = append(loops, l)
	}

	if errs != nil {
		for _, l := range loops {
			l.close()
		}
		return nil, errs
	}
	return loops, nil
}
