package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// An experiment that names machines may have its server on one and its generators on others. Two
// names may still be one machine: without a file that says otherwise, all of them are. What
// generator and server do to each other depends on whether they share a machine, and not on names.

// hosts tells machines apart.
type hosts struct {
	ids map[string]string // what identifies the machine, by its name
}

// hostsOf returns the machines of a record. Those of which it is not known which ones they are
// count as different ones.
func hostsOf(rec *record.Record) hosts {
	h := hosts{ids: map[string]string{}}
	for _, m := range rec.Machines {
		h.ids[m.String()] = m.ID
	}
	return h
}

// of returns what identifies a machine.
func (h hosts) of(m record.Machine) string {
	if id := h.ids[m.String()]; id != "" {
		return id
	}
	return m.String()
}

// Apart reports whether a record's servers and generators were on more than one machine.
func Apart(rec *record.Record) bool {
	h := hostsOf(rec)
	for _, m := range rec.Machines {
		if h.of(m) != h.of(rec.Machines[0]) {
			return true
		}
	}
	return false
}

// serverMachine returns the machine on which a server ran, as the header has it, or else by name
// alone. Of several machines of one name, it is the first.
func serverMachine(rec *record.Record, server string) record.Machine {
	s, _ := rec.Experiment.Server(server)
	for _, m := range rec.Machines {
		if m.Name == s.On && m.N <= 1 {
			return m
		}
	}
	return record.Machine{Name: s.On}
}

// environmentOf returns the description of the machine on which a server ran.
func environmentOf(rec *record.Record, server string) record.Environment {
	if env := serverMachine(rec, server).Environment; env.OS != "" {
		return env
	}
	return rec.Environment
}

// ServersEnvironment returns the description of the machine on which the first server ran.
func ServersEnvironment(rec *record.Record) record.Environment {
	if servers := rec.Experiment.Servers; len(servers) > 0 {
		return environmentOf(rec, servers[0].Name)
	}
	return rec.Environment
}

// ShareCores reports whether some server ran on a machine that made load. Without machines, all of
// them did that were not asked by their URL.
func ShareCores(rec *record.Record) bool {
	if len(rec.Machines) == 0 {
		return len(rec.Experiment.Remote()) < len(rec.Experiment.Servers)
	}
	h := hostsOf(rec)
	for _, s := range rec.Experiment.Servers {
		for _, m := range rec.Machines {
			if loads(rec, m) && h.of(m) == h.of(serverMachine(rec, s.Name)) {
				return true
			}
		}
	}
	return false
}

// generatorsOf returns the parts of a load. Where a record has none, a single generator made it.
func generatorsOf(r record.Result) []record.Part {
	if len(r.Generators) > 0 {
		return slices.DeleteFunc(slices.Clone(r.Generators), func(p record.Part) bool {
			return p.Clients == 0 // the level has fewer clients than there are generators
		})
	}
	if r.Load == nil {
		return nil
	}
	p := record.Part{Process: r.Load.Process, Late: lateOf(r)}
	if r.Quotas != nil {
		p.Quota = r.Quotas.Generator
	}
	return []record.Part{p}
}

// station is a machine in the clean trials of a cell.
type station struct {
	name      string // as readers know it; of a machine with several names, the server's
	server    bool   // the server was on it
	generator bool   // a generator was on it
	trials    []stationTrial
}

// stationTrial is what a machine did during a load.
type stationTrial struct {
	of      record.Result
	host    *record.Ticks   // of all of its cores; nil if unknown
	ticks   *record.Ticks   // of those that server and generator may use; nil if unknown
	network *record.Network // nil if unknown
	parts   []record.Part   // of its generators

	// own is the CPU time of the server and of the generators that were on it, in seconds. known is
	// false if that of one of them is not known.
	own   float64
	known bool
}

// stationsOf returns the machines in some trials of a server, its own first. There is one where the
// record names no machines, and where all names are of one.
func stationsOf(rec *record.Record, server string, trials []record.Result) []station {
	h := hostsOf(rec)
	its := serverMachine(rec, server)
	all := []station{{name: its.String(), server: true}}
	at := map[string]int{h.of(its): 0}

	for _, r := range trials {
		now := make([]stationTrial, len(all))
		now[0] = serversTrial(r)
		for _, p := range generatorsOf(r) {
			m := record.Machine{Name: p.Machine, N: p.N}
			if len(r.Generators) == 0 {
				m = loadingMachine(rec, its)
			}
			i, seen := at[h.of(m)]
			if !seen {
				i = len(all)
				at[h.of(m)] = i
				all = append(all, station{name: m.String()})
				now = append(now, stationTrial{})
			}
			all[i].generator = true
			now[i].addPart(p, i == 0)
		}
		for i, trial := range now {
			trial.of = r
			if i == 0 && len(trial.parts) > 0 {
				trial.ticks = hostCPUs(r)
			}
			if i == 0 || len(trial.parts) > 0 {
				all[i].trials = append(all[i].trials, trial)
			}
		}
	}
	return all
}

// loadingMachine returns the machine of a load that has no parts: that of the spec if it names a
// single one, and else the server's.
func loadingMachine(rec *record.Record, server record.Machine) record.Machine {
	if from := rec.Experiment.Load.From; len(from) == 1 && len(rec.Machines) > 0 {
		return record.Machine{Name: from[0]}
	}
	return server
}

// serversTrial returns what the server's machine did in a trial, as far as the server is concerned.
func serversTrial(r record.Result) stationTrial {
	trial := stationTrial{host: r.Host, ticks: r.Host, network: r.Network}
	if r.Usage != nil && r.Usage.CPUSeconds != nil {
		trial.own, trial.known = *r.Usage.CPUSeconds, true
	}
	return trial
}

// addPart adds a generator to a machine in a trial, which may be the server's.
func (t *stationTrial) addPart(p record.Part, servers bool) {
	known := p.Process != nil && (t.known || len(t.parts) == 0 && !servers)
	t.known = known
	if known {
		t.own += p.Process.UserSeconds + p.Process.SystemSeconds
	}
	t.parts = append(t.parts, p)
	if !servers {
		t.host, t.ticks, t.network = p.Host, p.Host, p.Network
	}
}

// Unwrapped returns evidence without the name of the machine that it is about.
func Unwrapped(evidence Evidence) Evidence {
	if at, ok := evidence.(AtMachine); ok {
		return at.Evidence
	}
	return evidence
}

// named returns evidence with the name of the machine that it is about, where there are several.
func (c Cell) named(machine string, evidence Evidence) Evidence {
	if len(c.stations) < 2 {
		return evidence
	}
	return AtMachine{Machine: machine, Evidence: evidence}
}

// serverStation returns the machine of the server.
func (c Cell) serverStation() station { return c.stations[0] }
