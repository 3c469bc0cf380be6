package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// GeneratorNumbers are one generator's own numbers in a cell: medians over the clean trials. What
// is not known is nil.
type GeneratorNumbers struct {
	Machine           string // as readers know it: "clients 2"
	Clients           int    // of the level's, in the last trial
	RequestsPerSecond *float64
	P50MS, P99MS      *float64
	ConnectMinMS      *float64 // of the fastest connection: about one round trip of the network
	Share             *float64 // of a core
}

// Generators returns the numbers of each of several generators, in the order of the record; none
// where a single one made the load.
func (c Cell) Generators() []GeneratorNumbers {
	parts := map[string][]record.Part{}
	var names []string
	for _, trial := range c.clean {
		for _, p := range trial.Generators {
			if parts[p.String()] == nil {
				names = append(names, p.String())
			}
			parts[p.String()] = append(parts[p.String()], p)
		}
	}
	if len(names) < 2 {
		return nil
	}

	var all []GeneratorNumbers
	for _, name := range names {
		its := parts[name]
		of := func(value func(record.Part) *float64) *float64 { return medianOfParts(its, value) }
		all = append(all, GeneratorNumbers{
			Machine: name,
			Clients: its[len(its)-1].Clients,
			RequestsPerSecond: of(func(p record.Part) *float64 {
				return &p.RequestsPerSecond
			}),
			P50MS:        of(func(p record.Part) *float64 { return p.P50MS }),
			P99MS:        of(func(p record.Part) *float64 { return p.P99MS }),
			ConnectMinMS: of(func(p record.Part) *float64 { return p.ConnectMinMS }),
			Share: of(func(p record.Part) *float64 {
				if share, ok := shareOfCore(p.Process); ok {
					return &share
				}
				return nil
			}),
		})
	}
	return all
}

// medianOfParts returns the median of a number of some parts, nil if it is not known of any.
func medianOfParts(parts []record.Part, value func(record.Part) *float64) *float64 {
	var values []float64
	for _, p := range parts {
		if v := value(p); v != nil {
			values = append(values, *v)
		}
	}
	if len(values) == 0 {
		return nil
	}
	return new(medianOfAll(values))
}

// A UsedMachine is a machine of the record, and what it did in the run.
type UsedMachine struct {
	record.Machine
	Serves bool // some server ran on it
	Loads  bool // it made load

	// ConnectMinMS is the least time in which it connected to a server on another machine: about
	// one round trip of the network. Nil if it is not known, as by TLS.
	ConnectMinMS *float64
}

// UsedMachines returns the machines of a record, in its order.
func UsedMachines(rec *record.Record) []UsedMachine {
	h := hostsOf(rec)
	var all []UsedMachine
	for _, m := range rec.Machines {
		used := UsedMachine{Machine: m, Loads: loads(rec, m)}
		for _, s := range rec.Experiment.Servers {
			used.Serves = used.Serves || serverMachine(rec, s.Name).String() == m.String()
		}
		for _, r := range rec.Results {
			measured := r.Measurement()
			its := serverMachine(rec, r.Server)
			if measured == nil || measured.TLSProtocol != "" || h.of(its) == h.of(m) {
				continue
			}
			for _, p := range r.Generators {
				ms := p.ConnectMinMS
				if p.String() == m.String() && ms != nil && *ms > 0 &&
					(used.ConnectMinMS == nil || *ms < *used.ConnectMinMS) {
					used.ConnectMinMS = ms
				}
			}
		}
		all = append(all, used)
	}
	return all
}

// loads reports whether a machine made load: as the trials have it, or else the spec.
func loads(rec *record.Record, m record.Machine) bool {
	for _, r := range rec.Results {
		for _, p := range r.Generators {
			if p.String() == m.String() {
				return true
			}
		}
	}
	from := rec.Experiment.Load.From
	return slices.Contains(from, m.Name) || len(from) == 0 && m.Name == ""
}

// Overlap returns the share of the loads' time in which all generators made load, the median over
// the clean trials; ok is false where a single one made it.
func (c Cell) Overlap() (share float64, ok bool) {
	var shares []float64
	for _, trial := range c.clean {
		if trial.Overlap != nil {
			shares = append(shares, *trial.Overlap)
		}
	}
	return medianOfAll(shares), len(shares) > 0
}
