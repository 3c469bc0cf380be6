package spec

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/cpuset"
)

// cpus reads a list of CPUs, and returns its line. The set is nil if the key is absent or refused.
// Whether the machine has them is not known here, see UnusableCPUs.
func (t *table) cpus() (cpuset.Set, int) {
	const allowed = `a list of CPUs in quotes, as taskset -c takes it: "0", "0-3" or "0,2"`
	switch value := t.values["cpus"].(type) {
	case nil:
		return nil, 0
	case string:
		set, err := cpuset.Parse(value)
		if err == nil {
			return set, t.line("cpus")
		}
		t.refuse("cpus", "found %s: %v; allowed: %s", showValue(value), err, allowed)
	case int64:
		t.refuse("cpus", "found %s; allowed: %s; write %s",
			describe(value), allowed, quote(showValue(value)))
	case []any:
		list := strings.ReplaceAll(strings.Trim(fmt.Sprint(value), "[]"), " ", ",")
		t.refuse("cpus", "found %s; allowed: %s%s", describe(value), allowed, meantList(list))
	default:
		t.refuse("cpus", "found %s; allowed: %s", describe(value), allowed)
	}
	return nil, 0
}

// meantList returns the end of a problem: the text that was probably meant by an array.
func meantList(text string) string {
	set, err := cpuset.Parse(text)
	if err != nil {
		return ""
	}
	return "; write " + quote(set.String())
}

// UnusableCPUs returns a Problem for each key cpus of this machine, or without a machines file of
// any, that names CPUs which this process may not use. The machine may have more. Both sets are nil
// where no process can be bound to CPUs.
func (e *Experiment) UnusableCPUs(usable, machine cpuset.Set) Problems {
	isHere := func(name string) bool { return name == "" || e.Nodes == nil }
	return e.unusableCPUs(isHere, "this machine", usable, machine)
}

// UnusableCPUsOf is UnusableCPUs for a host of the machines file, whose CPUs these are.
func (e *Experiment) UnusableCPUsOf(node Node, usable, machine cpuset.Set) Problems {
	isThere := func(name string) bool { return name == node.Machine.Name }
	return e.unusableCPUs(isThere, fmt.Sprintf("machine %q", node), usable, machine)
}

// unusableCPUs is UnusableCPUs for the machines whose names are wanted; shown is what they are
// called.
func (e *Experiment) unusableCPUs(
	wanted func(name string) bool,
	shown string,
	usable, machine cpuset.Set,
) Problems {
	var problems Problems
	check := func(label string, cpus cpuset.Set, line int) {
		problem := Problem{File: e.Name, Line: line}
		unusable := cpus.Minus(usable)
		switch {
		case cpus == nil || len(unusable) == 0:
			return
		case usable == nil:
			problem.Message = fmt.Sprintf("%s cpus: found %s; allowed: only on Linux, because "+
				"%s binds no process to CPUs", label, quote(cpus.String()), shown)
			problem.Hint = "leave it out"
		case len(unusable.Minus(machine)) > 0:
			problem.Message = fmt.Sprintf("%s cpus: found CPU %v; %s has %v; allowed: %v",
				label, unusable.Minus(machine), shown, machine, usable)
		default:
			problem.Message = fmt.Sprintf("%s cpus: found CPU %v; allowed: %v, which labbook "+
				"itself may use", label, unusable, usable)
			problem.Hint = fmt.Sprintf("%s has %v: taskset, a container or a cgroup keeps "+
				"labbook from the others", shown, machine)
		}
		problems = append(problems, problem)
	}

	from := e.Load.From
	if from == nil {
		from = []string{""}
	}
	if slices.ContainsFunc(from, wanted) {
		check(loadSection.label(), e.Load.CPUs, e.Load.CPUsLine)
	}
	for _, s := range e.Started() {
		if wanted(s.On) {
			check(serverSection.label(), s.CPUs, s.CPUsLine)
		}
	}
	return problems
}
