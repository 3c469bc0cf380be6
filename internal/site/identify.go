package site

import (
	"context"
	"slices"
	"sync"
	"time"

	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Identify fills in what a header has of the machines. That of the run itself is among them if it
// serves or loads. The header's environment is that of the first server.
func (s *Site) Identify(h *record.Header) {
	if !s.IsApart() {
		return
	}
	if s.takesPart() {
		h.Machines = append(h.Machines, machine.DescribeOne(s.experiment.Identify))
	}
	for _, host := range s.hosts {
		h.Machines = append(h.Machines, host.is)
		if host.is.Name == s.experiment.Servers[0].On {
			h.Environment = host.is.Environment
		}
	}
}

// Watch fills in what the machines of a header do before the first trial, for a time. The header's
// environment is that of one of them, or else of this machine.
func (s *Site) Watch(ctx context.Context, h *record.Header, window time.Duration) {
	first := s.Places.Of(s.experiment.Servers[0])
	at := map[place.Place][]*record.Environment{first: {&h.Environment}}
	for i, m := range h.Machines {
		named := s.named(m)
		at[named] = append(at[named], &h.Machines[i].Environment)
	}

	var all sync.WaitGroup
	for at, environments := range at {
		all.Go(func() {
			busy, waits := at.Busy(ctx, window), at.TimeWaits()
			for _, to := range environments {
				to.BusyBefore, to.TimeWait = busy, waits
			}
		})
	}
	all.Wait()
}

// named returns the place of a machine of a header.
func (s *Site) named(m record.Machine) place.Place {
	for _, named := range s.Places.Named {
		if named.Name == m.Name && named.N == m.N {
			return named.Place
		}
	}
	return s.Places.Here
}

// takesPart reports whether this machine serves or loads.
func (s *Site) takesPart() bool {
	here := func(server spec.Server) bool { return server.URL == "" && server.On == "" }
	return len(s.experiment.Load.From) == 0 || slices.ContainsFunc(s.experiment.Started(), here)
}
