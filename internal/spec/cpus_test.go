package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/cpuset"
)

const bound = `
[load]
cpus = "3"

[[server]]
name = "A"
model = "async"
address = "127.0.0.1:1"
cpus = "0-2"

[[server]]
name = "B"
command = ["x"]
address = "127.0.0.1:2"
`

func parseBound(t *testing.T, text string) *Experiment {
	t.Helper()
	e, err := Parse("x.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestCPUs(t *testing.T) {
	e := parseBound(t, bound)
	if diff := cmp.Diff(cpuset.Of(3), e.Load.CPUs); diff != "" {
		t.Errorf("of the generator (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(cpuset.Of(0, 1, 2), e.Servers[0].CPUs); diff != "" {
		t.Errorf("of the first server (-want +got):\n%s", diff)
	}
	if e.Servers[1].CPUs != nil {
		t.Errorf("a server without the key has %v", e.Servers[1].CPUs)
	}
	if e.Load.CPUsLine != 3 || e.Servers[0].CPUsLine != 9 || e.Servers[1].CPUsLine != 0 {
		t.Errorf("lines %d, %d, %d; want 3, 9, 0",
			e.Load.CPUsLine, e.Servers[0].CPUsLine, e.Servers[1].CPUsLine)
	}
}

// The control is the baseline again, on the same CPUs. A problem of theirs is reported once.
func TestCPUsOfTheControl(t *testing.T) {
	e := parseBound(t, bound+"[design]\ncontrol = true\n")
	control := e.Servers[2]
	if control.Control != "A" || control.CPUs.String() != "0-2" {
		t.Errorf("the control of %q is on %v", control.Control, control.CPUs)
	}
	if problems := e.UnusableCPUs(cpuset.Of(3), cpuset.Of(3)); len(problems) != 1 {
		t.Errorf("problems: %v", problems)
	}
}

func TestUnusableCPUs(t *testing.T) {
	test := func(name string, usable, machine cpuset.Set, want ...string) {
		t.Helper()
		problems := parseBound(t, bound).UnusableCPUs(usable, machine)
		got := ""
		if len(problems) > 0 {
			got = problems.Error()
		}
		if diff := cmp.Diff(strings.Join(want, "\n"), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	const kept = " (this machine has 0-3: taskset, a container or a cgroup keeps labbook from " +
		"the others)"
	four, two := cpuset.Of(0, 1, 2, 3), cpuset.Of(0, 1)
	test("all are there", four, four)
	test("two cores", two, two,
		"x.toml:3: [load] cpus: found CPU 3; this machine has 0-1; allowed: 0-1",
		"x.toml:9: [[server]] cpus: found CPU 2; this machine has 0-1; allowed: 0-1")
	test("four cores, two of them ours", two, four,
		"x.toml:3: [load] cpus: found CPU 3; allowed: 0-1, which labbook itself may use"+kept,
		"x.toml:9: [[server]] cpus: found CPU 2; allowed: 0-1, which labbook itself may use"+kept,
	)
	test("another system", nil, nil,
		`x.toml:3: [load] cpus: found "3"; allowed: only on Linux, because this machine binds no `+
			`process to CPUs (leave it out)`,
		`x.toml:9: [[server]] cpus: found "0-2"; allowed: only on Linux, because this machine `+
			`binds no process to CPUs (leave it out)`)
}

// Each key is checked on the machine that it binds programs of: without a machines file all of them
// on this one.
func TestUnusableCPUsOfMachines(t *testing.T) {
	const text = "[load]\nfrom = 'clients'\ncpus = '4'\n" +
		"[[server]]\nname = 'A'\nmodel = 'async'\non = 'server'\naddress = 'server:1'\n" +
		"cpus = '5'\n" +
		"[[server]]\nname = 'B'\nmodel = 'async'\naddress = '192.0.2.1:1'\ncpus = '6'\n"
	const file = "[[machine]]\nname = 'server'\nlaunch = ['x']\n" +
		"[[machine]]\nname = 'clients'\nlaunch = ['x']\ncount = 2\n"
	test := func(name string, got Problems, want ...string) {
		t.Helper()
		var messages []string
		for _, problem := range got {
			messages = append(messages, problem.String())
		}
		if diff := cmp.Diff(want, messages); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	two := cpuset.Of(0, 1)
	e := parseBound(t, text)
	test("all on this machine", e.UnusableCPUs(two, two),
		"x.toml:3: [load] cpus: found CPU 4; this machine has 0-1; allowed: 0-1",
		"x.toml:9: [[server]] cpus: found CPU 5; this machine has 0-1; allowed: 0-1",
		"x.toml:14: [[server]] cpus: found CPU 6; this machine has 0-1; allowed: 0-1")

	if err := e.UseMachines(parseSite(t, file), true); err != nil {
		t.Fatal(err)
	}
	test("this machine", e.UnusableCPUs(two, two),
		"x.toml:14: [[server]] cpus: found CPU 6; this machine has 0-1; allowed: 0-1")
	test("the server's", e.UnusableCPUsOf(e.Nodes[0], two, two),
		`x.toml:9: [[server]] cpus: found CPU 5; machine "server" has 0-1; allowed: 0-1`)
	test("the second of the load", e.UnusableCPUsOf(e.Nodes[2], two, two),
		`x.toml:3: [load] cpus: found CPU 4; machine "clients 2" has 0-1; allowed: 0-1`)
}
