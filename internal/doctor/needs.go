package doctor

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Needs are what an experiment needs of this machine.
type Needs struct {
	LoadsHere  bool // its load is made here
	ServesHere bool // a server is started here

	BeyondLoopback bool // a load goes to an address that is not one of loopback

	Connections int  // the most at a time, of one host that makes load
	Trials      int  // of the whole plan
	Commands    bool // a server is a program of the user

	TakesEmbedded bool     // the embedded ab makes the load
	DemandsAB     string   // the key that demands the installed ab, as in the spec; "": none does
	ABOptions     []string // of the installed ab that its calls use, beyond those of each version

	LoadCPUs   cpuset.Set   // those of the generator; nil: all
	ServerCPUs []cpuset.Set // those of the servers that have some

	Elsewhere []string // machines that take part and are not this one
}

// NeedsOf returns what an experiment needs of this machine.
func NeedsOf(e *spec.Experiment) *Needs {
	n := &Needs{
		Trials:        len(plan.New(e)),
		TakesEmbedded: e.TakesEmbedded(),
		Elsewhere:     e.Elsewhere(),
	}
	n.LoadsHere = len(e.Load.From) == 0 || slices.ContainsFunc(e.Load.From, isHere(e))
	if n.LoadsHere {
		n.LoadCPUs = e.Load.CPUs
	}
	n.Connections = e.Load.Connections // also where a capacity is looked for, without levels yet
	for _, level := range plan.Levels(e) {
		n.Connections = max(n.Connections, plan.Connections(e, level))
	}
	hosts := e.LoadHosts()
	n.Connections = (n.Connections + hosts - 1) / hosts

	n.BeyondLoopback = len(e.Remote()) > 0
	for _, s := range e.Started() {
		if s.On != "" && !isHere(e)(s.On) {
			n.BeyondLoopback = true
		}
		if s.URL != "" || s.On != "" && !isHere(e)(s.On) {
			continue
		}
		n.ServesHere = true
		n.Commands = n.Commands || len(s.Command) > 0
		if s.CPUs != nil {
			n.ServerCPUs = append(n.ServerCPUs, s.CPUs)
		}
	}
	n.needAB(e)
	return n
}

// isHere returns a function that reports whether a machine of the spec is this one: without a
// machines file, each is.
func isHere(e *spec.Experiment) func(name string) bool {
	return func(name string) bool {
		if e.Nodes == nil {
			return true
		}
		return slices.ContainsFunc(e.Nodes, func(n spec.Node) bool {
			return n.Machine.Name == name && n.Machine.IsHere()
		})
	}
}

// needAB sets what is needed of the installed ab.
func (n *Needs) needAB(e *spec.Experiment) {
	switch {
	case e.Design.Calibrate:
		n.DemandsAB = "calibrate = true in [design]"
	case e.Load.Generator == spec.GeneratorAB:
		n.DemandsAB = `generator = "ab" in [load]`
	}
	n.ABOptions = []string{"-s", "-r"}
	for _, s := range e.Tested() {
		if s.Request.AnyLength && !slices.Contains(n.ABOptions, "-l") {
			n.ABOptions = append(n.ABOptions, "-l")
		}
		implied := []string{"", "GET", "HEAD", "POST", "PUT"}
		if !slices.Contains(implied, s.Request.Method) && !slices.Contains(n.ABOptions, "-m") {
			n.ABOptions = append(n.ABOptions, "-m")
		}
	}
}

// otherMachines is about machines that only they themselves can tell about.
func otherMachines(_ *Seen, n *Needs) []Finding {
	if n == nil || len(n.Elsewhere) == 0 {
		return nil
	}
	var quoted []string
	for _, name := range n.Elsewhere {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return one(Finding{
		Item:     "Other machines",
		Found:    strings.Join(quoted, ", ") + ", not looked at",
		Severity: Information,
		Why:      "Each machine tells only of itself.",
		Advice:   "run labbook doctor on each as well, such as by ssh (docs/doctor.md)",
	})
}
