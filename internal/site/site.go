// Package site brings together the machines of an experiment.
//
// An experiment and the machines file of a site go in; the places where its servers run and its
// load is made come out, connected, described and with their clocks compared. Without a machines
// file every machine is this one, and nothing is connected. A machine that cannot be reached or
// used is refused with all others that cannot.
package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/team"
)

// Site is the machines of a run.
type Site struct {
	Places place.Places

	experiment *spec.Experiment
	hosts      []host
	ahead      time.Duration    // see team.Team
	round      int              // whose clocks were compared; 0: of none yet
	generators []generator.Pair // of the places that make the loads
}

// host is another machine, or a node of its own on this one.
type host struct {
	spec.Node
	client *node.Client
	clock  node.Clock
	is     record.Machine
}

// number returns the number of a host as records have it: 0 if its machine is one host alone.
func (h host) number() int {
	if h.Machine.Count == 1 {
		return 0
	}
	return h.N
}

// Options are what a Site is made of, besides the experiment.
type Options struct {
	Spec     string // the full path of the spec on this machine
	Messages io.Writer
	Lost     func(error) // is called when a machine is lost
}

// Open connects the hosts that an experiment uses, and fixes the addresses of its servers.
func Open(ctx context.Context, e *spec.Experiment, o Options) (*Site, error) {
	s := &Site{
		Places:     place.Places{Here: place.NewHere(filepath.Dir(o.Spec))},
		experiment: e,
		ahead:      team.MinAhead,
	}
	if len(e.Nodes) == 0 {
		return s, refused(e.SetHosts(nil))
	}

	clients, err := node.Connect(ctx, launches(e.Nodes), o.Messages, o.Lost)
	if err != nil {
		return nil, err
	}
	for i, n := range e.Nodes {
		s.hosts = append(s.hosts, host{Node: n, client: clients[i]})
	}
	if err := s.prepare(ctx, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// refused returns the error of an experiment that cannot be measured here, nil for none.
func refused(err error) error {
	if err == nil {
		return nil
	}
	return failure.New(failure.ExitUsage, err, "nothing was measured or written")
}

// launches returns how the nodes are started.
func launches(nodes []spec.Node) []node.Launch {
	var all []node.Launch
	for _, n := range nodes {
		h := host{Node: n}
		all = append(all, node.Launch{
			Name:    n.Machine.Name,
			N:       h.number(),
			Words:   n.Machine.Words(n.N),
			Labbook: n.Machine.Program(n.N),
		})
	}
	return all
}

// prepare makes every host ready, and makes it a place.
func (s *Site) prepare(ctx context.Context, o Options) error {
	together := node.Together(o.Spec, s.clients())
	var problems []error
	for i := range s.hosts {
		h := &s.hosts[i]
		use := node.Use{
			Experiment: s.experiment,
			Folder:     h.Folder(filepath.Dir(o.Spec)),
			What:       o.Spec,
			Together:   together,
		}
		if err := h.prepare(ctx, use); err != nil {
			problems = append(problems, err) // it names the machine
		}
		s.Places.Named = append(s.Places.Named, place.Named{
			Place: h.client,
			Name:  h.Machine.Name,
			N:     h.number(),
		})
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	if err := errors.Join(s.checkCPUs(), s.checkStarts()); err != nil {
		return err
	}
	return s.setHosts(ctx)
}

// checkStarts returns an error if several hosts make the load, and one of them has no clock by
// which its ab could start with the others.
func (s *Site) checkStarts() error {
	if s.experiment.LoadHosts() < 2 {
		return nil
	}
	var problems []error
	for _, h := range s.hosts {
		if os := h.is.Environment.OS; h.loads(s.experiment) && os != "linux" {
			problems = append(problems, fmt.Errorf("machine %q: found %s, and the load comes from "+
				"several hosts; allowed: linux, where all programs have one clock by which they "+
				"start together", h.String(), os))
		}
	}
	return refused(errors.Join(problems...))
}

// loads reports whether a host makes load.
func (h host) loads(e *spec.Experiment) bool {
	return slices.Contains(e.Load.From, h.Machine.Name)
}

// checkCPUs returns an error that names all CPUs of the spec which cannot be used on the hosts.
func (s *Site) checkCPUs() error {
	var problems spec.Problems
	for _, h := range s.hosts {
		cpus, err := h.client.CPUs()
		if err != nil {
			return err
		}
		problems = append(problems,
			s.experiment.UnusableCPUsOf(h.Node, cpus.Usable, cpus.Online)...)
	}
	if len(problems) == 0 {
		return nil
	}
	byLine := func(a, b spec.Problem) int { return a.Line - b.Line }
	slices.SortStableFunc(problems, byLine)
	return refused(problems)
}

// prepare makes a host ready, and asks what it is.
func (h *host) prepare(ctx context.Context, use node.Use) error {
	err := h.client.Prepare(use)
	if err != nil {
		return err
	}
	if h.clock, err = h.client.Clock(ctx); err != nil {
		return err
	}
	h.is, err = h.client.Describe(use.Experiment.Identify, h.clock)
	return err
}

// setHosts fixes the addresses of the machines on which servers run.
func (s *Site) setHosts(ctx context.Context) error {
	hosts := map[string]netip.Addr{}
	var problems []error
	for _, h := range s.hosts {
		onIt := func(server spec.Server) bool { return server.On == h.Machine.Name }
		if !slices.ContainsFunc(s.experiment.Servers, onIt) {
			continue
		}
		ip, err := h.address(ctx, s.isLoadedFrom(h))
		if err != nil {
			problems = append(problems, fmt.Errorf("machine %q: %w", h.String(), err))
			continue
		}
		hosts[h.Machine.Name] = ip
	}
	if len(problems) > 0 {
		const hint = "set address in the machines file: the IP address at which the other " +
			"machines reach it"
		return failure.New(failure.ExitUsage, errors.Join(problems...), hint)
	}
	return refused(s.experiment.SetHosts(hosts))
}

// isLoadedFrom reports whether all load comes from the machine on which a host is.
func (s *Site) isLoadedFrom(server host) bool {
	if len(s.experiment.Load.From) == 0 {
		return server.is.ID != "" && server.is.ID == machine.ID()
	}
	elsewhere := func(h host) bool { return h.loads(s.experiment) && h.is.ID != server.is.ID }
	return server.is.ID != "" && !slices.ContainsFunc(s.hosts, elsewhere)
}

// address returns the IP address at which others reach a host. One of its loopback will do only if
// no other machine has to reach it.
func (h host) address(ctx context.Context, alone bool) (netip.Addr, error) {
	found, err := h.addresses(ctx)
	if err != nil {
		return netip.Addr{}, err
	}
	ip := found[0]
	if ip.IsLoopback() && !alone {
		return ip, fmt.Errorf("found %v, at which only programs on that machine reach it, and "+
			"load comes from another one; allowed: an address that others reach", ip)
	}
	return ip, nil
}

// addresses returns the IP addresses of a host: those of the machines file, or those that its own
// name means there.
func (h host) addresses(ctx context.Context) ([]netip.Addr, error) {
	address := h.Address()
	if address == "" {
		return h.client.Addresses(ctx)
	}
	if ip, err := netip.ParseAddr(address); err == nil {
		return []netip.Addr{ip}, nil
	}
	found, err := machine.Lookup(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("looking up its address: %w", err)
	}
	return found, nil
}

// IsApart reports whether other machines take part than this one.
func (s *Site) IsApart() bool { return len(s.hosts) > 0 }

// Team returns what makes the loads, by one of the two ab. Generators has found them.
func (s *Site) Team(instrument plan.Instrument) team.Team {
	t := team.Team{Alone: !s.IsApart(), Ahead: &s.ahead}
	for i, at := range s.Places.Loading(s.experiment.Load) {
		t.Members = append(t.Members, team.Member{Named: at, AB: s.generators[i].Of(instrument)})
		for _, h := range s.hosts {
			if place.Place(h.client) == at.Place {
				t.Clocks = append(t.Clocks, h.clock)
			}
		}
	}
	return t
}

// BeginRound compares the clocks once for every round, where several machines must start at the
// same time: they drift.
func (s *Site) BeginRound(ctx context.Context, round int) error {
	if !s.IsApart() || round == s.round || s.experiment.LoadHosts() < 2 {
		return nil
	}
	s.round = round
	for i, h := range s.hosts {
		if !h.loads(s.experiment) {
			continue
		}
		var err error
		if s.hosts[i].clock, err = s.hosts[i].client.Clock(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Generators returns the ab that make the loads. They are the same on all machines.
func (s *Site) Generators(ctx context.Context) (generator.Pair, error) {
	var first generator.Pair
	wanted := *s.experiment
	if wanted.TakesEmbedded() {
		wanted.Load.Generator = spec.GeneratorEmbedded // a node alone does not know of the others
	}
	for i, at := range s.Places.Loading(s.experiment.Load) {
		found, err := at.Generators(ctx, &wanted)
		if err != nil {
			return first, err
		}
		if i == 0 {
			first = found
		}
		s.generators = append(s.generators, found)
		if found.String() != first.String() {
			const hint = `install the same version on all machines, or set generator = "embedded"`
			return first, failure.Machine(hint, "the machines of the load have different ab: "+
				"found %v and %v", first, found)
		}
	}
	return first, nil
}

// Close leaves all machines. What was started there ends.
func (s *Site) Close() { node.Close(s.clients()) }

func (s *Site) clients() []*node.Client {
	var clients []*node.Client
	for _, h := range s.hosts {
		clients = append(clients, h.client)
	}
	return clients
}
