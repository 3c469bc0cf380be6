package doctor

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/spec"
)

func TestParseProcess(t *testing.T) {
	test := func(stat string, want usage, ok bool) {
		t.Helper()
		got, gotOK := parseProcess(stat)
		if gotOK != ok || ok && got != want {
			t.Errorf("parseProcess(%q) = %v, %v; want %v, %v", stat, got, gotOK, want, ok)
		}
	}
	const rest = " S 1 1 1 0 -1 0 0 0 0 0 20 3 0 0 20 0 1 0 1 1"
	test("12 (nginx)"+rest, usage{"nginx", 23}, true)
	test("12 (a (b) c)"+rest, usage{"a (b) c", 23}, true)
	test("12 (nginx) S 1", usage{}, false)
	test("12 (nginx) S 1 1 1 0 -1 0 0 0 0 0 x 3", usage{}, false)
	test("", usage{}, false)
}

func TestParseLimits(t *testing.T) {
	test := func(text string, want *Limits) {
		t.Helper()
		if diff := cmp.Diff(want, parseLimits(text)); diff != "" {
			t.Errorf("parseLimits(%q) differs (-want +got):\n%s", text, diff)
		}
	}
	test("1024\n4096\n", &Limits{Soft: 1024, Hard: 4096})
	test("1024\nunlimited\n", &Limits{Soft: 1024, Hard: Unlimited})
	test("1024\n", nil)
	test("1024\n-1\n", nil)
	test("", nil)
}

// The needs of an experiment on this machine alone, and on machines of which it is one or none.
func TestNeedsOf(t *testing.T) {
	const text = `
[load]
requests = 1000
concurrency = [1, 100]
from = "clients"
cpus = "0"
[design]
rounds = 2
[[server]]
name = "a"
command = ["./app"]
on = "server"
address = "server:45000"
cpus = "1"
`
	test := func(name string, nodes []spec.Node, want Needs) {
		t.Helper()
		e, err := spec.Parse("e.toml", text)
		if err != nil {
			t.Fatal(err)
		}
		e.Nodes = nodes
		want.Trials, want.ABOptions = 4, []string{"-s", "-r"}
		if diff := cmp.Diff(&want, NeedsOf(e)); diff != "" {
			t.Errorf("%s: the needs differ (-want +got):\n%s", name, diff)
		}
	}

	here := spec.Machine{Name: "clients", Count: 1, Labbook: "labbook"}
	there := spec.Machine{Name: "server", Count: 1, Launch: []string{"ssh", "server"}}
	test("no machines file", nil, Needs{
		LoadsHere:   true,
		ServesHere:  true,
		Connections: 100,
		Commands:    true,
		LoadCPUs:    cpuset.Of(0),
		ServerCPUs:  []cpuset.Set{cpuset.Of(1)},
	})
	test("the load is made here", []spec.Node{{Machine: here, N: 1}, {Machine: there, N: 1}}, Needs{
		LoadsHere:      true,
		BeyondLoopback: true,
		Connections:    100,
		LoadCPUs:       cpuset.Of(0),
		Elsewhere:      []string{"server"},
	})
}

// What the running system answers is in range, and asking changes nothing of this process.
func TestExamineThisMachine(t *testing.T) {
	seen := Examine(t.Context(), t.TempDir(), 1)
	if seen.Asked.Cores < 1 || seen.Asked.ClockReading <= 0 || seen.Asked.Go == "" {
		t.Errorf("asked: %+v", seen.Asked)
	}
	if l := seen.Asked.Limits; l != nil && (l.Soft > l.Hard || l.Soft < 3) {
		t.Errorf("limits: %+v", l)
	}
	for _, folder := range seen.Asked.Folders {
		if _, err := os.Stat(folder.Path); err != nil || folder.Free < 0 {
			t.Errorf("folder %+v: %v", folder, err)
		}
	}
	items := map[string]bool{}
	for _, f := range seen.Findings(nil) {
		if items[f.Item] {
			t.Errorf("%s is told twice", f.Item)
		}
		items[f.Item] = true
	}
	if len(items) < len(seen.Findings(nil)) || seen.Description() == "" {
		t.Errorf("%d items of %q", len(items), seen.Description())
	}
}

// Names of control groups come from outside: a command has each as one word, or there is none.
func TestQuoted(t *testing.T) {
	test := func(word, want string, ok bool) {
		t.Helper()
		if got, gotOK := quoted(word); got != want || gotOK != ok {
			t.Errorf("quoted(%q) = %q, %v; want %q, %v", word, got, gotOK, want, ok)
		}
	}
	test("user-1000.slice", "user-1000.slice", true)
	test("user@1000.service", "user@1000.service", true)
	test(`app-a\x2db.scope`, `'app-a\x2db.scope'`, true)
	test("x; rm -rf ~.slice", "'x; rm -rf ~.slice'", true)
	test("it's.slice", `'it'\''s.slice'`, true)
	test("é.slice", "'é.slice'", true)
	test("a\x1b[2Jb.slice", "", false)
	test("a\nb.slice", "", false)
}

// Machines of the spec that are not this one are named, because nothing is known of them.
func TestOtherMachines(t *testing.T) {
	if found := otherMachines(&Seen{}, &Needs{}); found != nil {
		t.Errorf("found %+v on one machine", found)
	}
	found := otherMachines(&Seen{}, &Needs{Elsewhere: []string{"server", "clients"}})
	const want = `"server", "clients", not looked at`
	if len(found) != 1 || found[0].Found != want || found[0].Severity != Information {
		t.Errorf("found %+v, want %q", found, want)
	}
}

// The usual value of tcp_tw_reuse is on for loopback alone.
func TestReuseBeyondLoopback(t *testing.T) {
	s := &Seen{}
	s.env.TimeWaitReuse, s.env.PortRange = "2", "32768–60999"
	test := func(n *Needs, want Severity, mends string) {
		t.Helper()
		f := timeWaitReuse(s, n)[0]
		command := ""
		if f.Remedy != nil {
			command = f.Remedy.Command + ", " + f.Remedy.Undo
		}
		if f.Severity != want || command != mends {
			t.Errorf("%+v: severity %d, %q; want %d, %q", n, f.Severity, command, want, mends)
		}
	}
	const mends = "sudo sysctl -w net.ipv4.tcp_tw_reuse=1, sudo sysctl -w net.ipv4.tcp_tw_reuse=2"
	test(nil, Sound, "")
	test(&Needs{LoadsHere: true, Connections: 1000}, Sound, "")
	test(&Needs{LoadsHere: true, Connections: 1000, BeyondLoopback: true}, Matters, mends)
	test(&Needs{LoadsHere: true, Connections: 10, BeyondLoopback: true}, Information, mends)
	test(&Needs{Connections: 1000, BeyondLoopback: true}, Sound, "")
}

// A limit is lifted where it was set, and the command below sets it again as it was.
func TestLift(t *testing.T) {
	test := func(group string, cores float64, isRoot bool, command, undo string) {
		t.Helper()
		got := (&Seen{Asked: Asked{IsRoot: isRoot}}).lift(group, cores)
		if got == nil {
			got = &Remedy{}
		}
		if got.Command != command || got.Undo != undo {
			t.Errorf("%s:\n%q\n%q\nwant\n%q\n%q", group, got.Command, got.Undo, command, undo)
		}
	}
	const top = "/sys/fs/cgroup/user.slice/user-1000.slice"
	const set = "systemctl set-property --runtime "
	test(top, 1.5, false, "sudo "+set+"user-1000.slice CPUQuota=",
		"sudo "+set+"user-1000.slice CPUQuota=150%")
	test(top+"/session-3.scope", 1.0/3, true, set+"session-3.scope CPUQuota=",
		set+"session-3.scope CPUQuota=33.33%")

	const user = "systemctl --user set-property --runtime "
	const own = top + "/user@1000.service/app.slice/run-1.scope"
	test(own, 0.5, false, user+"run-1.scope CPUQuota=", user+"run-1.scope CPUQuota=50%")
	test(own, 0.5, true, "", "")
	test("/sys/fs/cgroup/mine", 0.5, true, "", "")
	test("/sys/fs/cgroup/-x.slice", 0.5, true, "", "")
}
