package stats

import (
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// machineCodes returns what is to be known of the machines of a run, with the evidence.
func machineCodes(rec *record.Record) map[Code]Evidence {
	codes := map[Code]Evidence{}
	if names := namesOfOne(rec); names != "" {
		codes[SameMachine] = OneMachine(names)
	}
	if e := otherHosts(rec); e.Names != "" {
		codes[MachineChanged] = e
	}
	if e := leastUsable(rec); e != nil {
		codes[Pinned] = e
	}
	return codes
}

// namesOfOne returns the names that stand for one machine, "server, clients 1"; of several machines
// those of the first that has several names; "" if each has one.
func namesOfOne(rec *record.Record) string {
	if len(rec.Machines) == 0 {
		return namesWithoutFile(rec.Experiment)
	}
	for _, m := range rec.Machines {
		if m.ID == "" {
			continue
		}
		var names []string
		for _, other := range rec.Machines {
			if other.ID == m.ID {
				names = append(names, other.String())
			}
		}
		if len(names) > 1 {
			return strings.Join(names, ", ")
		}
	}
	return ""
}

// namesWithoutFile returns the names of an experiment that ran without a machines file, so that all
// of them were the machine of the run; "" if it names none.
func namesWithoutFile(e *spec.Experiment) string {
	names := e.Machines()
	onThis := func(s spec.Server) bool { return s.URL == "" && s.On == "" }
	if len(names) > 0 && (len(e.Load.From) == 0 || slices.ContainsFunc(e.Started(), onThis)) {
		names = append(names, record.Machine{}.String())
	}
	if len(names) < 2 {
		return ""
	}
	return strings.Join(names, ", ")
}

// otherHosts returns the machines whose names stood for other hosts after an interruption, the
// first one of several.
func otherHosts(rec *record.Record) OtherHosts {
	for _, r := range rec.InRunOrder() {
		if r.Resumed == nil || len(r.Resumed.Machines) == 0 {
			continue
		}
		var names []string
		for _, m := range r.Resumed.Machines {
			names = append(names, m.String())
		}
		return OtherHosts{Names: strings.Join(names, ", "), After: r.Resumed.After}
	}
	return OtherHosts{}
}

// leastUsable returns how many cores were usable on the machine of which the smallest share was;
// nil if all of each were.
func leastUsable(rec *record.Record) Evidence {
	least, name := UsableCores{}, ""
	share := func(u UsableCores) float64 { return u.Usable / float64(u.Online) }
	for _, m := range rec.Machines {
		u := UsableCores{Usable: float64(m.Environment.Cores), Online: m.OnlineCPUs}
		if limit := limitedCores(m.Environment); limit > 0 {
			u.Usable = min(u.Usable, limit)
		}
		if u.Online == 0 || u.Usable == 0 || u.Usable >= float64(u.Online) {
			continue
		}
		if name == "" || share(u) < share(least) {
			least, name = u, m.String()
		}
	}
	switch {
	case name == "":
		return nil
	case !Apart(rec):
		return least
	}
	return AtMachine{Machine: name, Evidence: least}
}

// limitedCores returns the quota of "1.50 cores"; 0 if there is none.
func limitedCores(env record.Environment) float64 {
	text, _, _ := strings.Cut(env.CPULimit, " ")
	cores, err := strconv.ParseFloat(text, 64)
	if err != nil || cores < 0 {
		return 0
	}
	return cores
}

// medianOfAll returns the median of some values, which it sorts; 0 without any.
func medianOfAll(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return median(values)
}
