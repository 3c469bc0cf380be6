package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"syscall"
	"time"

	"labbook/internal/failure"
	"labbook/internal/servermodel"
	"labbook/internal/spec"
)

// ports are the ports of the servers that we start, held for the whole run. Where a port lies
// inside the range from which the system takes the ports of client sockets, a client of one trial
// could otherwise take the port of the other server, whose next start would then fail.
type ports map[string]hold // by server name

// hold keeps one port from being given to a client socket. Its zero value holds nothing.
type hold struct {
	release func()
}

func (h hold) close() {
	if h.release != nil {
		h.release()
	}
}

// holdPorts holds the port of each server that we start ourselves. A port that somebody else has is
// an error that names the holder, where the system tells; one that nobody has any more is waited
// for, and said.
func holdPorts(ctx context.Context, servers []spec.Server, said io.Writer) (ports, error) {
	held := ports{}
	for _, s := range servers {
		if s.URL != "" {
			continue
		}
		address, err := servermodel.Resolve(s.Address)
		if err != nil {
			held.close()
			return nil, fmt.Errorf("server %q: %w", s.Name, err)
		}
		h, err := holdFreed(ctx, address, said)
		if ctx.Err() != nil {
			h.close()
			held.close()
			return nil, context.Cause(ctx)
		}
		if err != nil {
			held.close()
			return nil, taken(s, address, err)
		}
		held[s.Name] = h
	}
	return held, nil
}

// portPatience is how long a port is waited for that nobody has any more: TIME_WAIT lasts a minute.
const portPatience = 65 * time.Second

// holdFreed holds a port. Clients' ports are drawn from a range that may hold a server's, and the
// system keeps one for a minute after its connection was closed. That comes of itself, so it is
// waited for.
func holdFreed(ctx context.Context, address netip.AddrPort, said io.Writer) (hold, error) {
	h, err := holdPort(address)
	if !inUse(err) || !lingers(address) {
		return h, err
	}
	fmt.Fprintf(
		said,
		"waiting for %v: a client's connection had that port in the last minute\n",
		address,
	)
	ctx, cancel := context.WithTimeout(ctx, portPatience)
	defer cancel()
	again := time.NewTicker(time.Second / 4)
	defer again.Stop()
	for inUse(err) && lingers(address) {
		select {
		case <-ctx.Done():
			return h, err
		case <-again.C:
			h, err = holdPort(address)
		}
	}
	return h, err
}

// close lets go of all ports.
func (p ports) close() {
	for _, h := range p {
		h.close()
	}
}

// letGo gives up the hold of one server's port, and reports whether there was one.
func (p ports) letGo(name string) bool {
	h, ok := p[name]
	delete(p, name)
	h.close()
	return ok && h.release != nil
}

// inUse reports whether binding failed because somebody else has the address. Windows says so with
// a number of its own, WSAEADDRINUSE, which package syscall does not name.
func inUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.Errno(10048))
}

func taken(s spec.Server, address netip.AddrPort, cause error) error {
	if !inUse(cause) {
		return failure.Machine("choose an address of this machine's loopback that may be bound",
			"server %q: binding %s: %w", s.Name, s.Address, cause)
	}
	hint := "stop it, or give the server another address in the spec"
	who := holder(address)
	if who == "" { // a client's port can be the server's: then it is in TIME_WAIT, and nobody's
		who = "a process that cannot be named, or by a client's connection that closed within the last minute"
		hint = "try again in a minute, or give the server another address in the spec"
	}
	return failure.Machine(hint, "server %q: %s is taken by %s", s.Name, s.Address, who)
}
