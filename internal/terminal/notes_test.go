package terminal

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/spec"
)

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
		if got := CPUsNote(e, cores); (got != "") != want {
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

	got := CPUsNote(&spec.Experiment{Servers: []spec.Server{ours}}, four)
	want := `note: generator and servers share 4 cores; these keys separate them, which ` +
		`answers a different question (docs/method.md, "CPUs of their own"):
  in [load]:            cpus = "3,7"
  in each [[server]]:   cpus = "0-2,4-6"`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the note (-want +got):\n%s", diff)
	}
}
