package place

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"time"

	"labbook.example/labbook/internal/command"
	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
)

// Here is this machine.
type Here struct {
	Folder string         // of the spec: commands are looked up and run there
	Clocks machine.Clocks // which Meter compares

	programs *command.Programs
}

// NewHere returns this machine, with the folder of the spec.
func NewHere(folder string) *Here { return &Here{Folder: folder, Clocks: machine.BothClocks} }

// Addresses is machine.Addresses.
func (*Here) Addresses(ctx context.Context) ([]netip.Addr, error) { return machine.Addresses(ctx) }

// Busy is machine.BusyShare.
func (*Here) Busy(ctx context.Context, window time.Duration) *float64 {
	return machine.BusyShare(ctx, window)
}

// TimeWaits is machine.TimeWaits.
func (*Here) TimeWaits() *int { return machine.TimeWaits() }

// FindBuilds is command.FindBuilds.
func (h *Here) FindBuilds(servers []spec.Server) error {
	return command.FindBuilds(servers, h.Folder)
}

// FindCommands is command.Find.
func (h *Here) FindCommands(servers []spec.Server) error { return command.Find(servers, h.Folder) }

// ReadPrograms is command.FindPrograms. It does not fail.
func (h *Here) ReadPrograms(servers []spec.Server) ([]record.ProgramFile, error) {
	h.programs = command.FindPrograms(servers, h.Folder)
	return h.programs.Recorded(), nil
}

// CheckPrograms is command.Programs.CheckUnchanged, of the files that ReadPrograms has read last.
func (h *Here) CheckPrograms(server string) error {
	if h.programs == nil {
		return nil
	}
	return h.programs.CheckUnchanged(server)
}

// Version is hook.Version.
func (h *Here) Version(ctx context.Context, s spec.Server) (record.ServerVersion, bool) {
	return hook.Version(ctx, s, h.Folder)
}

// Hook is hook.Run.
func (h *Here) Hook(ctx context.Context, s spec.Server, key string) record.Hook {
	return hook.Run(ctx, s, key, h.Folder)
}

// Reserve is machine.Reserve.
func (*Here) Reserve(
	ctx context.Context,
	ports []machine.Port,
	messages io.Writer,
) (Ports, error) {
	reserved, err := machine.Reserve(ctx, ports, messages)
	if err != nil {
		return nil, err // nil machine.Reservations would not be nil Ports
	}
	return reserved, nil
}

// CheckUnused is machine.CheckUnused.
func (*Here) CheckUnused(port machine.Port) error { return machine.CheckUnused(port) }

// AwaitUnused is machine.AwaitUnused.
func (*Here) AwaitUnused(port machine.Port, limit time.Duration) error {
	return machine.AwaitUnused(port, limit)
}

// SamePort is machine.SamePort.
func (*Here) SamePort(at netip.AddrPort) string { return machine.SamePort(at) }

// Start starts the server's command.
func (h *Here) Start(s spec.Server, output *startup.Output) (Child, error) {
	program, err := command.OfServer(s, h.Folder)
	if err != nil {
		return nil, err
	}
	program.Stdout, program.Stderr = output, output
	started, err := program.Start()
	if err != nil {
		return nil, fmt.Errorf("starting %q: %w", s.Name, err)
	}
	return child{started}, nil
}

// Ask is probe.Asker.Ask.
func (*Here) Ask(ctx context.Context, s spec.Server, realAB bool) (*record.Answer, error) {
	return probe.Asker{RealAB: realAB}.Ask(ctx, s)
}

// Examine is probe.Examination.Run.
func (*Here) Examine(ctx context.Context, x probe.Examination) ([]string, error) {
	return x.Run(ctx)
}

// Generators is generator.Find.
func (*Here) Generators(ctx context.Context, e *spec.Experiment) (generator.Pair, error) {
	return generator.Find(ctx, e)
}

// Load is generator.AB.Run.
func (*Here) Load(
	ctx context.Context,
	ab generator.AB,
	c generator.Call,
) (generator.Output, error) {
	return ab.Run(ctx, c)
}

// Meter starts a machine.Meter, and reads the server's accept queue.
func (h *Here) Meter(watched Watched) Meter {
	m := &meter{at: watched.At}
	m.machine = machine.StartMeter(h.Clocks, watched.CPUs, serving(watched.Server, watched.At))
	m.queue = machine.AcceptQueue(m.at)
	switch watched.Network {
	case Serves:
		m.network = machine.WatchNetworkAt(m.at.Addr())
	case Loads:
		m.network = machine.WatchNetworkTo(m.at.Addr())
	}
	return m
}

// serving returns the processes of a server on this machine, none if it is not known.
func serving(server Child, at netip.AddrPort) []int {
	known, ok := server.(interface{ Serving(netip.AddrPort) []int })
	if !ok {
		return nil
	}
	return known.Serving(at)
}

// meter is a Meter of this machine.
type meter struct {
	machine *machine.Meter
	at      netip.AddrPort
	queue   *record.AcceptQueue
	network *machine.NetworkMeter // nil: it is not read
}

// Stop fills in what the machine did.
func (m *meter) Stop(result *record.Result) {
	if m.network != nil {
		result.Network = m.network.Stop()
	}
	result.Queue = machine.QueueBetween(m.queue, machine.AcceptQueue(m.at))
	m.machine.Stop(result)
}

// child is a Child on this machine.
type child struct{ *process.Child }

// Serving is machine.Serving.
func (c child) Serving(at netip.AddrPort) []int { return machine.Serving(at, c.Processes()) }

// Listener is machine.CheckListener.
func (c child) Listener(at netip.AddrPort) (machine.Listener, error) {
	found, err := machine.CheckListener(at, c.Processes())
	found.Outside = found.Outside || found.PID != 0 && !c.InGroup(found.PID)
	return found, err
}

// Elsewhere is machine.Elsewhere.
func (c child) Elsewhere(at netip.AddrPort) string { return machine.Elsewhere(at, c.Processes()) }

// Unbound asks the system which CPUs the server's processes may use.
func (c child) Unbound(at netip.AddrPort, cpus cpuset.Set) (pid int, more cpuset.Set) {
	for _, pid := range c.Serving(at) {
		if more := machine.CPUsOf(pid).Minus(cpus); len(more) > 0 {
			return pid, more
		}
	}
	return 0, nil
}
