package doctor

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/stats"
)

// cores is about how many cores this process may use.
func cores(s *Seen, _ *Needs) []Finding {
	const item = "Logical cores"
	usable, online := s.Root.CPUs()
	n := len(usable)
	if n == 0 {
		n = s.Asked.Cores
	}
	f := Finding{Item: item, Found: fmt.Sprint(n), Severity: Sound}
	switch {
	case n == 0:
		return unknown(item)
	case n == 1:
		f.Severity = Matters
		f.Why = "Generator and server take turns on one core, so a server that leaves more to " +
			"the generator looks faster."
		f.Code = stats.HostBound
		f.Advice = "take a machine with two cores or more"
	}
	if n < len(online) {
		f.Found = fmt.Sprintf("%d of the %d that the machine has: CPU %v", n, len(online), usable)
		f.Severity = min(f.Severity, Information)
		f.Why = strings.TrimSpace(f.Why + " Other programs may use the others, whose caches and " +
			"clock they share with these.")
		f.Code = stats.Pinned
	}
	return with(one(f), float64(n), "cores")
}

// hardwareThreads is about cores that run two threads at a time.
func hardwareThreads(s *Seen, n *Needs) []Finding {
	const item = "Hardware threads (SMT)"
	switch s.env.SMT {
	case "":
		return unknown(item)
	case "off":
		return sound(item, "off")
	}

	all := s.Root.Cores()
	f := Finding{
		Item:     item,
		Found:    "on",
		Severity: Information,
		Why: "Two threads of one core share its units. Intel measured up to 30% more from both " +
			"together than from one alone, so each runs at about 65% of its speed " +
			"(Marr et al. 2002).",
		Remedy: s.writes("off", "on", "/sys/devices/system/cpu/smt/control"),
	}
	if len(all) > 0 {
		threads := 0
		for _, core := range all {
			threads += len(core)
		}
		f.Found = fmt.Sprintf("on, %d threads on %d cores", threads, len(all))
	}
	if shared := sharedCore(all, n); shared != nil {
		f.Severity = Matters
		f.Found += fmt.Sprintf("; cpus of the spec divide the core of CPU %v between generator "+
			"and server", shared)
		f.Advice = "give each whole cores: " + wholeCores(all)
	}
	return one(f)
}

// sharedCore returns the first core of which the spec gives one thread to the generator and another
// to a server, nil if there is none.
func sharedCore(all []cpuset.Set, n *Needs) cpuset.Set {
	if n == nil || n.LoadCPUs == nil {
		return nil
	}
	for _, core := range all {
		load := core.Intersect(n.LoadCPUs)
		for _, cpus := range n.ServerCPUs {
			server := core.Intersect(cpus)
			if len(load) > 0 && len(server) > 0 && !load.Overlaps(server) {
				return core
			}
		}
	}
	return nil
}

// wholeCores returns cpus that divide the cores between generator and servers: the generator has
// one thread, so it gets the last core.
func wholeCores(all []cpuset.Set) string {
	if len(all) < 2 {
		return "one core has no others to divide"
	}
	servers := cpuset.Of(slices.Concat(all[:len(all)-1]...)...)
	return fmt.Sprintf("cpus = %q in [load] and cpus = %q in each [[server]]",
		all[len(all)-1], servers)
}

// pinning is about whether processes can be bound to CPUs.
func pinning(s *Seen, n *Needs) []Finding {
	const item = "Binding to CPUs"
	bound := n != nil && (n.LoadCPUs != nil || len(n.ServerCPUs) > 0)
	switch {
	case s.System != "linux":
		if !bound {
			return unknown(item)
		}
	case s.Asked.CanBind:
		return sound(item, "allowed")
	}

	f := Finding{
		Item:     item,
		Found:    "refused",
		Severity: Information,
		Why:      "The key cpus of a spec cannot be used.",
		Advice:   "allow sched_setaffinity in the container or the sandbox",
	}
	if s.System != "linux" {
		f.Found, f.Advice = s.System+" does not have it", "leave cpus out of the spec"
	}
	if bound {
		f.Severity = Spoils
	}
	return one(f)
}
