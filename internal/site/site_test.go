package site

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

const twoMachines = `
[load]
requests = 10
concurrency = [2]
from = "clients"

[[server]]
name = "a"
model = "async"
on = "server"
address = "server:45999"
`

// open opens the site of two machines, by a machines file; "" for none.
func open(t *testing.T, machines string) (*Site, *spec.Experiment, error) {
	t.Helper()
	return openSpec(t, twoMachines, machines)
}

// openSpec is open for an experiment of its own.
func openSpec(t *testing.T, text, machines string) (*Site, *spec.Experiment, error) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir()) // other runs may measure on this machine
	e, err := spec.Parse("e.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	if machines != "" {
		path := filepath.Join(t.TempDir(), "site.toml")
		if err := os.WriteFile(path, []byte(machines), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := e.UseMachinesFile(path, false); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(t.Context(), e, Options{
		Spec:     filepath.Join(t.TempDir(), "e.toml"),
		Messages: io.Discard,
		Lost:     func(error) {},
	})
	if s != nil {
		t.Cleanup(s.Close)
	}
	return s, e, err
}

// Without a machines file every machine is this one, and nothing is told of machines.
func TestSiteOfOneMachine(t *testing.T) {
	s, e, err := open(t, "")
	if err != nil {
		t.Fatal(err)
	}
	var h record.Header
	s.Identify(&h)
	if s.IsApart() || h.Machines != nil || !s.Alone(e.Servers[0]) {
		t.Errorf("apart %v, machines %+v", s.IsApart(), h.Machines)
	}
	if got := e.Servers[0].Endpoint(); got != "127.0.0.1:45999" {
		t.Errorf("the server is at %s", got)
	}
	if _, err := s.Generators(t.Context()); err != nil {
		t.Fatal(err)
	}
	if team := s.Team(plan.Own); !team.Alone || len(team.Members) != 1 {
		t.Errorf("the team is %+v", team)
	}
}

const nodesHere = `
[[machine]]
name = "server"
launch = []
address = "127.0.0.1"

[[machine]]
name = "clients"
launch = ["env", "A=B"]
labbook = "PROGRAM"
count = 2
`

// Nodes on this machine are places of their own, with one identity and one lock.
func TestSiteOfNodes(t *testing.T) {
	s, e, err := open(t, strings.ReplaceAll(nodesHere, "PROGRAM", os.Args[0]))
	if err != nil {
		t.Fatal(err)
	}
	var h record.Header
	s.Identify(&h)
	if len(h.Machines) != 3 {
		t.Fatalf("machines %+v", h.Machines)
	}
	for i, want := range []string{"server", "clients 1", "clients 2"} {
		m := h.Machines[i]
		if m.String() != want || m.ID != h.Machines[0].ID || m.RTTMS == nil ||
			m.Environment.OS == "" {
			t.Errorf("machine %d is %+v, want %s", i, m, want)
		}
	}
	if h.Machines[0].Launcher != "" || h.Machines[1].Launcher != "env" {
		t.Errorf("launchers %q, %q", h.Machines[0].Launcher, h.Machines[1].Launcher)
	}
	if !s.IsApart() || s.Alone(e.Servers[0]) {
		t.Error("the server is loaded from its own machine")
	}

	pair, err := s.Generators(t.Context())
	if err != nil || pair.Own.Name != record.EmbeddedAB {
		t.Errorf("the ab is %v, %v; want the embedded one", pair, err)
	}
	if err := s.BeginRound(t.Context(), 1); err != nil {
		t.Error(err)
	}
	team := s.Team(plan.Own)
	if team.Alone || len(team.Members) != 2 || len(team.Clocks) != 2 {
		t.Errorf("the team is %+v", team)
	}
	s.Watch(t.Context(), &h, 1)
	if machine.TimeWaits() == nil {
		return // this system does not tell
	}
	if h.Environment.TimeWait == nil {
		t.Error("nothing is known of the first server's machine")
	}
	for _, m := range h.Machines {
		if m.Environment.TimeWait == nil {
			t.Errorf("nothing is known of %v", m)
		}
	}
}

// Several hosts start a load by clocks that only Linux gives to all programs.
func TestSiteOfOtherSystems(t *testing.T) {
	e, err := spec.Parse("e.toml", twoMachines)
	if err != nil {
		t.Fatal(err)
	}
	test := func(want string, systems ...string) {
		t.Helper()
		s := &Site{experiment: e}
		e.Nodes = []spec.Node{{Machine: spec.Machine{Name: "server", Count: 1}, N: 1}}
		for i := range systems[1:] {
			clients := spec.Machine{Name: "clients", Count: len(systems) - 1}
			e.Nodes = append(e.Nodes, spec.Node{Machine: clients, N: i + 1})
		}
		for i, n := range e.Nodes {
			h := host{Node: n}
			h.is.Environment.OS = systems[i]
			s.hosts = append(s.hosts, h)
		}
		got := ""
		if err := s.checkStarts(); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%v: the error is %q, want %q…", systems, got, want)
		}
	}
	test("", "darwin", "linux", "linux")
	test("", "linux", "darwin")
	test(`machine "clients 2": found darwin, and `, "linux", "linux", "darwin")
}

// All machines that cannot be reached are in one error, which has the exit code of a machine.
func TestSiteOfUnreachableMachines(t *testing.T) {
	_, _, err := open(t, strings.ReplaceAll(nodesHere, "PROGRAM", "/no/such/labbook"))
	code, _ := failure.CodeAndHint(err)
	if code != failure.ExitMachine || !strings.Contains(err.Error(), `machine "clients" 1: `) ||
		!strings.Contains(err.Error(), `machine "clients" 2: `) {
		t.Errorf("the error is %v, code %d", err, code)
	}
}

// CPUs of the spec that a host does not have are refused, all at once in the order of their lines.
func TestSiteWithoutTheCPUs(t *testing.T) {
	const text = `
[load]
requests = 10
concurrency = [2]
from = "clients"
cpus = "1023"

[[server]]
name = "a"
model = "async"
on = "server"
address = "server:45999"
cpus = "1022"
`
	const file = "[[machine]]\nname = 'server'\nlaunch = []\naddress = '127.0.0.1'\n" +
		"[[machine]]\nname = 'clients'\nlaunch = []\n"
	_, _, err := openSpec(t, text, file)
	if err == nil {
		t.Fatal("the machines are used")
	}
	if code, _ := failure.CodeAndHint(err); code != failure.ExitUsage {
		t.Errorf("the code is %d", code)
	}
	for i, line := range strings.Split(err.Error(), "\n") {
		want := []string{
			`e.toml:6: \[load\] cpus: found .*1023.*machine "clients" `,
			`e.toml:13: \[\[server\]\] cpus: found .*1022.*machine "server" `,
		}
		if i >= len(want) || !regexp.MustCompile(want[i]).MatchString(line) {
			t.Errorf("problem %d is %s", i, line)
		}
	}
}
