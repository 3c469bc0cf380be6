// Package place is a machine as an experiment uses it: it starts servers, asks them, watches them
// and loads them.
//
// Servers, calls of ab and hooks of a spec go in; processes, answers and measurements come out, as
// the record keeps them. Here does all of that on this machine. What is asked of a Place and what
// it answers are plain values, so that a Place can as well be another machine.
package place

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
)

// Place is one machine. Its methods are called by one goroutine at a time, unless a method says
// otherwise; those of different places are called concurrently.
type Place interface {
	// Addresses returns the IP addresses that the machine's own name means there, those that other
	// machines may reach first.
	Addresses(ctx context.Context) ([]netip.Addr, error)
	// Busy returns the share of the machine that other programs use during a time, from 0 to 1, and
	// TimeWaits how many connections are in TIME_WAIT; nil if it is not known.
	Busy(ctx context.Context, window time.Duration) *float64
	TimeWaits() *int

	// FindBuilds and FindCommands return an error that names the programs of the servers' builds,
	// and all others, that cannot be found.
	FindBuilds(servers []spec.Server) error
	FindCommands(servers []spec.Server) error
	// ReadPrograms reads the files that the servers' commands name, and CheckPrograms returns an
	// error if one of a server has changed since.
	ReadPrograms(servers []spec.Server) ([]record.ProgramFile, error)
	CheckPrograms(server string) error
	// Version asks a server's program for its version; ok is false if it is not known how to ask.
	Version(ctx context.Context, s spec.Server) (version record.ServerVersion, ok bool)
	// Hook runs a hook that the server has.
	Hook(ctx context.Context, s spec.Server, key string) record.Hook

	// Reserve reserves ports for as long as they are not closed, see machine.Reserve.
	Reserve(ctx context.Context, ports []machine.Port, messages io.Writer) (Ports, error)
	// CheckUnused returns an error if something accepts connections at an address, and AwaitUnused
	// one if that does not end within a limit.
	CheckUnused(port machine.Port) error
	AwaitUnused(port machine.Port, limit time.Duration) error
	// SamePort returns the end of a message that names the other addresses on which any process
	// listens at this port; "" if there are none.
	SamePort(at netip.AddrPort) string

	// Start starts a server, which writes into output.
	Start(s spec.Server, output *startup.Output) (Child, error)
	// Ask asks a server one question, as ab will ask it. Its errors are those of probe.Asker.
	Ask(ctx context.Context, s spec.Server, realAB bool) (*record.Answer, error)
	// Examine finds out whether a load can measure a server that is ready.
	Examine(ctx context.Context, x probe.Examination) (notes []string, err error)

	// Generators returns the ab that make the loads of an experiment.
	Generators(ctx context.Context, e *spec.Experiment) (generator.Pair, error)
	// Load calls an ab once, see generator.AB.Run.
	Load(ctx context.Context, ab generator.AB, c generator.Call) (generator.Output, error)
	// Meter starts to read what the machine does during a load.
	Meter(watched Watched) Meter
}

// ErrLost is among the errors of a Place that cannot be asked any more: its machine, or the way to
// it, was lost. What was started there ends without the run.
var ErrLost = errors.New("was lost")

// Ports are reserved ports, by the name of their server.
type Ports interface {
	// Release releases the port of one server, and reports whether it was reserved.
	Release(server string) bool
	// Close releases all ports.
	Close()
}

// Child is the process of a server, with all that it starts, as a process.Child.
type Child interface {
	Ended() bool
	Exited() bool
	Done() <-chan struct{}
	Ending() process.Ending
	Account() *record.Account
	Snapshot() *process.Snapshot
	Suspend()
	Resume()
	Release()
	Stop()

	// Listener returns what accepts the connections to an address, see machine.CheckListener. It is
	// outside as well if it is not in the child's process group, and so not in its snapshots.
	Listener(at netip.AddrPort) (machine.Listener, error)
	// Elsewhere returns the end of a message that names the other addresses on which the server
	// listens; "" if there are none.
	Elsewhere(at netip.AddrPort) string
	// Unbound returns the first process of the server that may use CPUs besides these, with those
	// CPUs; its id is 0 if there is none.
	Unbound(at netip.AddrPort, cpus cpuset.Set) (pid int, more cpuset.Set)
}

// Watched is what a Meter reads besides the machine.
type Watched struct {
	CPUs   cpuset.Set     // to be read together; nil: none
	Server Child          // whose quotas and queue are read; nil: none that is known
	At     netip.AddrPort // the server's address; the zero value if it is not known

	// Network is whether the network is read as well: that of the machine of the server, at which
	// other machines load it, or that of one which loads it. On one machine it is not.
	Network Network
}

// Network is what a machine's network does in a load.
type Network int

// The ways in which a machine takes part.
const (
	NoNetwork Network = iota
	Serves
	Loads
)

// Meter reads what a machine does from its start until it is stopped.
type Meter interface {
	// Stop fills in what the machine did since.
	Stop(result *record.Result)
}
