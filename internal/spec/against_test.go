package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const hash = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b"

const beforeSetAgainst = `
[load]
concurrency = [2, 4]
headers = { A = "b" }
[design]
baseline = "model"
control = true
calibrate = true
[[server]]
name = "model"
model = "async"
address = "127.0.0.1:1"
[[server]]
name = "app"
command = ["./app"]
build = ["make"]
address = "127.0.0.1:2"
[[server]]
name = "posted"
same = "app"
body = "{}"
[[server]]
name = "running"
url = "http://127.0.0.1:3"
`

func parsed(t *testing.T, text string) *Experiment {
	t.Helper()
	e, err := Parse("x.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// An experiment against an older version has the two versions as its servers. They differ in their
// names alone; the older one is the baseline, and has the control.
func TestSetAgainst(t *testing.T) {
	e := parsed(t, beforeSetAgainst)
	app, _ := e.Server("app")
	if err := e.SetAgainst("app", hash); err != nil {
		t.Fatal(err)
	}

	older, control := app, app
	older.Name, older.OlderOf = "app @ 1a2b3c4", "app"
	control = older
	control.Name, control.Control = "app @ 1a2b3c4 (control)", older.Name
	if diff := cmp.Diff([]Server{older, app, control}, e.Servers); diff != "" {
		t.Errorf("servers (-want +got):\n%s", diff)
	}
	if e.Design.Baseline != older.Name || !e.Design.Control || !e.Design.Calibrate {
		t.Errorf("design %+v, want the baseline %q, and all else as it was", e.Design, older.Name)
	}
}

// A way to ask a server can be measured like one: both versions are asked that way.
func TestSetAgainstWithAWayToAsk(t *testing.T) {
	e := parsed(t, strings.Replace(beforeSetAgainst, "control = true\n", "", 1))
	if err := e.SetAgainst("posted", hash); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"posted @ 1a2b3c4", "posted"} {
		s := e.Servers[i]
		if s.Name != want || s.RunsAs() != want || s.Request.Body != "{}" || s.Command == nil {
			t.Errorf("server %d: %+v; want %q, which runs as itself and is asked with a body",
				i, s, want)
		}
	}
	if n := len(e.Servers); n != 2 {
		t.Errorf("%d servers, want 2", n)
	}
}

// References keep what they have of the server.
func TestReferencesAgainst(t *testing.T) {
	of := func(server string) ReferencePoint {
		return ReferencePoint{Server: server, Concurrency: 2}
	}
	e := parsed(t, beforeSetAgainst)
	e.References = []Reference{
		{Name: "both", Points: []ReferencePoint{of("model"), of("app")}},
		{Name: "others", Points: []ReferencePoint{of("model")}},
	}
	if err := e.SetAgainst("app", hash); err != nil {
		t.Fatal(err)
	}
	want := []Reference{{Name: "both", Points: []ReferencePoint{of("app")}}}
	if diff := cmp.Diff(want, e.References); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

// Which server is meant, and why another one cannot be.
func TestAgainstServer(t *testing.T) {
	test := func(text, name, want string) {
		t.Helper()
		s, err := parsed(t, text).AgainstServer(name)
		if err == nil && s.Name == want {
			return
		}
		if err == nil || err.Error() != want {
			t.Errorf("--server %q: %q, %v; want %q", name, s.Name, err, want)
		}
	}
	const table = "[[server]]\nname = \"%\"\ncommand = [\"./%\"]\naddress = \"127.0.0.1:9\"\n"
	one := strings.ReplaceAll(table, "%", "one")
	test(one, "", "one")
	const running = "[[server]]\nname = \"r\"\nurl = \"http://127.0.0.1:3\"\n"
	test(running+one, "", "one")
	test(beforeSetAgainst, "app", "app")
	test(beforeSetAgainst, "posted", "posted")

	test(beforeSetAgainst, "", `x.toml: --against: found 2 servers with a command: "app", `+
		`"posted"; allowed: one of them; name it with --server`)
	test(beforeSetAgainst, "ap", `x.toml: --against: found --server "ap", and no server has that `+
		`name; allowed: "app", "posted"; did you mean "app"?`)
	test(beforeSetAgainst, "model", `x.toml:9: --against: found --server "model", which is a `+
		`model: labbook itself, and no program of this repository's commits; allowed: "app", `+
		`"posted"`)
	test(beforeSetAgainst, "running", `x.toml:22: --against: found --server "running", which `+
		`already runs: labbook cannot start an older version of it; allowed: "app", "posted"`)
	test(beforeSetAgainst, "model (control)", `x.toml:9: --against: found --server `+
		`"model (control)", the control; allowed: "app", "posted"`)
	test("[[server]]\nname = \"m\"\nmodel = \"async\"\naddress = \"127.0.0.1:1\"\n", "",
		`x.toml: --against: found no server with a command; allowed: at least one, whose older `+
			`version can be built and started; a model is labbook itself, and a url already runs`)
	test("[design]\nrestart = \"round\"\n"+one, "", `x.toml:2: --against: found restart = `+
		`"round" in [design]; allowed: "trial", because both versions listen at the same `+
		`address, one after the other`)
}

// Where a machines file makes a machine another one, no older version can be checked out there.
func TestAgainstElsewhere(t *testing.T) {
	const text = "[[server]]\nname = 'A'\ncommand = ['x']\non = 'server'\naddress = 'server:1'\n"
	e := parsed(t, text)
	here := "[[machine]]\nname = 'server'\nlaunch = []\n"
	if err := e.UseMachines(parseSite(t, here), true); err != nil {
		t.Fatal(err)
	}
	if _, err := e.AgainstServer(""); err != nil {
		t.Errorf("on this machine: %v", err)
	}

	there := strings.Replace(here, "[]", "['ssh', 'n1']", 1)
	if err := e.UseMachines(parseSite(t, there), true); err != nil {
		t.Fatal(err)
	}
	const want = `x.toml: --against: found beside a machines file, by which "server" is another ` +
		`machine, where the older version cannot be checked out; allowed: every machine is this ` +
		`one; leave out --machines and LABBOOK_MACHINES`
	if _, err := e.AgainstServer(""); err == nil || err.Error() != want {
		t.Errorf("elsewhere: %v, want %s", err, want)
	}
}
