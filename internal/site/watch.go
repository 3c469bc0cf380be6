package site

import (
	"net/netip"
	"slices"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Meter starts to read what the machine of a server does during a load by a generator that may use
// some CPUs. Of a server that already runs and is loaded by other machines, it is not known which
// one it is on, and nothing is read.
func (s *Site) Meter(
	server spec.Server,
	child place.Child,
	at netip.AddrPort,
	generator cpuset.Set,
) place.Meter {
	if !s.isKnown(server) {
		return unread{}
	}
	return s.Places.Of(server).Meter(s.watched(server, child, at, generator))
}

// isKnown reports whether it is known which machine a server is on, as far as its load tells.
func (s *Site) isKnown(server spec.Server) bool { return server.URL == "" || s.Alone(server) }

// watched returns what a Meter of the server's machine reads.
func (s *Site) watched(
	server spec.Server,
	child place.Child,
	at netip.AddrPort,
	generator cpuset.Set,
) place.Watched {
	w := place.Watched{CPUs: server.CPUs, Server: child, At: at}
	if s.shares(server) {
		w.CPUs = generator.Union(server.CPUs)
	}
	if !s.Alone(server) {
		w.Network = place.Serves
	}
	return w
}

// unread is the Meter of a machine that is not known.
type unread struct{}

// Stop implements place.Meter. It fills in nothing.
func (unread) Stop(*record.Result) {}

// Alone reports whether a server is loaded from the machine on which it runs, so that one machine's
// counters tell of both.
func (s *Site) Alone(server spec.Server) bool {
	if !s.IsApart() {
		return true
	}
	loading := s.Places.Loading(s.experiment.Load)
	return len(loading) == 1 && loading[0].Place == s.Places.Of(server)
}

// shares reports whether a server shares its machine with a generator, whatever names it has.
func (s *Site) shares(server spec.Server) bool {
	if !s.IsApart() {
		return true
	}
	its := s.Places.Of(server)
	return slices.ContainsFunc(s.Places.Loading(s.experiment.Load), func(at place.Named) bool {
		return at.Place == its || s.idOf(its) != "" && s.idOf(at.Place) == s.idOf(its)
	})
}

// idOf returns the identity of the machine of a place, "" if it is not known.
func (s *Site) idOf(at place.Place) string {
	for _, h := range s.hosts {
		if place.Place(h.client) == at {
			return h.is.ID
		}
	}
	return machine.ID()
}
