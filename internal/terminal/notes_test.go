package terminal

import (
	"strings"
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

	elsewhere := spec.Node{Machine: spec.Machine{Name: "server", Launch: []string{"ssh"}}}
	there := &spec.Experiment{Servers: []spec.Server{ours}, Nodes: []spec.Node{elsewhere}}
	if got := CPUsNote(there, four); got != "" {
		t.Errorf("another machine takes part: note %q", got)
	}

	got := CPUsNote(&spec.Experiment{Servers: []spec.Server{ours}}, four)
	want := `note: generator and servers share 4 cores; these keys separate them, which ` +
		`answers a different question (docs/method.md, "CPUs of their own"):
  in [load]:            cpus = "3,7"
  in each [[server]]:   cpus = "0-2,4-6"`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the note (-want +got):\n%s", diff)
	}
}

// Too few rounds are told for what they are too few for: a comparison, and an expectation that has
// an interval. Six are enough for one of each.
func TestVerdictNote(t *testing.T) {
	const verdict = "note: with %s and 1 comparison, nothing can be called faster or slower at " +
		"95% confidence; set rounds in [design] to at least 6"
	const judged = "note: with %s, expectations of medians and ratios cannot be judged at 95% " +
		"confidence; set rounds in [design] to at least 6"
	count := spec.Expectation{Metric: "failed", Bound: spec.AtMost}
	median := spec.Expectation{Metric: "p99_ms", Bound: spec.AtMost, Limit: 2}
	test := func(servers, rounds, runs int, want string, all ...spec.Expectation) {
		t.Helper()
		e := &spec.Experiment{
			Load:         spec.Load{Concurrency: []int{1}},
			Design:       spec.Design{Rounds: rounds, Runs: runs, Confidence: 0.95},
			Expectations: all,
		}
		for i := range servers {
			e.Servers = append(e.Servers, spec.Server{Name: string(rune('a' + i))})
		}
		of := map[int]string{1: "1 round", 5: "5 rounds", 2: "2 rounds"}[rounds]
		want = strings.ReplaceAll(want, "%s", of)
		if got := VerdictNote(e); got != want {
			t.Errorf("%d servers, %s, %d runs: %q, want %q", servers, of, runs, got, want)
		}
	}
	test(1, 5, 1, judged, count, median)
	test(1, 1, 1, judged, median)
	test(1, 6, 1, "", median)
	test(1, 5, 1, "", count)
	test(1, 5, 1, "")
	test(2, 5, 1, verdict, count)
	test(2, 5, 1, verdict+"\n"+judged, median)
	test(2, 6, 1, "", median)
	test(1, 2, 3, "", median) // the runs are the unit
}
