package compare

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/record"
)

// whole is a spec in which each key has a value that can be replaced.
const whole = `title = "Mine"
[load]
requests = 1000
concurrency = [1, 10]
path = "/"
keepalive = false
timeout = "30s"

[design]
rounds = 6
warmup = 100
restart = "trial"
seed = 1
margin = 0.1
confidence = 0.95

[[server]]
name = "async"
model = "async"
address = "127.0.0.1:45000"
workers = 4

[[server]]
name = "mine"
command = ["mine", "--port", "46000"]
address = "127.0.0.1:46000"
env = { MODE = "fast" }
`

// replaced returns the spec with something in the place of something else.
func replaced(t *testing.T, from, to string) string {
	t.Helper()
	spec := strings.Replace(whole, "\nworkers = 4", "", 1)
	text := strings.Replace(spec, from, to, 1)
	if text == spec {
		t.Fatalf("the spec lacks %q", from)
	}
	return text
}

func whats(differences []record.Difference) (names []string) {
	for _, d := range differences {
		names = append(names, d.What)
	}
	return names
}

// What is asked must be the same. How the server answers may differ, and is named. All else does
// not matter.
func TestWhatMayDiffer(t *testing.T) {
	older := side(t, strings.Replace(whole, "\nworkers = 4", "", 1), scatter)
	for _, x := range []struct {
		from, to string
		unlike   []string // in what the cells of "mine" were asked otherwise
		changed  []string // in what the server "mine" is not what it was
	}{
		{`title = "Mine"`, "title = \"Another\"\nnotes = \"New\"\nlanguage = \"id\"", nil, nil},
		{"rounds = 6", "rounds = 9", nil, nil},
		{"rounds = 6", "rounds = 6\nruns = 2", nil, nil},
		{"seed = 1", "seed = 2", nil, nil},
		{"margin = 0.1", "margin = 0.2", nil, nil},
		{`timeout = "30s"`, `timeout = "60s"`, nil, nil},
		{"127.0.0.1:46000", "[::1]:47000", nil, nil},
		{"concurrency = [1, 10]", "concurrency = [10, 1]", nil, nil},
		{"seed = 1", "seed = 1\ncontrol = true", nil, nil},

		{"requests = 1000", "requests = 2000", []string{"requests"}, nil},
		{"requests = 1000", `duration = "1s"`, []string{"requests"}, nil},
		{"warmup = 100", "warmup = 50", []string{"warmup"}, nil},
		{`path = "/"`, `path = "/a"`, []string{"path"}, nil},
		{`path = "/"`, "path = \"/\"\nquery = \"a=1\"", []string{"path"}, nil},
		{"keepalive = false", "keepalive = true", []string{"keepalive"}, nil},
		{`path = "/"`, "path = \"/\"\nprotocol = \"1.1\"", []string{"protocol"}, nil},
		{`path = "/"`, "path = \"/\"\nbody = \"x\"",
			[]string{"method", "body", "content_type"}, nil},
		{`path = "/"`, "path = \"/\"\nheaders = { A = \"b\" }", []string{"headers"}, nil},
		{`path = "/"`, "path = \"/\"\nexpect_status = 404", []string{"expect_status"}, nil},
		{`path = "/"`, "path = \"/\"\nexpect_body = \"ok\"", []string{"expect_body"}, nil},
		{`path = "/"`, "path = \"/\"\nany_length = true", []string{"any_length"}, nil},
		{`timeout = "30s"`, "timeout = \"30s\"\nallowed_failures = 0.1",
			[]string{"allowed_failures"}, nil},
		{`timeout = "30s"`, "timeout = \"30s\"\ncpus = \"1\"", []string{"cpus of [load]"}, nil},
		{`restart = "trial"`, `restart = "never"`, []string{"restart"}, nil},
		{"env = {", "tls = true\nenv = {", []string{"scheme"}, nil},

		{`"46000"]`, `"46000", "--workers", "4"]`, nil, []string{"command"}},
		{`MODE = "fast"`, `MODE = "slow"`, nil, []string{"env"}},
		{"env = {", "cpus = \"0\"\nenv = {", nil, []string{"cpus"}},
		{"env = {", "setup = [\"true\"]\nenv = {", nil, []string{"setup"}},
		{`"127.0.0.1:46000"`, "\"app:46000\"\non = \"app\"", nil, []string{"on"}},
		{"command = [\"mine\", \"--port\", \"46000\"]\naddress = \"127.0.0.1:46000\"\n" +
			`env = { MODE = "fast" }`, `url = "http://127.0.0.1:46000"`, nil,
			[]string{"command", "env"}},
	} {
		c := compared(t, older, side(t, replaced(t, x.from, x.to), scatter), "")
		var unlike, changed []string
		for _, u := range c.NotComparable {
			if u.Server == "mine" {
				unlike = whats(u.Differences)
			}
		}
		for _, s := range c.Changed {
			if s.Server == "mine" {
				changed = whats(s.Differences)
			}
		}
		if !slices.Equal(unlike, x.unlike) || !slices.Equal(changed, x.changed) {
			t.Errorf("%s: asked otherwise in %v, changed in %v; want %v, %v",
				x.to, unlike, changed, x.unlike, x.changed)
		}
		if n := len(c.Cells); n != 4 && x.unlike == nil {
			t.Errorf("%s: %d cells are compared, want 4", x.to, n)
		}
	}
}

// Load from another machine, or from more machines, is another load.
func TestLoadFromMachines(t *testing.T) {
	reached := strings.ReplaceAll(whole, "127.0.0.1", "192.0.2.1")
	from := func(machines string) Side {
		text := strings.Replace(reached, "[load]", "[load]\nfrom = "+machines, 1)
		text = strings.Replace(text, "\nworkers = 4", "", 1)
		return side(t, text, scatter)
	}
	older := from(`"clients"`)
	for machines, unlike := range map[string]bool{
		`["clients"]`:          false,
		`"others"`:             true,
		`["clients", "spare"]`: true,
	} {
		c := compared(t, older, from(machines), "")
		found := slices.ContainsFunc(c.NotComparable, func(u Unlike) bool {
			return slices.Equal(whats(u.Differences), []string{"from"})
		})
		if found != unlike || (len(c.Cells) == 0) != unlike {
			t.Errorf("from %s: not comparable is %+v, and %d cells are compared",
				machines, c.NotComparable, len(c.Cells))
		}
	}
}

// A model's workers are how it answers, and what a request costs is what it is asked for.
func TestWorkOfModels(t *testing.T) {
	pool := strings.Replace(whole, `model = "async"`, `model = "thread-pool"`, 1)
	older := side(t, pool, scatter)
	more := side(t, strings.Replace(pool, "workers = 4", "workers = 8", 1), scatter)
	c := compared(t, older, more, "")
	if len(c.Changed) != 1 || c.Changed[0].Differences[0].What != "workers" || len(c.Cells) != 4 {
		t.Errorf("more workers: changed %+v, %d cells", c.Changed, len(c.Cells))
	}
	if c.Yardstick != "" || c.NoYardstick != ChangedServer {
		t.Errorf("it is the yardstick all the same: %q, %q", c.Yardstick, c.NoYardstick)
	}
	for _, work := range []string{"cpu = \"1ms\"", "wait = \"1ms\"", "body = 500"} {
		newer := side(t, strings.Replace(pool, "workers = 4", work+"\nworkers = 4", 1), scatter)
		if c := compared(t, older, newer, ""); len(c.NotComparable) != 2 || len(c.Cells) != 2 {
			t.Errorf("%s: %d are comparable, not %+v", work, len(c.Cells), c.NotComparable)
		}
	}
}

// A time fixes the numbers of requests anew for each record, which are nearly the same.
func TestDurationsAreTheSame(t *testing.T) {
	timed := replaced(t, "requests = 1000", `duration = "1s"`)
	timed = strings.Replace(timed, "warmup = 100", `warmup = "50ms"`, 1)
	if c := compared(t, side(t, timed, scatter), side(t, timed, scatter), ""); len(c.Cells) != 4 {
		t.Errorf("%+v", c.NotComparable)
	}
	longer := strings.Replace(timed, `"1s"`, `"2s"`, 1)
	c := compared(t, side(t, timed, scatter), side(t, longer, scatter), "")
	if len(c.NotComparable) != 4 || c.NotComparable[0].Differences[0] != (record.Difference{
		What:     "requests",
		Recorded: "as many as take 1s",
		Now:      "as many as take 2s",
	}) {
		t.Errorf("%+v", c.NotComparable)
	}
}

// The body is that of the file, whatever the file is called.
func TestBodiesOfFiles(t *testing.T) {
	withBody := func(name, sum string) Side {
		s := side(t, replaced(t, `path = "/"`, "path = \"/\"\nbody_file = \""+name+"\""), scatter)
		s.Record.Bodies = []record.BodyFile{{Name: name, Bytes: 3, SHA256: sum}}
		return s
	}
	if c := compared(t, withBody("a.json", "1"), withBody("b.json", "1"), ""); len(c.Cells) != 4 {
		t.Errorf("another name: %+v", c.NotComparable)
	}
	c := compared(t, withBody("a.json", "1"), withBody("a.json", "2"), "")
	if len(c.NotComparable) != 4 || c.NotComparable[0].Differences[0].What != "body" {
		t.Errorf("another content: %+v", c.NotComparable)
	}
}

// Cells of one record alone are listed, and are in no mean.
func TestCellsOfOneRecord(t *testing.T) {
	older := side(t, replaced(t, "[1, 10]", "[1, 5]"), scatter)
	newer := side(t, replaced(t, `name = "mine"`, `name = "yours"`), scatter)
	c := compared(t, older, newer, "")
	names := func(cells []string) string { return strings.Join(cells, ", ") }
	var old, now []string
	for _, place := range c.OnlyOld {
		old = append(old, place.String())
	}
	for _, place := range c.OnlyNew {
		now = append(now, place.String())
	}
	if names(old) != "async c=5, mine c=1, mine c=5" ||
		names(now) != "async c=10, yours c=1, yours c=10" || c.Shift.Cells != 1 {
		t.Errorf("only old: %v, only new: %v, mean of %d", old, now, c.Shift.Cells)
	}
}

// Another generator makes another load, and all numbers others.
func TestGenerators(t *testing.T) {
	older, newer := side(t, head+twoServers, scatter), side(t, head+twoServers, scatter)
	newer.Record.Generator.Name = record.EmbeddedAB
	c := compared(t, older, newer, "")
	if len(c.Cells) != 0 || len(c.NotComparable) != 4 || c.Shift != nil {
		t.Errorf("%d cells, %+v", len(c.Cells), c.NotComparable)
	}
	newer.Record.Generator = older.Record.Generator
	newer.Record.Generator.Version = "2.4"
	if c := compared(t, older, newer, ""); len(c.Cells) != 4 || whats(c.Machine)[0] != "generator" {
		t.Errorf("another version of ab: %d cells, %v", len(c.Cells), c.Machine)
	}
}

// fileOfMine is the file that the command of a server names.
func fileOfMine(sum string) record.ProgramFile {
	return record.ProgramFile{
		Server: "mine",
		File:   "mine",
		Bytes:  5,
		SHA256: sum,
	}
}

// Files and versions that both records know may differ, and are named. Ports are no difference.
func TestChangedPrograms(t *testing.T) {
	program := func(sum, version string) Side {
		s := side(t, head+twoServers, scatter)
		s.Record.Programs = []record.ProgramFile{fileOfMine(sum)}
		s.Record.Versions = []record.ServerVersion{{Server: "mine", Version: version}}
		return s
	}
	c := compared(t, program("aa", "1.0"), program("bb", "1.1"), "")
	if len(c.Changed) != 1 ||
		strings.Join(whats(c.Changed[0].Differences), ", ") != "mine, version" {
		t.Fatalf("%+v", c.Changed)
	}
	if d := c.Changed[0].Differences[0]; d.Recorded != "5 bytes, SHA-256 aa" ||
		d.Now != "5 bytes, SHA-256 bb" {
		t.Errorf("%+v", d)
	}
	unknown := side(t, head+twoServers, scatter)
	if c := compared(t, unknown, program("aa", "1.0"), ""); len(c.Changed) != 0 {
		t.Errorf("what is not known is a difference: %+v", c.Changed)
	}
}

// Numbers of two machines are not compared, and relative ones are, because the yardstick moved to
// the other machine, too. What a record does not tell, and what is momentary, is no difference.
func TestMachines(t *testing.T) {
	on := func(change func(*record.Environment)) Side {
		s := side(t, head+twoServers, scatter)
		s.Record.Environment = record.Environment{
			OS:          "linux",
			Arch:        "amd64",
			CPU:         "A",
			Cores:       2,
			Kernel:      "6.1",
			LoadAverage: "0.10 0.20 0.30",
		}
		change(&s.Record.Environment)
		return s
	}
	older := on(func(*record.Environment) {})
	test := func(what string, across bool, change func(*record.Environment)) {
		t.Helper()
		c := compared(t, older, on(change), "")
		if got := strings.Join(whats(c.Machine), ", "); got != what || c.AcrossMachines != across {
			t.Errorf("%q, across %v; want %q, %v", got, c.AcrossMachines, what, across)
		}
		for _, cell := range c.Cells {
			isYardstick := cell.Server == "async"
			if (cell.Moved.Ratio == 0) != across || (cell.Relative == nil) != isYardstick {
				t.Errorf("%s: %+v", what, cell)
			}
		}
		if (c.Shift == nil) != across {
			t.Errorf("%s: the common shift is %+v", what, c.Shift)
		}
	}
	test("", false, func(e *record.Environment) { e.LoadAverage, e.SMT = "9.00 9.00 9.00", "off" })
	test("kernel", false, func(e *record.Environment) { e.Kernel = "6.2" })
	test("CPU", true, func(e *record.Environment) { e.CPU = "B" })
	test("cores, kernel", true, func(e *record.Environment) { e.Cores, e.Kernel = 4, "6.2" })
}

// Numbers of a server that was loaded from its own machine are not compared with those of one that
// had its machine for itself, although both are the same experiment.
func TestPlacesOfServersAndLoad(t *testing.T) {
	text := strings.Replace(head, "[load]", "[load]\nfrom = \"clients\"", 1) +
		strings.ReplaceAll(strings.ReplaceAll(twoServers, "[[server]]",
			"[[server]]\non = \"server\""), "127.0.0.1", "server")
	on := func(machines ...record.Machine) Side {
		s := side(t, text, scatter)
		s.Record.Environment = record.Environment{OS: "linux", CPU: "A", Cores: 2}
		s.Record.Machines = machines
		return s
	}
	machine := func(name, id, cpu string, n int) record.Machine {
		env := record.Environment{OS: "linux", CPU: cpu, Cores: 2}
		return record.Machine{
			Name:        name,
			N:           n,
			ID:          id,
			Environment: env,
		}
	}
	server := machine("server", "a", "A", 0)
	apart := on(server, machine("clients", "b", "A", 0))
	for _, x := range []struct {
		name         string
		older, newer Side
		what         string
	}{
		{"one machine", on(), on(), ""},
		{"two nodes of one", on(), on(server, machine("clients", "a", "A", 0)), ""},
		{"two machines", apart, on(server, machine("clients", "c", "A", 0)), ""},
		{"load from another", on(), apart, "servers and load"},
		{"and back", apart, on(), "servers and load"},
		{"another generator", apart, on(server, machine("clients", "b", "B", 0)), "CPU (load)"},
		{"two generators", apart, on(server, machine("clients", "b", "A", 1),
			machine("clients", "c", "A", 2)), "generators"},
	} {
		c := compared(t, x.older, x.newer, "")
		if got := strings.Join(whats(c.Machine), ", "); got != x.what {
			t.Errorf("%s: %q, want %q", x.name, got, x.what)
		}
		if across := x.what != ""; c.AcrossMachines != across || (c.Shift == nil) != across {
			t.Errorf("%s: across %v, the common shift is %+v", x.name, c.AcrossMachines, c.Shift)
		}
	}
}
