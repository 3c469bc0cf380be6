package compare

import (
	"fmt"

	"labbook.example/labbook/internal/record"
)

// machineDifferences returns what differs between two machines and the programs that measured on
// them, and whether they are two machines: hardware, or what a process may have of it. Another
// kernel is named, and may be why numbers moved. What a record does not tell is no difference.
func machineDifferences(older, newer record.Header) (all []record.Difference, two bool) {
	add := func(what, before, after string) bool {
		if before == "" || after == "" || before == after {
			return false
		}
		all = append(all, record.Difference{What: what, Recorded: before, Now: after})
		return true
	}
	a, b := older.Environment, newer.Environment
	for _, d := range hardware(a, b) {
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
