package node

import (
	"context"
	"net/netip"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/startup"
)

// The questions of a run about the servers that a node runs, and about the machine meanwhile.

// running is a server that a node has started.
type running struct {
	place.Child
	output *startup.Output
}

// Start is Place.Start.
func (s *service) Start(q Request[Server], answer *Answer[uint64]) error {
	return do(s, q, answer, func(_ context.Context, server Server) (uint64, error) {
		r := running{output: &startup.Output{}} // which hides no values: the run does
		var err error
		if r.Child, err = s.place().Start(server.unpacked(), r.output); err != nil {
			return 0, err
		}
		id, err := s.children.add(r)
		if err != nil {
			r.Stop()
		}
		return id, err
	})
}

// Ended is how a server ended, and the end of what it printed.
type Ended struct {
	Ending  process.Ending
	Account *record.Account
	Output  []byte
}

// Wait waits until a server has ended, and forgets it.
func (s *service) Wait(q Request[uint64], answer *Answer[Ended]) error {
	return do(s, q, answer, func(ctx context.Context, id uint64) (Ended, error) {
		c, err := s.children.get(id)
		if err != nil {
			return Ended{}, err
		}
		select {
		case <-c.Done():
		case <-ctx.Done():
			return Ended{}, ctx.Err()
		}
		_, err = s.children.take(id)
		return Ended{c.Ending(), c.Account(), []byte(c.output.TailBuffer.String())}, err
	})
}

// onChild answers a question about a server. Of one that has ended, and is forgotten, the answer is
// the zero value: its end is on its way to the run.
func onChild[A interface{ child() uint64 }, R any](
	s *service,
	q Request[A],
	answer *Answer[R],
	work func(c running, args A) (R, error),
) error {
	return do(s, q, answer, func(_ context.Context, args A) (R, error) {
		c, err := s.children.get(args.child())
		if err != nil {
			var none R
			return none, nil
		}
		return work(c, args)
	})
}

// Of names a server that a node runs.
type Of struct{ Child uint64 }

func (o Of) child() uint64 { return o.Child }

// At is Of with an address and some CPUs.
type At struct {
	Of
	Address netip.AddrPort
	CPUs    cpuset.Set
}

// Output returns the end of what a server has printed so far.
func (s *service) Output(q Request[Of], answer *Answer[[]byte]) error {
	return onChild(s, q, answer, func(c running, _ Of) ([]byte, error) {
		return []byte(c.output.TailBuffer.String()), nil
	})
}

// Exited is Child.Exited.
func (s *service) Exited(q Request[Of], answer *Answer[bool]) error {
	return onChild(s, q, answer, func(c running, _ Of) (bool, error) { return c.Exited(), nil })
}

// Snapshot is a process.Snapshot as it travels: JSON would lose the monotonic part of its time.
type Snapshot struct {
	Taken     time.Duration // by the monotonic clock of the machine
	Processes map[int]process.Process
}

// Snapshot is Child.Snapshot.
func (s *service) Snapshot(q Request[Of], answer *Answer[*Snapshot]) error {
	return onChild(s, q, answer, func(c running, _ Of) (*Snapshot, error) {
		shot := c.Snapshot()
		if shot == nil {
			return nil, nil
		}
		taken := machine.Monotonic() - time.Since(shot.Taken)
		return &Snapshot{Taken: taken, Processes: shot.Processes}, nil
	})
}

// Suspend is Child.Suspend.
func (s *service) Suspend(q Request[Of], answer *Answer[None]) error {
	return onChild(s, q, answer, func(c running, _ Of) (n None, err error) {
		c.Suspend()
		return n, nil
	})
}

// Resume is Child.Resume.
func (s *service) Resume(q Request[Of], answer *Answer[None]) error {
	return onChild(s, q, answer, func(c running, _ Of) (n None, err error) {
		c.Resume()
		return n, nil
	})
}

// Release is Child.Release.
func (s *service) Release(q Request[Of], answer *Answer[None]) error {
	return onChild(s, q, answer, func(c running, _ Of) (n None, err error) {
		c.Release()
		return n, nil
	})
}

// Listener is Child.Listener.
func (s *service) Listener(q Request[At], answer *Answer[machine.Listener]) error {
	return onChild(s, q, answer, func(c running, at At) (machine.Listener, error) {
		return c.Listener(at.Address)
	})
}

// Elsewhere is Child.Elsewhere.
func (s *service) Elsewhere(q Request[At], answer *Answer[string]) error {
	return onChild(s, q, answer, func(c running, at At) (string, error) {
		return c.Elsewhere(at.Address), nil
	})
}

// Unbound is what Child.Unbound returns.
type Unbound struct {
	PID  int
	More cpuset.Set
}

// Unbound is Child.Unbound.
func (s *service) Unbound(q Request[At], answer *Answer[Unbound]) error {
	return onChild(s, q, answer, func(c running, at At) (u Unbound, err error) {
		u.PID, u.More = c.Unbound(at.Address, at.CPUs)
		return u, nil
	})
}

// Metered is place.Watched as it travels.
type Metered struct {
	CPUs    cpuset.Set
	Child   uint64 // 0: none that is known
	At      netip.AddrPort
	Network place.Network
}

// Meter is Place.Meter.
func (s *service) Meter(q Request[Metered], answer *Answer[uint64]) error {
	return do(s, q, answer, func(_ context.Context, m Metered) (uint64, error) {
		watched := place.Watched{CPUs: m.CPUs, At: m.At, Network: m.Network}
		if c, err := s.children.get(m.Child); err == nil {
			watched.Server = c.Child
		}
		return s.meters.add(s.place().Meter(watched))
	})
}

// StopMeter is Meter.Stop. The answer has only what a meter fills in.
func (s *service) StopMeter(q Request[uint64], answer *Answer[record.Result]) error {
	return do(s, q, answer, func(_ context.Context, id uint64) (record.Result, error) {
		var result record.Result
		m, err := s.meters.take(id)
		if err == nil {
			m.Stop(&result)
		}
		return result, err
	})
}
