package compare

import (
	"fmt"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// machineDifferences returns what differs between the machines of two records and the programs that
// measured on them, and whether they are two machines: hardware, or what a process may have of it,
// of the servers' machine or the load's, or one machine where there were several. Another kernel is
// named, and may be why numbers moved. What a record does not tell is no difference.
func machineDifferences(older, newer *record.Record) (all []record.Difference, two bool) {
	add := func(what, before, after string) bool {
		if before == "" || after == "" || before == after {
			return false
		}
		all = append(all, record.Difference{What: what, Recorded: before, Now: after})
		return true
	}
	a, b := older.Environment, newer.Environment
	own := hardware(a, b)
	for _, d := range append(own, loading(older, newer)...) {
		two = add(d.What, d.Recorded, d.Now) || two
	}
	for _, d := range []record.Difference{
		{What: "distribution", Recorded: a.Distribution, Now: b.Distribution},
		{What: "kernel", Recorded: a.Kernel, Now: b.Kernel},
		{What: "somaxconn", Recorded: a.SoMaxConn, Now: b.SoMaxConn},
		{What: "range of client ports", Recorded: a.PortRange, Now: b.PortRange},
		{What: "tcp_tw_reuse", Recorded: a.TimeWaitReuse, Now: b.TimeWaitReuse},
		{What: "generator", Recorded: older.Generator.String(), Now: newer.Generator.String()},
		{What: "labbook", Recorded: older.Labbook, Now: newer.Labbook},
		{What: "Go", Recorded: a.Go, Now: b.Go},
		{What: "kind of build", Recorded: kindOfBuild(a.Cgo), Now: kindOfBuild(b.Cgo)},
	} {
		add(d.What, d.Recorded, d.Now)
	}
	return all, two
}

// loading returns what differs between the machines that made the load. Where no record has other
// machines than the servers', there is nothing.
func loading(older, newer *record.Record) []record.Difference {
	if len(older.Machines)+len(newer.Machines) == 0 {
		return nil
	}
	all := []record.Difference{{
		What:     "servers and load",
		Recorded: where(older),
		Now:      where(newer),
	}}
	before, after := generators(older), generators(newer)
	all = append(all, record.Difference{
		What:     "generators",
		Recorded: number(len(before)),
		Now:      number(len(after)),
	})
	if len(before) != len(after) {
		return all
	}
	for i := range hardware(record.Environment{}, record.Environment{}) {
		d := record.Difference{}
		for g := range before {
			of := hardware(before[g], after[g])[i]
			if of.Recorded == "" || of.Now == "" || of.Recorded == of.Now {
				continue
			}
			d = record.Difference{What: of.What + OfLoad, Recorded: of.Recorded, Now: of.Now}
			break // the others' would repeat it
		}
		all = append(all, d)
	}
	return all
}

// OfLoad ends the name of a difference between machines that made the load.
const OfLoad = " (load)"

// where returns whether servers and load were on one machine; "" if that is not known.
func where(rec *record.Record) string {
	switch {
	case rec.Imported != nil:
		return ""
	case stats.Apart(rec):
		return "on different machines"
	case len(rec.Machines) == 0 && len(rec.Experiment.Remote()) > 0:
		return ""
	}
	return "on one machine"
}

// generators returns the machines that made the load, one for each generator; none if they are not
// known.
func generators(rec *record.Record) []record.Environment {
	switch {
	case rec.Imported != nil:
		return nil
	case len(rec.Machines) == 0:
		return []record.Environment{rec.Environment}
	}
	var all []record.Environment
	for _, m := range stats.UsedMachines(rec) {
		if m.Loads {
			all = append(all, m.Environment)
		}
	}
	return all
}

// hardware returns what makes two machines of two environments, as both tell it.
func hardware(a, b record.Environment) []record.Difference {
	return []record.Difference{
		{What: "system", Recorded: system(a), Now: system(b)},
		{What: "machine", Recorded: a.Machine, Now: b.Machine},
		{What: "CPU", Recorded: a.CPU, Now: b.CPU},
		{What: "cores", Recorded: number(a.Cores), Now: number(b.Cores)},
		{What: "SMT", Recorded: a.SMT, Now: b.SMT},
		{What: "governor", Recorded: a.Governor, Now: b.Governor},
		{What: "turbo", Recorded: a.Turbo, Now: b.Turbo},
		{What: "CPU limit", Recorded: a.CPULimit, Now: b.CPULimit},
		{What: "memory limit", Recorded: a.MemoryLimit, Now: b.MemoryLimit},
	}
}

func system(e record.Environment) string {
	if e.OS == "" {
		return ""
	}
	return e.OS + "/" + e.Arch
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func kindOfBuild(cgo *bool) string {
	switch {
	case cgo == nil:
		return ""
	case *cgo:
		return "with cgo"
	}
	return "without cgo"
}
