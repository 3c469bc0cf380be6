package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/cpuset"
	"labbook/internal/machine"
	"labbook/internal/plan"
	"labbook/internal/spec"
)

// Both calls of ab, the warm-up's and the load's, are bound.
func TestCPUsOfAB(t *testing.T) {
	e := &spec.Experiment{Load: spec.Load{Concurrency: []int{1}, CPUs: cpuset.Of(3)}}
	size := plan.Size{Requests: 100, Warmup: 10}
	server := spec.Server{Address: "127.0.0.1:1", Request: spec.Request{Path: "/"}}
	level := plan.Level{Kind: plan.Concurrency, Value: 1}
	load, err := loadCall(e, server, level, size)
	if err != nil || !slices.Equal(load.cpus, e.Load.CPUs) {
		t.Errorf("the load is bound to %v, %v", load.cpus, err)
	}
	warmup, err := warmupCall(e, server, level, size)
	if err != nil || !slices.Equal(warmup.cpus, e.Load.CPUs) {
		t.Errorf("the warm-up is bound to %v, %v", warmup.cpus, err)
	}
}

// check proposes CPUs on machines with enough cores, where the spec has none.
func TestCPUsNote(t *testing.T) {
	var four []cpuset.Set
	for core := range 4 {
		four = append(four, cpuset.Of(core, core+4))
	}
	ours := spec.Server{Name: "a", Model: "async"}
	bound := spec.Server{Name: "b", Model: "async", CPUs: cpuset.Of(0)}
	running := spec.Server{Name: "c", URL: "http://127.0.0.1:1"}
	test := func(name string, cores []cpuset.Set, load cpuset.Set, want bool, s ...spec.Server) {
		t.Helper()
		e := &spec.Experiment{Load: spec.Load{CPUs: load}, Servers: s}
		if got := cpusNote(e, cores); (got != "") != want {
			t.Errorf("%s: note %q, want one: %v", name, got, want)
		}
	}
	test("four cores", four, nil, true, ours, ours)
	test("one of the servers already runs", four, nil, true, running, ours)
	test("three cores", four[:3], nil, false, ours)
	test("cores unknown", nil, nil, false, ours)
	test("the generator is bound", four, cpuset.Of(0), false, ours)
	test("one server is bound", four, nil, false, ours, bound)
	test("no server is started", four, nil, false, running)

	got := cpusNote(&spec.Experiment{Servers: []spec.Server{ours}}, four)
	want := `note: generator and servers share 4 cores; these keys separate them, which ` +
		`answers a different question (docs/method.md, "CPUs of their own"):
  in [load]:            cpus = "3,7"
  in each [[server]]:   cpus = "0-2,4-6"`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the note (-want +got):\n%s", diff)
	}
}

// A process that may use more CPUs than its server's cpus is not bound by them.
func TestUnboundNotes(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no other system binds processes to CPUs")
	}
	usable, _ := machine.CPUs()
	child := &fakeChild{lab: &lab{processes: []int{os.Getpid()}}}
	notes := func(cpus cpuset.Set) string {
		s := &server{Server: spec.Server{CPUs: cpus}, child: child}
		return strings.Join(s.unboundNotes(), "\n")
	}
	if got := notes(nil); got != "" {
		t.Errorf("a server without cpus: %q", got)
	}
	if got := notes(usable); got != "" {
		t.Errorf("a server that has all of them: %q", got)
	}
	want := fmt.Sprintf("has a process (pid %d) that may also use CPU %v", os.Getpid(), usable)
	if got := notes(cpuset.Of(cpuset.Max)); !strings.HasPrefix(got, want) {
		t.Errorf("a server that has others: %q, want %q", got, want)
	}
}
