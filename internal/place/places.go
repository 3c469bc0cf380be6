package place

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/servermodel"
	"labbook.example/labbook/internal/spec"
)

// Places are the machines of a run.
type Places struct {
	Here Place // this machine, which is every machine that a spec names and Named lacks

	// Named are the other machines, in the order of the spec. Several may have one name.
	Named []Named
}

// Named is a machine that a spec names.
type Named struct {
	Place
	Name string
	N    int // from 1, among those with the name; 0 if it is the only one
}

// Of returns the place of a server.
func (p Places) Of(s spec.Server) Place {
	for _, named := range p.Named {
		if named.Name == s.On {
			return named.Place
		}
	}
	return p.Here
}

// Loading returns the places that make a load, in the order of the spec.
func (p Places) Loading(l spec.Load) []Named {
	var all []Named
	for _, name := range l.From {
		for _, named := range p.Named {
			if named.Name == name {
				all = append(all, named)
			}
		}
	}
	if len(all) == 0 {
		return []Named{{Place: p.Here}}
	}
	return all
}

// String names the machine for people.
func (n Named) String() string {
	switch {
	case n.Name == "":
		return "this machine"
	case n.N == 0:
		return fmt.Sprintf("machine %q", n.Name)
	}
	return fmt.Sprintf("machine %q %d", n.Name, n.N)
}

// AsAsker returns the part of a message that says which machine has asked a server in vain; "" if
// the spec names none.
func (n Named) AsAsker() string {
	if n.Name == "" {
		return ""
	}
	return fmt.Sprintf(" to %v", n)
}

// AskFromOthers asks a server from each place that loads it, except from the first: that one has
// got this answer. The error names all places that get none, or one of another status.
func (p Places) AskFromOthers(
	ctx context.Context,
	l spec.Load,
	s spec.Server,
	realAB bool,
	first *record.Answer,
) error {
	others := p.Loading(l)[1:]
	problems := make([]error, len(others))
	var all sync.WaitGroup
	for i, at := range others {
		all.Go(func() {
			const alike = "server %q at %s answers %v with status %d, and the first machine of " +
				"the load with %d"
			answer, err := at.Ask(ctx, s, realAB)
			switch {
			case err != nil:
				problems[i] = fmt.Errorf("server %q at %s cannot be reached from %v: %w",
					s.Name, s.Address, at, err)
			case answer.Status != first.Status:
				problems[i] = fmt.Errorf(alike, s.Name, s.Address, at, answer.Status, first.Status)
			}
		})
	}
	all.Wait()
	return errors.Join(problems...)
}

// ForEach calls work with each place that has some of the servers, and with those servers. It
// returns all errors.
func (p Places) ForEach(servers []spec.Server, work func(Place, []spec.Server) error) error {
	var places []Place
	of := map[Place][]spec.Server{}
	for _, s := range servers {
		at := p.Of(s)
		if of[at] == nil {
			places = append(places, at)
		}
		of[at] = append(of[at], s)
	}

	var problems []error
	for _, at := range places {
		problems = append(problems, work(at, of[at]))
	}
	return errors.Join(problems...)
}

// Build builds the servers of an experiment, each where it runs, and finds all programs that the
// spec names.
func (p Places) Build(
	ctx context.Context,
	e *spec.Experiment,
	hooks *hook.Runner,
	messages io.Writer,
) ([]record.Build, error) {
	if err := p.ForEach(e.Started(), Place.FindBuilds); err != nil {
		return nil, err
	}
	builds, err := hooks.Build(ctx, e, messages)
	if err != nil {
		return nil, err
	}
	return builds, p.ForEach(e.Started(), Place.FindCommands)
}

// ReadPrograms reads the files that the servers' commands name, in the order of the servers.
func (p Places) ReadPrograms(servers []spec.Server) ([]record.ProgramFile, error) {
	var all []record.ProgramFile
	err := p.ForEach(servers, func(at Place, servers []spec.Server) error {
		files, err := at.ReadPrograms(servers)
		all = append(all, files...)
		return err
	})
	order := func(f record.ProgramFile) int {
		return slices.IndexFunc(servers, func(s spec.Server) bool { return s.Name == f.Server })
	}
	slices.SortStableFunc(all, func(a, b record.ProgramFile) int { return order(a) - order(b) })
	return all, err
}

// Version asks a server's program for its version where it runs, as a hook.AskVersion.
func (p Places) Version(ctx context.Context, s spec.Server) (record.ServerVersion, bool) {
	return p.Of(s).Version(ctx, s)
}

// Reserve reserves the ports of the servers that are started, each where it runs.
func (p Places) Reserve(
	ctx context.Context,
	servers []spec.Server,
	messages io.Writer,
) (Ports, error) {
	var all allPorts
	err := p.ForEach(servers, func(at Place, servers []spec.Server) error {
		var ports []machine.Port
		for _, s := range servers {
			if s.URL != "" {
				continue
			}
			address, err := servermodel.Resolve(s.Endpoint())
			if err != nil {
				return fmt.Errorf("server %q: %w", s.Name, err)
			}
			ports = append(ports, machine.Port{Server: s.Name, Text: s.Address, Address: address})
		}
		reserved, err := at.Reserve(ctx, ports, messages)
		if err == nil {
			all = append(all, reserved)
		}
		return err
	})
	if err != nil {
		all.Close()
		return nil, err
	}
	return all, nil
}

// allPorts are the ports of several places.
type allPorts []Ports

// Release releases the port of one server, wherever it runs.
func (all allPorts) Release(server string) bool {
	for _, ports := range all {
		if ports.Release(server) {
			return true
		}
	}
	return false
}

// Close releases the ports of all places.
func (all allPorts) Close() {
	for _, ports := range all {
		ports.Close()
	}
}
