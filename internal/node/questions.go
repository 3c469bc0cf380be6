package node

import (
	"context"
	"net/netip"
	"os"
	"sync"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// The questions of a run to a machine, each of which is a method of place.Place. What a method
// takes and returns besides an error is a value that JSON keeps as it is.

// Server is a server as it travels: its body may be any bytes, and JSON has only text.
type Server struct {
	spec.Server
	Body []byte
}

func packed(s spec.Server) Server {
	all := Server{Server: s, Body: []byte(s.Request.Body)}
	all.Request.Body = ""
	return all
}

func (s Server) unpacked() spec.Server {
	s.Request.Body = string(s.Body)
	return s.Server
}

func packedAll(servers []spec.Server) []Server {
	all := []Server{}
	for _, s := range servers {
		all = append(all, packed(s))
	}
	return all
}

func unpackedAll(servers []Server) []spec.Server {
	var all []spec.Server
	for _, s := range servers {
		all = append(all, s.unpacked())
	}
	return all
}

// Preparation is what a node needs before the first question about the experiment.
type Preparation struct {
	Folder    string            // of the spec, on the node's machine
	Variables map[string][]byte // environment variables that the spec names
	What      string            // the run, for others that would measure there
	Together  []string          // the other processes of the run, as machine.Holder names them
}

// Prepare makes the node a place of an experiment: nothing else measures there any more.
func (s *service) Prepare(q Request[Preparation], answer *Answer[None]) error {
	return do(s, q, answer, func(_ context.Context, p Preparation) (None, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.unlock == nil {
			unlock, err := s.node.Alone(p.What, p.Together...)
			if err != nil {
				return None{}, err
			}
			s.unlock = unlock
		}
		for name, value := range p.Variables {
			if err := os.Setenv(name, string(value)); err != nil {
				return None{}, err
			}
		}
		s.here = place.NewHere(p.Folder)
		return None{}, nil
	})
}

// Describe is machine.DescribeOne.
func (s *service) Describe(q Request[bool], answer *Answer[record.Machine]) error {
	return do(s, q, answer, func(_ context.Context, identify bool) (record.Machine, error) {
		return machine.DescribeOne(identify), nil
	})
}

// CPUs are the CPUs that a node may use and those that its machine has online; nil where no process
// can be bound to CPUs.
type CPUs struct{ Usable, Online cpuset.Set }

// CPUs is machine.CPUs.
func (s *service) CPUs(q Request[None], answer *Answer[CPUs]) error {
	return do(s, q, answer, func(context.Context, None) (cpus CPUs, err error) {
		cpus.Usable, cpus.Online = machine.CPUs()
		return cpus, nil
	})
}

// Addresses is Place.Addresses.
func (s *service) Addresses(q Request[None], answer *Answer[[]netip.Addr]) error {
	return do(s, q, answer, func(ctx context.Context, _ None) ([]netip.Addr, error) {
		return s.place().Addresses(ctx)
	})
}

// Busy is Place.Busy.
func (s *service) Busy(q Request[time.Duration], answer *Answer[*float64]) error {
	return do(s, q, answer, func(ctx context.Context, window time.Duration) (*float64, error) {
		return s.place().Busy(ctx, window), nil
	})
}

// TimeWaits is Place.TimeWaits.
func (s *service) TimeWaits(q Request[None], answer *Answer[*int]) error {
	return do(s, q, answer, func(context.Context, None) (*int, error) {
		return s.place().TimeWaits(), nil
	})
}

// FindBuilds is Place.FindBuilds.
func (s *service) FindBuilds(q Request[[]Server], answer *Answer[None]) error {
	return do(s, q, answer, func(_ context.Context, servers []Server) (None, error) {
		return None{}, s.place().FindBuilds(unpackedAll(servers))
	})
}

// FindCommands is Place.FindCommands.
func (s *service) FindCommands(q Request[[]Server], answer *Answer[None]) error {
	return do(s, q, answer, func(_ context.Context, servers []Server) (None, error) {
		return None{}, s.place().FindCommands(unpackedAll(servers))
	})
}

// ReadPrograms is Place.ReadPrograms.
func (s *service) ReadPrograms(q Request[[]Server], answer *Answer[[]record.ProgramFile]) error {
	return do(s, q, answer, func(_ context.Context, all []Server) ([]record.ProgramFile, error) {
		return s.place().ReadPrograms(unpackedAll(all))
	})
}

// CheckPrograms is Place.CheckPrograms.
func (s *service) CheckPrograms(q Request[string], answer *Answer[None]) error {
	return do(s, q, answer, func(_ context.Context, server string) (None, error) {
		return None{}, s.place().CheckPrograms(server)
	})
}

// Version is what Place.Version returns.
type Version struct {
	Version record.ServerVersion
	OK      bool
}

// Version is Place.Version.
func (s *service) Version(q Request[Server], answer *Answer[Version]) error {
	return do(s, q, answer, func(ctx context.Context, server Server) (v Version, err error) {
		v.Version, v.OK = s.place().Version(ctx, server.unpacked())
		return v, nil
	})
}

// Hooked is what Place.Hook is called with.
type Hooked struct {
	Server Server
	Key    string
}

// Hook is Place.Hook.
func (s *service) Hook(q Request[Hooked], answer *Answer[record.Hook]) error {
	return do(s, q, answer, func(ctx context.Context, h Hooked) (record.Hook, error) {
		return s.place().Hook(ctx, h.Server.unpacked(), h.Key), nil
	})
}

// Reserve is Place.Reserve. Its messages wait for Said.
func (s *service) Reserve(q Request[[]machine.Port], answer *Answer[uint64]) error {
	return do(s, q, answer, func(ctx context.Context, ports []machine.Port) (uint64, error) {
		held, err := s.place().Reserve(ctx, ports, &s.said)
		if err != nil {
			return 0, err
		}
		id, err := s.ports.add(held)
		if err != nil {
			held.Close()
		}
		return id, err
	})
}

// Said returns the messages since it was asked last.
func (s *service) Said(_ None, answer *[]byte) error {
	*answer = s.said.take()
	return nil
}

// said are messages that wait for the run. Several goroutines may use it at once.
type said struct {
	mu   sync.Mutex
	text []byte
}

// Write keeps a message; it never fails.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
	return len(p), nil
}

// take returns the messages, and forgets them. It never returns nil, which would be no answer.
func (s *said) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := append([]byte{}, s.text...)
	s.text = nil
	return text
}

// Released is what Ports.Release is called with.
type Released struct {
	ID     uint64
	Server string
}

// ReleasePort is Ports.Release.
func (s *service) ReleasePort(q Request[Released], answer *Answer[bool]) error {
	return do(s, q, answer, func(_ context.Context, r Released) (bool, error) {
		held, err := s.ports.get(r.ID)
		return err == nil && held.Release(r.Server), err
	})
}

// ClosePorts is Ports.Close.
func (s *service) ClosePorts(q Request[uint64], answer *Answer[None]) error {
	return do(s, q, answer, func(_ context.Context, id uint64) (None, error) {
		held, err := s.ports.take(id)
		if err == nil {
			held.Close()
		}
		return None{}, err
	})
}

// CheckUnused is Place.CheckUnused.
func (s *service) CheckUnused(q Request[machine.Port], answer *Answer[None]) error {
	return do(s, q, answer, func(_ context.Context, port machine.Port) (None, error) {
		return None{}, s.place().CheckUnused(port)
	})
}

// Awaited is what Place.AwaitUnused is called with.
type Awaited struct {
	Port  machine.Port
	Limit time.Duration
}

// AwaitUnused is Place.AwaitUnused.
func (s *service) AwaitUnused(q Request[Awaited], answer *Answer[None]) error {
	return do(s, q, answer, func(_ context.Context, a Awaited) (None, error) {
		return None{}, s.place().AwaitUnused(a.Port, a.Limit)
	})
}

// SamePort is Place.SamePort.
func (s *service) SamePort(q Request[netip.AddrPort], answer *Answer[string]) error {
	return do(s, q, answer, func(_ context.Context, at netip.AddrPort) (string, error) {
		return s.place().SamePort(at), nil
	})
}

// Asked is what Place.Ask is called with.
type Asked struct {
	Server Server
	RealAB bool
}

// Ask is Place.Ask.
func (s *service) Ask(q Request[Asked], answer *Answer[*record.Answer]) error {
	return do(s, q, answer, func(ctx context.Context, a Asked) (*record.Answer, error) {
		return s.place().Ask(ctx, a.Server.unpacked(), a.RealAB)
	})
}

// Examined is what Place.Examine is called with.
type Examined struct {
	Server      Server
	Examination probe.Examination // without its server
}

// Examine is Place.Examine.
func (s *service) Examine(q Request[Examined], answer *Answer[[]string]) error {
	return do(s, q, answer, func(ctx context.Context, x Examined) ([]string, error) {
		x.Examination.Server = x.Server.unpacked()
		return s.place().Examine(ctx, x.Examination)
	})
}

// Choice is what decides which ab make a load.
type Choice struct {
	Load    spec.Load
	Design  spec.Design
	Servers []Server
}

// Generators is Place.Generators.
func (s *service) Generators(q Request[Choice], answer *Answer[generator.Pair]) error {
	return do(s, q, answer, func(ctx context.Context, c Choice) (generator.Pair, error) {
		e := &spec.Experiment{Load: c.Load, Design: c.Design, Servers: unpackedAll(c.Servers)}
		return s.place().Generators(ctx, e)
	})
}

// Called is what Place.Load is called with.
type Called struct {
	AB   generator.AB
	Call generator.Call
}

// Load is Place.Load.
func (s *service) Load(q Request[Called], answer *Answer[generator.Output]) error {
	return do(s, q, answer, func(ctx context.Context, c Called) (generator.Output, error) {
		return s.place().Load(ctx, c.AB, c.Call)
	})
}
