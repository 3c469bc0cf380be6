package place

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// TestMain makes the test binary the guard that process.Command.Start starts.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// builds returns an experiment of servers that are programs of the spec's folder, which their
// builds make: each by its argv.
func builds(argvs ...[]string) *spec.Experiment {
	e := &spec.Experiment{}
	for i, argv := range argvs {
		s := spec.Server{Name: string(rune('a' + i)), Command: []string{"./app"}}
		s.Hooks.Build, s.Hooks.Timeout = argv, 5*time.Minute
		e.Servers = append(e.Servers, s)
	}
	return e
}

// build builds the servers of an experiment in a folder.
func build(t *testing.T, e *spec.Experiment, folder string) error {
	t.Helper()
	places := Places{Here: NewHere(folder)}
	_, err := places.Build(t.Context(), e, &hook.Runner{Run: places.Here.Hook}, io.Discard)
	return err
}

// A build may make the program of its server, which is looked for afterwards.
func TestBuildMakesTheProgram(t *testing.T) {
	making := []string{"sh", "-c", "echo '#!/bin/sh' > app; chmod 755 app"}
	if err := build(t, builds(making), t.TempDir()); err != nil {
		t.Error(err)
	}
	err := build(t, builds([]string{"true"}), t.TempDir())
	if err == nil || !strings.HasPrefix(err.Error(), `server "a": finding its command: `) {
		t.Errorf("%v, want that the program is missing", err)
	}
}

// Nothing is built if the program of a later build is missing.
func TestBuildThatIsMissing(t *testing.T) {
	folder := t.TempDir()
	err := build(t, builds([]string{"touch", "app"}, []string{"./missing"}), folder)
	if err == nil || !strings.HasPrefix(err.Error(), `server "b": finding its build: `) {
		t.Errorf("%v, want that a program is missing", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "app")); err == nil {
		t.Error("something was built")
	}
}

// fakePorts are the reserved ports of one server.
type fakePorts struct {
	server string
	closed *[]string
}

func (p fakePorts) Release(server string) bool { return server == p.server }

func (p fakePorts) Close() { *p.closed = append(*p.closed, p.server) }

// Ports of several places are found and closed wherever they are.
func TestPortsOfSeveralPlaces(t *testing.T) {
	var closed []string
	all := allPorts{fakePorts{"a", &closed}, fakePorts{"b", &closed}}
	if !all.Release("b") || all.Release("c") {
		t.Error("Release: want that b was reserved and c was not")
	}
	if all.Close(); !slices.Equal(closed, []string{"a", "b"}) {
		t.Errorf("closed %v, want both", closed)
	}
}

// A server runs on the machine that it names, and a load comes from all machines of its names. A
// name without a machine is this one.
func TestPlacesOfAnExperiment(t *testing.T) {
	here, other, one, two := NewHere("here"), NewHere("o"), NewHere("1"), NewHere("2")
	p := Places{Here: here, Named: []Named{
		{Place: other, Name: "other"},
		{Place: one, Name: "many", N: 1},
		{Place: two, Name: "many", N: 2},
	}}
	for on, want := range map[string]Place{"": here, "other": other, "unknown": here} {
		if got := p.Of(spec.Server{On: on}); got != want {
			t.Errorf("on %q: %v", on, got)
		}
	}
	test := func(from []string, want ...Place) {
		t.Helper()
		var got []Place
		for _, named := range p.Loading(spec.Load{From: from}) {
			got = append(got, named.Place)
		}
		if !slices.Equal(got, want) {
			t.Errorf("from %q: %v", from, got)
		}
	}
	test(nil, here)
	test([]string{"unknown"}, here)
	test([]string{"many", "other"}, one, two, other)

	servers := []spec.Server{{Name: "a"}, {Name: "b", On: "other"}, {Name: "c"}}
	got := map[Place]string{}
	_ = p.ForEach(servers, func(at Place, servers []spec.Server) error {
		for _, s := range servers {
			got[at] += s.Name
		}
		return nil
	})
	if len(got) != 2 || got[here] != "ac" || got[other] != "b" {
		t.Errorf("the servers of the places: %v", got)
	}
}

// asker is a machine that asks servers.
type asker struct {
	Place
	status int // of the answer; 0: there is none
}

func (a asker) Ask(context.Context, spec.Server, bool) (*record.Answer, error) {
	if a.status == 0 {
		return nil, errors.New("no route to host")
	}
	return &record.Answer{Status: a.status}, nil
}

// Each machine that makes load must reach a server, and each that does not is named.
func TestAskFromOthers(t *testing.T) {
	test := func(want string, statuses ...int) {
		t.Helper()
		var p Places
		for i, status := range statuses {
			at := Named{Place: asker{status: status}, Name: "clients", N: i + 1}
			p.Named = append(p.Named, at)
		}
		s := spec.Server{Name: "a", Address: "server:80"}
		l := spec.Load{From: []string{"clients"}}
		err := p.AskFromOthers(t.Context(), l, s, false, &record.Answer{Status: 200})
		if got := fmt.Sprint(err); got != want {
			t.Errorf("%v: %s; want %s", statuses, got, want)
		}
	}
	test("<nil>", 200)
	test("<nil>", 200, 200, 200)
	const unreached = `server "a" at server:80 cannot be reached from machine "clients" `
	test(unreached+"2: no route to host\n"+unreached+"4: no route to host", 200, 0, 200, 0)
	test(`server "a" at server:80 answers machine "clients" 2 with status 502, and the first `+
		`machine of the load with 200`, 200, 502)
	if err := (Places{Here: asker{}}).AskFromOthers(t.Context(), spec.Load{}, spec.Server{}, false,
		&record.Answer{}); err != nil {
		t.Errorf("one machine: %v", err)
	}
}

// Where the process of a server is not one of this machine, nothing is read of it.
func TestServingOfAnUnknownChild(t *testing.T) {
	if got := serving(nil, netip.AddrPort{}); got != nil {
		t.Errorf("serving: %v, want none", got)
	}
}
