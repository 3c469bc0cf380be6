package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/perf/benchfmt"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// TestBenchIsReadBack reads bench.txt as benchstat does: every clean trial is there, each server under a
// name of its own.
func TestBenchIsReadBack(t *testing.T) {
	for name, w := range worlds() {
		rec := w.record(t)
		reader := benchfmt.NewReader(strings.NewReader(render(t, rec)["bench.txt"]), "bench.txt")
		got := map[string]int{}
		for reader.Scan() {
			switch line := reader.Result().(type) {
			case *benchfmt.Result:
				got[string(line.Name)]++
				if rate, ok := line.Value("req/s"); !ok || rate <= 0 || line.Iters != 1000 {
					t.Errorf("%s: %s has %v req/s, %d iterations", name, line.Name, rate, line.Iters)
				}
				if line.GetConfig("goos") != "linux" || line.GetConfig("cpu") == "" {
					t.Errorf("%s: %s has the configuration %v", name, line.Name, line.Config)
				}
			case *benchfmt.SyntaxError:
				t.Errorf("%s: %v", name, line)
			}
		}
		if err := reader.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var want []int
		for _, cell := range stats.Analyse(rec).Cells {
			if cell.Clean() > 0 {
				want = append(want, cell.Clean())
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d names for %d cells with clean trials: %v", name, len(got), len(want), got)
		}
	}
}

func TestBenchNames(t *testing.T) {
	test := func(want []string, names ...string) {
		t.Helper()
		var servers []spec.Server
		for _, name := range names {
			servers = append(servers, spec.Server{Name: name})
		}
		var got []string
		for _, name := range names {
			got = append(got, benchNames(servers)[name])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("benchNames(%q) (-want +got):\n%s", names, diff)
		}
	}
	test([]string{"Server_async_http"}, "Server_async_http")
	test([]string{"Async"}, "async")
	test([]string{"Server_7"}, "7")
	test([]string{"Élan"}, "élan")
	test([]string{"A_b_c"}, "a\u00a0b  c")
	test([]string{"A_b"}, "a/b")
	test([]string{"Server_🦆"}, "🦆")
	test([]string{"A_b", "A_b-2", "A_b-2-2"}, "a b", "a/b", "a b-2")
}

// TestBenchOfAStrangeMachine holds that no text of the environment adds a line.
func TestBenchOfAStrangeMachine(t *testing.T) {
	rec := worlds()["one"].record(t)
	rec.Environment.CPU = "CPU\nBenchmarkX 1 1 ns/op"
	if got := strings.Count(string(benchText(rec)), "\nBenchmark"); got != 1 {
		t.Errorf("bench.txt has %d results, want 1:\n%s", got, benchText(rec))
	}
	rec.Results = append(rec.Results, record.Result{Trial: plan.Trial{Order: 2, Round: 1, Cell: rec.Cells[0]}})
	if got := strings.Count(string(benchText(rec)), "\nBenchmark"); got != 1 {
		t.Errorf("bench.txt has %d results with one that is not clean, want 1", got)
	}
}

// TestBenchstatComparesServers runs benchstat itself on bench.txt, by the command that docs/output.md
// gives: the servers are columns, the levels rows, and the units are such that it scales them.
func TestBenchstatComparesServers(t *testing.T) {
	bench := filepath.Join(t.TempDir(), "bench.txt")
	text := render(t, worlds()["seed"].record(t))["bench.txt"]
	if err := os.WriteFile(bench, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "tool", "benchstat", "-col", ".name", "-row", "/c", "-format", "csv",
		bench).CombinedOutput()
	if err != nil {
		t.Fatalf("benchstat: %v\n%s", err, out)
	}
	for _, want := range []string{",Server_async_http", ",Server_thread_http", ",sec/op,", ",req/s,",
		",p50-sec,", ",p99-sec,", "\n10,", "p=0.000 n=10"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("benchstat's table does not hold %q:\n%s", want, out)
		}
	}
	rate, time := benchstatChange(t, string(out), "req/s", "10"), benchstatChange(t, string(out), "sec/op", "10")
	first, _, _ := strings.Cut(text[strings.Index(text, "\nBenchmark")+1:], "/")
	if slower := first == "BenchmarkServer_async_http"; slower != strings.HasPrefix(rate, "-") ||
		slower == strings.HasPrefix(time, "-") {
		t.Errorf("against %s, req/s changes by %s and sec/op by %s", first, rate, time)
	}
}

// benchstatChange takes from benchstat's CSV how the second column differs from the first in a row of a unit.
func benchstatChange(t *testing.T, table, unit, row string) string {
	t.Helper()
	_, rest, _ := strings.Cut(table, ","+unit+",")
	_, rest, found := strings.Cut(rest, "\n"+row+",")
	line, _, _ := strings.Cut(rest, "\n")
	fields := strings.Split(line, ",")
	if !found || len(fields) < 5 {
		t.Fatalf("benchstat has no row %s of %s:\n%s", row, unit, table)
	}
	return fields[4]
}

// TestBenchUnits holds that programs know which way each unit improves.
func TestBenchUnits(t *testing.T) {
	reader := benchfmt.NewReader(strings.NewReader(render(t, worlds()["seed"].record(t))["bench.txt"]), "b")
	for reader.Scan() {
	}
	for unit, want := range map[string]int{"ns/op": -1, "req/s": 1, "p50-ns": -1, "p99-ns": -1} {
		if got := reader.Units().GetBetter(unit); got != want {
			t.Errorf("of %s, %d is better, want %d", unit, got, want)
		}
	}
}
