package terminal

import (
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// experiment has a server of each kind.
func experiment() *spec.Experiment {
	get := spec.Request{Method: "GET", Path: "/"}
	post := spec.Request{
		Method:      "POST",
		Path:        "/orders",
		Headers:     []spec.Header{{Name: "Authorization", Value: "Bearer ${TOKEN}"}},
		HasBody:     true,
		Body:        "{}",
		ContentType: "application/json",
	}
	return &spec.Experiment{
		Title: "Three servers",
		Servers: []spec.Server{
			{
				Name:    "model",
				Model:   "async",
				Address: "127.0.0.1:1",
				Request: get,
			},
			{
				Name:    "own",
				Command: []string{"python3", "app.py"},
				Address: "127.0.0.1:2",
				Request: post,
			},
			{
				Name:    "there",
				URL:     "http://127.0.0.1:3",
				Address: "127.0.0.1:3",
				Request: get,
			},
			{
				Name:    "kept",
				Same:    "there",
				URL:     "http://127.0.0.1:3",
				Address: "127.0.0.1:3",
				Request: spec.Request{Method: "GET", Path: "/", KeepAlive: true},
			},
		},
		Load: spec.Load{
			Requests:    20,
			Concurrency: []int{1},
			Timeout:     time.Minute,
		},
		Design: spec.Design{
			Rounds:  3,
			Warmup:  1,
			Seed:    7,
			Restart: spec.RestartTrial,
		},
	}
}

func TestPlan(t *testing.T) {
	e := experiment()
	e.Servers[3].Expect = spec.Expect{Status: 302, Text: "a\tb"}
	e.Servers[1].CPUs, e.Load.CPUs = cpuset.Set{0, 1, 2}, cpuset.Set{3}
	e.Servers[1].Version = []string{"python3", "-V"}
	e.Load.AllowedFailures = 0.07
	trials := plan.New(e)
	var out strings.Builder
	Plan{Experiment: e, Trials: trials, Output: "output"}.Print(&out)

	want := []string{
		"Three servers",
		"3 servers asked in 4 ways × 1 level × 3 rounds = 12 trials of 20 requests",
		"no earlier run to estimate the time from; at worst, if every trial times out: 12 min",
		"servers:",
		"  model  http://127.0.0.1:1/  model async",
		"  own  http://127.0.0.1:2/orders  python3 app.py",
		"    asked by POST, a body of 2 bytes as application/json, Authorization: Bearer ${TOKEN}",
		"    cpus: 0-2",
		"    version: python3 -V",
		"  there  http://127.0.0.1:3/  already running",
		"  kept  http://127.0.0.1:3/  the same server as there",
		"    asked by GET, keep-alive",
		`    expected: 302, a body with "a\tb"`,
		"load:",
		"  1 client, closed loop",
		"  each trial: 20 requests after a warm-up of 1 request",
		"  each server is started for every trial",
		"  CPUs of the load generator: 3",
		"  up to 7% of a trial's requests may fail",
		"order of the trials, from seed 7:",
		"  round 1  model, 1 client",
		"  round 1  kept, 1 client",
		"  round 1  there, 1 client",
		"  round 1  own, 1 client",
		"  … 8 more",
		"results go to output",
		"",
	}
	if got := out.String(); got != strings.Join(want, "\n") {
		t.Errorf("printed\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// The plan of a server at two versions names the commit of the older one.
func TestPlanAgainstAnOlderVersion(t *testing.T) {
	const commit = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b"
	test := func(language string, want ...string) {
		t.Helper()
		e := experiment()
		e.Language = language
		if err := e.SetAgainst("own", commit); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		Plan{
			Experiment: e,
			Trials:     plan.New(e),
			Against:    &record.Against{Server: "own", Rev: "v1.0", Commit: commit},
		}.Print(&out)
		for _, line := range want {
			if !strings.Contains(out.String(), line+"\n") {
				t.Errorf("printed\n%s\nwant in it: %s", out.String(), line)
			}
		}
	}
	test(locale.English,
		"1 server in 2 versions × 1 level × 3 rounds = 6 trials of 20 requests",
		"  own @ 1a2b3c4  http://127.0.0.1:2/orders  python3 app.py",
		"    the version at v1.0: commit "+commit,
		"  own  http://127.0.0.1:2/orders  python3 app.py")
	test("id", "    versi pada v1.0: commit "+commit)
}

// The plan tells where the servers run and where the load comes from, and how those machines are
// reached.
func TestPlanOnMachines(t *testing.T) {
	test := func(language string, nodes []spec.Node, want ...string) {
		t.Helper()
		e := experiment()
		e.Language, e.Nodes = language, nodes
		e.Servers[0].On, e.Servers[0].Address = "server", "server:1"
		e.Load.From = []string{"clients", "here"}
		var out strings.Builder
		Plan{Experiment: e, Trials: plan.New(e)}.Print(&out)
		for _, text := range want {
			if !strings.Contains(out.String(), text+"\n") {
				t.Errorf("printed\n%s\nwant in it:\n%s", out.String(), text)
			}
		}
	}
	launched := func(name string, count int, launch ...string) spec.Machine {
		return spec.Machine{
			Name:    name,
			Count:   count,
			Launch:  launch,
			Labbook: "labbook",
		}
	}
	server := launched("server", 1, "ssh", "-T", "n1")
	clients := launched("clients", 2, "a\x1b", "{n}")
	clients.Labbook, clients.Address = "/opt/labbook", "10.0.0.{n}"
	nodes := []spec.Node{
		{Machine: server, N: 1},
		{Machine: clients, N: 1},
		{Machine: clients, N: 2},
		{Machine: launched("here", 1), N: 1},
	}

	test(locale.English, nil,
		"machines:\n  server, clients and here: this machine, because no machines file is given\n"+
			"servers:\n  model  http://server:1/  model async\n    on server",
		"  the load comes from clients and here, 2 generators share it")
	test(locale.English, nodes,
		"machines:\n  server   ssh -T n1 labbook node\n"+
			"  clients  2 hosts, a {n} /opt/labbook node, reached at 10.0.0.{n}\n"+
			"  here     this machine\nservers:",
		"  the load comes from clients and here, 3 generators share it")
	test("id", nodes, "  here     mesin ini",
		"    di mesin server",
		"  beban datang dari clients dan here, dibagi oleh 3 pembangkit")
}

func TestPlanOfAnOpenLoop(t *testing.T) {
	e := experiment()
	e.Load.Concurrency, e.Load.Rate, e.Load.Connections = nil, []int{100}, 50
	var out strings.Builder
	Plan{Experiment: e, Trials: plan.New(e)}.Print(&out)
	want := "  100 arrivals per second, open loop, at most 50 connections at a time\n"
	if !strings.Contains(out.String(), want) {
		t.Errorf("printed\n%s\nwant in it: %s", out.String(), want)
	}

	e.Load.Arrivals = spec.ArrivalsPoisson
	out.Reset()
	Plan{Experiment: e, Trials: plan.New(e)}.Print(&out)
	want = "  100 arrivals per second at random (Poisson), open loop, at most 50 connections at " +
		"a time\n"
	if !strings.Contains(out.String(), want) {
		t.Errorf("printed\n%s\nwant in it: %s", out.String(), want)
	}

	e.Load.Rate, e.Load.Capacity = nil, &spec.Objective{Percentile: "p99", Within: time.Second}
	out.Reset()
	Plan{Experiment: e}.Print(&out)
	want = "  open loop with random (Poisson) arrivals, at most 50 connections at a time\n"
	if !strings.Contains(out.String(), want) {
		t.Errorf("printed\n%s\nwant in it: %s", out.String(), want)
	}
}

// How many requests a time has is known of the last run only.
func TestPlanOfADuration(t *testing.T) {
	e := experiment()
	e.Load.Requests, e.Load.Duration = 0, 10*time.Second
	e.Design.Warmup, e.Design.WarmupTime = 0, time.Second
	test := func(name string, last *record.Record, want ...string) {
		t.Helper()
		var out strings.Builder
		Plan{Experiment: e, Trials: plan.New(e), Last: last}.Print(&out)
		for _, line := range want {
			if !strings.Contains(out.String(), line+"\n") {
				t.Errorf("%s: printed\n%s\nwant in it: %s", name, out.String(), line)
			}
		}
		if known := strings.Contains(out.String(), "last time, a trial"); known != (last != nil) {
			t.Errorf("%s: printed\n%s\nwith numbers of the last run: %v", name, out.String(), known)
		}
	}

	test("no run", nil, "3 servers asked in 4 ways × 1 level × 3 rounds = 12 trials of about 10 s",
		"  each trial: about 10 s after a warm-up of about 1 s",
		"about 2 min, and more to start the servers")

	last := record.New(record.Header{}, e)
	for i, cell := range last.Cells {
		size := plan.Size{Requests: 1000 * (i + 1), Warmup: 100 * (i + 1)}
		last.Sizes = append(last.Sizes, record.CellSize{Cell: cell, Size: size})
	}
	test("a last run", last, "  last time, a trial took about 10 s (1,000 to 4,000 requests); "+
		"short loads before the first round measure it again")
}

// The last run of an equal load tells how long a trial takes, from the start of its last trial.
func TestEstimatedDuration(t *testing.T) {
	e := experiment()
	last := &record.Record{Experiment: experiment(), Results: []record.Result{
		{Trial: plan.Trial{Order: 1}, StartSeconds: 0},
		{Trial: plan.Trial{Order: 11}, StartSeconds: 20},
	}}
	test := func(name string, last *record.Record, want string) {
		t.Helper()
		p := Plan{Experiment: e, Trials: make([]plan.Trial, 9), Last: last}
		if got := p.ExpectedDuration(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	test("an equal load", last, "about 18 s, as in the last run (2 trials)")
	test("no run", nil, "no earlier run to estimate the time from")

	short := &record.Record{Experiment: experiment(), Results: last.Results[:1]}
	test("a single trial", short, "no earlier run to estimate the time from")

	last.Experiment.Load.Requests++
	test("another load", last, "no earlier run to estimate the time from")
}

func TestRestartScope(t *testing.T) {
	test := func(r spec.Restart, want locale.Message) {
		t.Helper()
		if got := restartScope(r); got != want {
			t.Errorf("restartScope(%q) = %q, want %q", r, got, want)
		}
	}
	test(spec.RestartTrial, "each server is started for every trial")
	test(spec.RestartRound, "each server is started once per round")
	test(spec.RestartNever, "each server is started once per run")
}

// Of an experiment to which rounds are added, only these are to be measured.
func TestPlanOfMoreRounds(t *testing.T) {
	e := experiment()
	last := &record.Record{Experiment: experiment(), Results: []record.Result{
		{Trial: plan.Trial{Order: 1}, StartSeconds: 0},
		{Trial: plan.Trial{Order: 11}, StartSeconds: 20},
	}}
	var out strings.Builder
	Plan{
		Experiment: e,
		Trials:     plan.New(e),
		MoreRounds: 1,
		Output:     "output",
		Last:       last,
	}.Print(&out)
	for _, want := range []string{
		"× 1 level × 3 rounds = 12 trials of 20 requests\n" +
			"of these, 8 trials of a finished run are kept, and 1 round is added\n" +
			"about 8 s, as in the last run (2 trials)\n",
		"order of the trials, from seed 7:\n  round 3  ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
		}
	}
	if strings.Contains(out.String(), "round 2  ") || strings.Contains(out.String(), "more\n") {
		t.Errorf("printed\n%s\nwant the four trials of round 3 alone", out.String())
	}
}

func TestResumptionOfAFinishedRun(t *testing.T) {
	e := experiment()
	e.Language = locale.English
	rec := record.New(record.Header{Rounds: 3}, e, make([]record.Result, 12)...)
	r := Resumption{Experiment: e, Record: rec, MoreRounds: 10}
	const want = "adding 10 rounds to a finished run of 3 rounds: its 12 trials are kept"
	if got := r.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	rec.Damaged = 1
	if got := r.String(); got != want+", 1 line could not be read" {
		t.Errorf("%q, want that a line is damaged", got)
	}
}

// A plan tells what an interrupted run has kept of its search: how many loads, the rates of each
// server for which it has ended, and that only the others take time.
func TestPlanOfAnInterruptedSearch(t *testing.T) {
	e := experiment()
	e.Load = spec.Load{
		Requests:    20,
		Connections: 50,
		Timeout:     time.Second,
		Capacity:    &spec.Objective{Percentile: "p99", Within: time.Second},
	}
	servers := len(e.Tested())
	test := func(kept record.KeptSearch, left int, want string) {
		t.Helper()
		var out strings.Builder
		p := Plan{Experiment: e, Kept: kept}
		p.Print(&out)
		if got := p.searchTime(); got != time.Duration(left)*plan.MaxSearchTime {
			t.Errorf("%+v: the searches take %v, want those of %d servers", kept, got, left)
		}
		if want == "" && strings.Contains(out.String(), "interrupted") ||
			!strings.Contains(out.String(), "at most 4 min per server\n"+want) {
			t.Errorf("%+v: printed\n%s\nwant in it\n%s", kept, out.String(), want)
		}
	}
	found := []record.Search{{Server: e.Servers[0].Name, Rates: []int{100, 200}}}
	test(record.KeptSearch{}, servers, "")
	test(record.KeptSearch{Loads: 1}, servers,
		"  going on with an interrupted search: 1 load is kept\n")
	test(record.KeptSearch{Loads: 21, Found: found}, servers-1,
		"  going on with an interrupted search: 21 loads are kept\n  "+e.Servers[0].Name+
			": 100 and 200 arrivals per second\n")
}
