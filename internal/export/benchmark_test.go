package export

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// TestBenchmarkHasEveryCleanTrial holds that bench.txt has a line for each clean trial, which
// benchstat can read, and none for another. So it has for each round whose capacity is known.
func TestBenchmarkHasEveryCleanTrial(t *testing.T) {
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		a := stats.Judge(rec)
		bracketed, open := 0, 0
		for _, c := range a.Capacities {
			if !c.AtLeast && !c.AtMost {
				bracketed += len(c.Rounds)
			}
			isOpen := func(r stats.RoundCapacity) bool { return r.AtLeast() || r.AtMost() }
			open += ones(slices.ContainsFunc(c.Rounds, isOpen))
		}
		clean := 0
		for _, r := range rec.Results {
			if rec.Clean(r) {
				clean++
			}
		}

		found, capacities := 0, 0
		for line := range strings.Lines(string(Benchmark(rec, a))) {
			fields := strings.Fields(line)
			open -= ones(strings.HasPrefix(line, "# ") && strings.Contains(line, "above all rates"))
			if !strings.HasPrefix(line, "Benchmark") {
				continue
			}
			if strings.Contains(line, "/capacity ") {
				capacities++
				if len(fields) != 4 || fields[1] != "1" || fields[3] != "capacity/s" {
					t.Errorf("%s: the line is %q", name, line)
				}
				continue
			}
			found++
			rate := "req/s"
			if rec.Experiment.Load.AllowedFailures > 0 {
				rate = "good/s"
			}
			if len(fields) != 10 || fields[3] != "ns/op" || fields[5] != rate ||
				fields[7] != "p50-ns" || fields[9] != "p99-ns" {
				t.Errorf("%s: the line is %q", name, line)
			}
		}
		if found != clean {
			t.Errorf("%s: %d lines for %d clean trials", name, found, clean)
		}
		if capacities != bracketed {
			t.Errorf("%s: %d lines for the capacities of %d rounds", name, capacities, bracketed)
		}
		if open != 0 {
			t.Errorf("%s: %d more servers beyond their rates than lines tell", name, open)
		}
	}
}

// A capacity is of the run that its round belongs to, as a trial is: benchstat takes each run for
// a configuration of its own.
func TestBenchmarkOfRuns(t *testing.T) {
	rec := labtest.Worlds()["capacity-runs"].Record(t)
	run, lines := "", map[string]int{}
	for line := range strings.Lines(string(Benchmark(rec, stats.Judge(rec)))) {
		if strings.HasPrefix(line, "run: ") {
			run = strings.TrimSpace(line)
		}
		if strings.Contains(line, "/capacity ") {
			lines[run]++
		}
	}
	perRun := rec.Experiment.Design.Rounds * len(rec.Experiment.Tested())
	for _, run := range []string{"run: 1", "run: 2", "run: 3", "run: 4", "run: 5"} {
		if lines[run] != perRun {
			t.Errorf("%d capacities after %q, want %d; of all runs: %v",
				lines[run], run, perRun, lines)
		}
	}
}

// TestBenchmarkNames holds that every server has a name that the format allows and no other has.
func TestBenchmarkNames(t *testing.T) {
	test := func(want string, names ...string) {
		t.Helper()
		var servers []spec.Server
		for _, name := range names {
			servers = append(servers, spec.Server{Name: name})
		}
		got := benchmarkNames(servers)
		last := names[len(names)-1]
		if got[last] != want {
			t.Errorf("of %q, %q is %q, want %q", names, last, got[last], want)
		}
	}
	test("Async", "async")
	test("Async", "Async")
	test("Async-2", "async", "Async")
	test("A_b_c", "a b/c")
	test("Server_1", "1")
	test("Server_🦆", "🦆")
	test("Ab", "a\u202eb")
}
