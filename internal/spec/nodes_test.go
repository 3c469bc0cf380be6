package spec

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// onSite is an experiment on the machines of site, and one of its own.
const onSite = `
[load]
from = ["here", "clients"]

[[server]]
name = "A"
model = "async"
on = "server"
address = "server:45000"

[[server]]
name = "A, kept alive"
same = "A"
keepalive = true
`

func parseOn(t *testing.T, text string) *Experiment {
	t.Helper()
	e, err := Parse("x.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// inJob is the environment of an allocation of Slurm.
func inJob(name string) (string, bool) { return "7", name == "SLURM_JOB_ID" }

// An experiment uses the hosts of its own machines, in its own order, and no others.
func TestUseMachines(t *testing.T) {
	const spare = "[[machine]]\nname = 'spare'\nlaunch = ['srun']\n"
	m, err := parseMachines("site.toml", site+spare, inJob)
	if err != nil {
		t.Fatal(err)
	}
	e := parseOn(t, onSite)
	if err := e.UseMachines(m, true); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, n := range e.Nodes {
		names = append(names, n.String())
	}
	want := []string{"server", "here", "clients 1", "clients 2", "clients 3"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("the hosts (-want +got):\n%s", diff)
	}
	if e.LoadHosts() != 4 {
		t.Errorf("the load comes from %d hosts, want 4", e.LoadHosts())
	}
	last := e.Nodes[4]
	if last.Address() != "10.0.0.3" || last.Folder("/x") != "/srv/3/a b" ||
		!slices.Contains(last.Words(), "gen3.example") || last.Program() != "/opt/3/labbook" {
		t.Errorf("%v: %q, %q, %q", last, last.Words(), last.Address(), last.Folder("/x"))
	}
}

// Without a machines file there are no hosts beside this one.
func TestUseNoMachines(t *testing.T) {
	e := parseOn(t, onSite)
	if err := e.UseMachines(Machines{}, true); err != nil || e.Nodes != nil || e.LoadHosts() != 2 {
		t.Errorf("nodes %v and %d hosts (%v)", e.Nodes, e.LoadHosts(), err)
	}
}

// The command line's file comes before that of the environment. For an experiment that names no
// machine, the one is refused and the other not even read.
func TestUseMachinesFile(t *testing.T) {
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const named = "[[server]]\nname = 'A'\nmodel = 'async'\non = 'a'\naddress = 'a:1'\n"
	good := write("good.toml", "[[machine]]\nname = 'a'\nlaunch = []\n")
	bad := write("bad.toml", "[[machine]]\nname = 'other'\nlaunch = []\n")
	test := func(flag, environment, text string, nodes int, want string) {
		t.Helper()
		t.Setenv(MachinesVariable, environment)
		e := parseOn(t, text)
		err := e.UseMachinesFile(flag, true)
		switch {
		case want == "" && err != nil, want != "" && err == nil:
			t.Errorf("%q beside %q: %v, want %q", flag, environment, err, want)
		case err != nil && err.Error() != want:
			t.Errorf("%q beside %q: %v, want %q", flag, environment, err, want)
		case len(e.Nodes) != nodes:
			t.Errorf("%q beside %q: nodes %v, want %d", flag, environment, e.Nodes, nodes)
		}
	}
	const missing = `x.toml:1: server "A" on: found "a", and bad.toml has no machine of that ` +
		`name; allowed: "other" (add a [[machine]] with name = "a" to bad.toml)`
	test("", "", named, 0, "")
	test(good, "", named, 1, "")
	test("", good, named, 1, "")
	test(good, bad, named, 1, "")
	test(bad, good, named, 0, missing)
	test("", bad, named, 0, MachinesVariable+": "+missing)
	test("", bad, oneServer, 0, "")
	test(good, "", oneServer, 0, "x.toml: found no name of a machine, so nothing of good.toml "+
		"would be used; allowed: on in a [[server]] or from in [load] (name a machine in the "+
		"experiment, or leave --machines out)")
}

// Only the embedded ab can make the load of several hosts, also of those that share a name.
func TestSeveralHostsOfOneName(t *testing.T) {
	const from = "[load]\nfrom = 'clients'\n[[server]]\nname = 'A'\nmodel = 'async'\n" +
		"on = 'here'\naddress = 'here:1'\n"
	e := parseOn(t, from)
	if e.OnlyEmbedded() {
		t.Error("the real ab cannot make a load from one machine")
	}
	if err := e.UseMachines(parseSite(t, site), true); err != nil {
		t.Fatal(err)
	}
	if !e.OnlyEmbedded() || !e.TakesEmbedded() {
		t.Error("the real ab can make a load from three hosts")
	}

	for key, text := range map[string]string{
		`generator = "ab"`: strings.Replace(from, "from", "generator = 'ab'\nfrom", 1),
		"calibrate = true": "[design]\ncalibrate = true\n" + from,
	} {
		want := "x.toml: found " + key + ", and site.toml has 3 hosts for the machines of from, " +
			"and the percentiles of several real ab cannot be joined; allowed: one host (leave " +
			"the key out, or lower the count of the machine)"
		err := parseOn(t, text).UseMachines(parseSite(t, site), true)
		if err == nil || err.Error() != want {
			t.Errorf("UseMachines gives\n%v, want\n%s", err, want)
		}
	}
}

// All problems come at once: machines that are missing, a server on several hosts, and srun outside
// of an allocation.
func TestUseMachinesRefuses(t *testing.T) {
	const text = `[load]
from = ["client", "x"]
[[server]]
name = "A"
model = "async"
on = "clients"
address = "clients:1"
[[server]]
name = "B"
model = "async"
on = "server"
address = "server:1"
`
	err := parseOn(t, text).UseMachines(parseSite(t, site), true)
	const want = `x.toml:2: [load] from: found "client", and site.toml has no machine of that ` +
		`name; allowed: "server", "clients", "here"; did you mean "clients"? (add a [[machine]] ` +
		`with name = "client" to site.toml)
x.toml:2: [load] from: found "x", and site.toml has no machine of that name; allowed: "server", ` +
		`"clients", "here" (add a [[machine]] with name = "x" to site.toml)
site.toml:8: [[machine]] count: found 3, and server "A" runs on "clients"; allowed: 1, because ` +
		`a server runs on one host (give the machines of the load another name)
site.toml:4: [[machine]] launch: found srun outside of an allocation of Slurm (SLURM_JOB_ID is ` +
		`not set): it would make one by itself, which nothing ends if srun is killed; allowed: ` +
		`srun inside sbatch or salloc (run labbook inside one: salloc -N1 --exclusive labbook ` +
		`x.toml --machines site.toml)`
	if err == nil {
		t.Fatal("UseMachines refuses nothing")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// An srun that would allocate by itself is recognised wherever env puts it.
func TestAllocates(t *testing.T) {
	test := func(want bool, launch ...string) {
		t.Helper()
		if got := allocates(launch); got != want {
			t.Errorf("%q allocates: %v, want %v", launch, got, want)
		}
	}
	test(true, "srun")
	test(true, "/usr/bin/srun", "-N1")
	test(true, "env", "srun")
	test(true, "/usr/bin/env", "-i", "A=b", "-u", "X", "--chdir", "/", "srun", "-N1")
	test(true, "env", "env", "A=b", "srun")
	test(false, "srun", "--jobid=7")
	test(false, "srun", "-N1", "--jobid", "7")
	test(false, "env", "SLURM_JOB_ID=7", "srun")
	test(false, "ssh", "login", "srun")
	test(false, "env", "-u", "srun")
	test(false, "env")
	test(false, "env", "-u")
	test(false)
}
