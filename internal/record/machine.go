package record

import (
	"fmt"
	"regexp"
	"slices"
)

// Machine is one of several machines that took part in a run. What is not known of it is absent.
type Machine struct {
	// Name is that of the spec. It is empty for the machine on which the run itself was: that one
	// is listed only if it served or made load beside others.
	Name string `json:"name,omitempty"`
	// N counts the machines of one name from 1; absent where the name is that of a single one.
	N int `json:"n,omitempty"`

	// Launcher is the base name of the program that started Labbook there, such as "ssh". It is
	// absent where none was needed.
	Launcher string `json:"launcher,omitempty"`

	// ID tells whether two machines are one: a hash of what the system made up as it started, which
	// cannot be turned back. A machine that was started anew has another one. Hex, 16 digits.
	ID string `json:"id,omitempty"`

	Environment Environment `json:"environment,omitzero"`
	// OnlineCPUs are the logical cores that the machine has online. Those that Labbook may use are
	// the Cores of the environment.
	OnlineCPUs int `json:"online_cpus,omitempty"`

	// RTTMS is the shortest round trip of a message to the machine, through its launcher, in
	// milliseconds. It is not the network's between server and load.
	RTTMS *float64 `json:"rtt_ms,omitempty"`
	// ClockErrorUS is by how much the offset of its monotonic clock may be wrong, in microseconds:
	// half of the shortest round trip.
	ClockErrorUS *float64 `json:"clock_error_us,omitempty"`
	// WallOffsetSeconds is by how much its wall clock was ahead of that of the run's machine;
	// negative: it was behind. Nothing is computed from it.
	WallOffsetSeconds *float64 `json:"wall_offset_seconds,omitempty"`
}

// String returns how messages name the machine: "clients 2".
func (m Machine) String() string { return machineName(m.Name, m.N) }

func machineName(name string, n int) string {
	switch {
	case name == "":
		return "this machine"
	case n == 0:
		return name
	}
	return fmt.Sprintf("%s %d", name, n)
}

var (
	machineLabel = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	machineID    = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

// validMachine reports whether a spec may name a machine so, or whether it is that of the run.
func validMachine(name string, n int) bool {
	return name == "" && n == 0 || machineLabel.MatchString(name) && n >= 0
}

func (m Machine) valid() bool {
	return validMachine(m.Name, m.N) &&
		m.OnlineCPUs >= 0 && m.OnlineCPUs <= maxHeld &&
		(m.ID == "" || machineID.MatchString(m.ID)) &&
		validMS(m.RTTMS) &&
		(m.ClockErrorUS == nil || *m.ClockErrorUS >= 0 && *m.ClockErrorUS <= maxMS*1000) &&
		(m.WallOffsetSeconds == nil ||
			validSeconds(*m.WallOffsetSeconds) || validSeconds(-*m.WallOffsetSeconds))
}

// checkMachines returns an error if a machine of the header is impossible, or is there twice.
func (h Header) checkMachines() error {
	seen := map[string]bool{}
	for _, m := range h.Machines {
		if !m.valid() {
			return fmt.Errorf("the header has impossible numbers for the machine %q", m)
		}
		if seen[m.String()] {
			return fmt.Errorf("the header has the machine %q twice", m)
		}
		seen[m.String()] = true
	}
	return nil
}

// machineDifferences compares what each machine is. Another host of the same make is no difference.
func machineDifferences(recorded, now []Machine) []Difference {
	if len(recorded) == 0 && len(now) == 0 {
		return nil
	}
	if d := (Difference{"machines", names(recorded), names(now)}); !d.equal() {
		return []Difference{d}
	}

	var all []Difference
	for i, m := range recorded {
		for _, d := range m.Environment.differences(now[i].Environment) {
			d.What = fmt.Sprintf("%s of machine %q", d.What, m)
			all = append(all, d)
		}
		online := fmt.Sprintf("cores online of machine %q", m)
		all = append(all, Difference{
			online, fmt.Sprint(m.OnlineCPUs), fmt.Sprint(now[i].OnlineCPUs),
		})
	}
	return all
}

// Unlike returns in what machines differ, each once: "cores", "kernel".
func Unlike(machines []Machine) []string {
	var all []string
	for _, m := range machines {
		first := machines[0].Environment
		for _, d := range first.differences(m.Environment) {
			if !d.equal() && !slices.Contains(all, d.What) {
				all = append(all, d.What)
			}
		}
		if m.OnlineCPUs != machines[0].OnlineCPUs && !slices.Contains(all, "cores") {
			all = append(all, "cores")
		}
	}
	return all
}

// names returns the names of some machines, in their order: "clients 1, clients 2, server".
func names(machines []Machine) string {
	if len(machines) == 0 {
		return "this one alone"
	}
	text := ""
	for i, m := range machines {
		if i > 0 {
			text += ", "
		}
		text += m.String()
	}
	return text
}

// Replaced returns the machines of now whose names stood for other hosts in the last part of the
// run. Where a host is not known, it counts as the same.
func (rec *Record) Replaced(now []Machine) []Machine {
	last := map[string]string{}
	for _, m := range rec.Machines {
		last[m.String()] = m.ID
	}
	for _, r := range rec.InRunOrder() {
		if r.Resumed == nil {
			continue
		}
		for _, m := range r.Resumed.Machines {
			last[m.String()] = m.ID
		}
	}
	return slices.DeleteFunc(slices.Clone(now), func(m Machine) bool {
		before := last[m.String()]
		return before == "" || m.ID == "" || before == m.ID
	})
}
