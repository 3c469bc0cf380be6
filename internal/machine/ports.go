package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"labbook.example/labbook/internal/failure"
)

// Port is an address that a server of the run will listen on.
type Port struct {
	Server  string
	Text    string // the address as the spec has it
	Address netip.AddrPort
}

// Reservations are the ports of the run's own servers, by server name, for as long as the run
// lasts. The system takes the ports of client sockets from a range that a server's port may lie in.
// Without a reservation a client of one trial could take the port of another server, whose next
// start would then fail.
type Reservations map[string]*reservation

// reservation keeps one port from being given to a client socket. Its zero value does nothing.
type reservation struct {
	release func()
}

func (r *reservation) close() {
	if r != nil && r.release != nil {
		r.release()
		r.release = nil
	}
}

// Reserve reserves every port. Servers that have one in turn share its reservation. A port that
// another process has is an error that names the process if the system tells. A port in TIME_WAIT
// is waited for, with a message to progress.
func Reserve(ctx context.Context, ports []Port, progress io.Writer) (Reservations, error) {
	all := Reservations{}
	for i, port := range ports {
		shares := func(p Port) bool { return p.Address == port.Address }
		if first := slices.IndexFunc(ports[:i], shares); first >= 0 {
			all[port.Server] = all[ports[first].Server]
			continue
		}
		r, err := reserveFreed(ctx, port.Address, progress)
		if err == nil && ctx.Err() == nil {
			all[port.Server] = &r
			continue
		}

		r.close()
		all.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, portTakenError(port, err)
	}
	return all, nil
}

// Close releases all ports.
func (all Reservations) Close() {
	for _, r := range all {
		r.close()
	}
}

// Release releases the port of one server, and reports whether it was reserved.
func (all Reservations) Release(server string) bool {
	r, ok := all[server]
	held := ok && r.release != nil
	delete(all, server)
	r.close()
	return held
}

const (
	// timeWaitLimit is a little longer than TIME_WAIT, which lasts a minute.
	timeWaitLimit = 65 * time.Second
	// timeWaitPause is the time between two attempts to reserve a port in TIME_WAIT.
	timeWaitPause = 250 * time.Millisecond
)

// reserveFreed reserves a port. If a closed connection still occupies it, in TIME_WAIT, it waits:
// that state expires on its own.
func reserveFreed(
	ctx context.Context,
	address netip.AddrPort,
	progress io.Writer,
) (reservation, error) {
	r, err := reserve(address)
	if !inUse(err) || !onlyTimeWait(address) {
		return r, err
	}

	fmt.Fprintf(
		progress,
		"waiting for %v: a client's connection had that port in the last minute\n",
		address,
	)
	ctx, cancel := context.WithTimeout(ctx, timeWaitLimit)
	defer cancel()
	again := time.NewTicker(timeWaitPause)
	defer again.Stop()
	for inUse(err) && onlyTimeWait(address) {
		select {
		case <-ctx.Done():
			return r, err
		case <-again.C:
			r, err = reserve(address)
		}
	}
	return r, err
}

// wsaAddressInUse is Windows' own number for EADDRINUSE, which package syscall does not name.
const wsaAddressInUse = syscall.Errno(10048)

// inUse reports whether binding failed because another socket has the address.
func inUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaAddressInUse)
}

// ReportsInUse reports whether a program has printed that another socket has its address, in the
// words of strerror or by the name of the error.
func ReportsInUse(output string) bool {
	output = strings.ToLower(output)
	texts := []string{"address already in use", "address in use", "eaddrinuse"}
	contained := func(text string) bool { return strings.Contains(output, text) }
	return slices.ContainsFunc(texts, contained)
}

// portTakenError returns the error of a port that cannot be bound, with the process that has it.
func portTakenError(port Port, cause error) error {
	if !inUse(cause) {
		return failure.Machine(
			"choose an address of this machine's loopback that may be bound",
			"server %q: binding %s: %w",
			port.Server,
			port.Text,
			cause,
		)
	}

	hint := "stop it, or give the server another address in the spec"
	by := owner(port.Address)
	if by == "" { // another user's process, or a port in TIME_WAIT, which no process has
		by = unnamed + ", or by a client's connection that closed within " +
			"the last minute"
		hint = "try again in a minute, or give the server another address in the spec"
	}
	return failure.Machine(hint, "server %q: %s is taken by %s", port.Server, port.Text, by)
}
