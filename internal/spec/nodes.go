package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/variable"
)

// Node is one host that an experiment uses.
type Node struct {
	Machine Machine
	N       int // the number of the host among those of its machine, from 1
}

// String returns what people call the host: the machine's name, and its number if there are more.
func (n Node) String() string {
	if n.Machine.Count == 1 {
		return n.Machine.Name
	}
	return fmt.Sprintf("%s %d", n.Machine.Name, n.N)
}

// Words returns the launcher and its arguments, none where the host is this machine.
func (n Node) Words() []string { return n.Machine.Words(n.N) }

// Program returns our program there, "" for this very program.
func (n Node) Program() string { return n.Machine.Program(n.N) }

// Address returns the IP address or the host name at which others reach it, "" if that is not said.
func (n Node) Address() string { return n.Machine.AddressOf(n.N) }

// Folder returns the spec's folder there, given the folder here.
func (n Node) Folder(here string) string { return n.Machine.FolderOf(n.N, here) }

// MachinesVariable is the environment variable that names the machines file where the command line
// does not.
const MachinesVariable = "LABBOOK_MACHINES"

// UseMachinesFile makes the experiment use a machines file: that of the command line, or else of
// the environment, whose file is not even read for an experiment that names no machine. On the
// command line it is refused for such an experiment: all of it would run here. Whether a launcher
// can be used now matters only if the machines are to be started.
func (e *Experiment) UseMachinesFile(path string, start bool) error {
	fromEnvironment := path == ""
	if fromEnvironment {
		path = os.Getenv(MachinesVariable)
	}
	switch {
	case path == "":
		return nil
	case len(e.Machines()) == 0 && fromEnvironment:
		return nil
	case len(e.Machines()) == 0:
		return Problem{
			File: e.Name,
			Message: "found no name of a machine, so nothing of " + filepath.Base(path) +
				" would be used; allowed: on in a [[server]] or from in [load]",
			Hint: "name a machine in the experiment, or leave --machines out",
		}
	}

	m, err := ReadMachines(path)
	if err == nil {
		err = e.UseMachines(m, start)
	}
	if err != nil && fromEnvironment {
		return fmt.Errorf("%s: %w", MachinesVariable, err)
	}
	return err
}

// UseMachines sets the hosts that an experiment uses, in the order of Experiment.Machines. Without
// a machines file there are none: every machine is this one. An error is Problems: machines that
// the file does not have, a server on several hosts, the real ab for a load from several hosts, and
// if they are to be started, a launcher that would not end with the run.
func (e *Experiment) UseMachines(m Machines, start bool) error {
	if m.File == "" {
		return nil
	}

	problems := m.missing(e)
	var nodes []Node
	hosts := 0 // that make load
	for _, name := range e.Machines() {
		machine, ok := m.find(name)
		if !ok {
			continue
		}
		problems = append(problems, m.placedTwice(machine, e)...)
		if start && allocates(machine.Launch) && !m.inSlurm {
			problems = append(problems, m.outsideOfJob(machine, e))
		}
		for n := range machine.Count {
			nodes = append(nodes, Node{machine, n + 1})
		}
		if slices.Contains(e.Load.From, name) {
			hosts += machine.Count
		}
	}
	problems = append(problems, m.unjoinable(e, hosts)...)
	if len(problems) > 0 {
		return problems
	}
	e.Nodes = nodes
	return nil
}

// LoadHosts returns from how many hosts the load comes: those of the machines file, or without it
// one for each name.
func (e *Experiment) LoadHosts() int {
	if e.Nodes == nil {
		return max(1, len(e.Load.From))
	}
	hosts := 0
	for _, n := range e.Nodes {
		if slices.Contains(e.Load.From, n.Machine.Name) {
			hosts++
		}
	}
	return max(1, hosts)
}

// Elsewhere returns the machines of a run that are not this one, each once.
func (e *Experiment) Elsewhere() []string {
	var names []string
	for _, n := range e.Nodes {
		if !n.Machine.IsHere() && !slices.Contains(names, n.Machine.Name) {
			names = append(names, n.Machine.Name)
		}
	}
	return names
}

// find returns the machine of a name. ok is false if the file has none.
func (m Machines) find(name string) (machine Machine, ok bool) {
	i := slices.IndexFunc(m.List, func(m Machine) bool { return m.Name == name })
	if i < 0 {
		return Machine{}, false
	}
	return m.List[i], true
}

// missing returns a Problem for each key of the spec that names a machine which the file does not
// have.
func (m Machines) missing(e *Experiment) Problems {
	var names []string
	for _, machine := range m.List {
		names = append(names, machine.Name)
	}
	var problems Problems
	add := func(line int, where, name string) {
		if slices.Contains(names, name) {
			return
		}
		problems = append(problems, Problem{
			File: e.Name,
			Line: line,
			Message: fmt.Sprintf("%s: found %q, and %s has no machine of that name; allowed: %s%s",
				where, name, m.File, list(names), DidYouMean(name, names)),
			Hint: fmt.Sprintf("add a [[machine]] with name = %q to %s", name, m.File),
		})
	}
	for _, s := range e.Started() {
		if s.On != "" {
			add(s.Line, fmt.Sprintf("server %q on", s.Name), s.On)
		}
	}
	for _, name := range e.Load.From {
		add(e.Load.FromLine, "[load] from", name)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return problems
}

// placedTwice returns a Problem if a server runs on a machine that is several hosts.
func (m Machines) placedTwice(machine Machine, e *Experiment) Problems {
	onIt := func(s Server) bool { return s.On == machine.Name }
	i := slices.IndexFunc(e.Servers, onIt)
	if i < 0 || machine.Count == 1 {
		return nil
	}
	return Problems{{
		File: m.File,
		Line: machine.countLine,
		Message: fmt.Sprintf("[[machine]] count: found %d, and server %q runs on %q; allowed: 1, "+
			"because a server runs on one host", machine.Count, e.Servers[i].Name, machine.Name),
		Hint: "give the machines of the load another name",
	}}
}

// outsideOfJob returns the Problem of a machine whose srun would allocate by itself. The hint has
// as many nodes as srun is to reach.
func (m Machines) outsideOfJob(machine Machine, e *Experiment) Problem {
	nodes := 0
	for _, name := range e.Machines() {
		if other, ok := m.find(name); ok && allocates(other.Launch) {
			nodes += other.Count
		}
	}
	return Problem{
		File: m.File,
		Line: machine.launchLine,
		Message: "[[machine]] launch: found srun outside of an allocation of Slurm " +
			"(SLURM_JOB_ID is not set): it would make one by itself, which nothing ends if srun " +
			"is killed; allowed: srun inside sbatch or salloc",
		Hint: fmt.Sprintf("run labbook inside one: salloc -N%d --exclusive labbook %s "+
			"--machines %s", nodes, e.Name, m.File),
	}
}

// unjoinable returns a Problem if several hosts make a load whose parts cannot be joined.
func (m Machines) unjoinable(e *Experiment, hosts int) Problems {
	what := ""
	switch {
	case hosts < 2:
	case e.Load.Generator == GeneratorAB:
		what = `generator = "ab"`
	case e.Design.Calibrate:
		what = "calibrate = true"
	}
	if what == "" {
		return nil
	}
	return Problems{{
		File: e.Name,
		Message: fmt.Sprintf("found %s, and %s has %d hosts for the machines of from, and %s; "+
			"allowed: one host", what, m.File, hosts, whyNotJoined),
		Hint: "leave the key out, or lower the count of the machine",
	}}
}

// inSlurm reports whether we run in an allocation of Slurm.
func inSlurm(env variable.Lookup) bool {
	for _, name := range []string{"SLURM_JOB_ID", "SLURM_JOBID"} {
		if id, ok := env(name); ok && id != "" {
			return true
		}
	}
	return false
}

// allocates reports whether a launcher is srun without a job to join, also behind env. Such an srun
// uses the allocation in which it runs. Outside of one it makes its own.
func allocates(launch []string) bool {
	joins := func(word string) bool {
		return strings.HasPrefix(word, "--jobid") ||
			strings.HasPrefix(word, "SLURM_JOB_ID=") || strings.HasPrefix(word, "SLURM_JOBID=")
	}
	if slices.ContainsFunc(launch, joins) {
		return false
	}
	for len(launch) > 0 && filepath.Base(launch[0]) == "env" {
		launch = behindEnv(launch[1:])
	}
	return len(launch) > 0 && filepath.Base(launch[0]) == "srun"
}

// behindEnv returns the command among the arguments of env: what follows its options and variables.
func behindEnv(words []string) []string {
	withArgument := []string{"-u", "--unset", "-C", "--chdir"}
	for len(words) > 0 {
		switch word := words[0]; {
		case slices.Contains(withArgument, word):
			words = words[min(2, len(words)):]
		case strings.HasPrefix(word, "-") || strings.Contains(word, "="):
			words = words[1:]
		default:
			return words
		}
	}
	return nil
}
