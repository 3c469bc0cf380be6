package export

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/spec"
)

// TestBenchmarkHasEveryCleanTrial holds that bench.txt has a line for each clean trial, which
// benchstat can read, and none for another.
func TestBenchmarkHasEveryCleanTrial(t *testing.T) {
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		clean := 0
		for _, r := range rec.Results {
			if rec.Clean(r) {
				clean++
			}
		}

		found := 0
		for line := range strings.Lines(string(Benchmark(rec))) {
			fields := strings.Fields(line)
			if !strings.HasPrefix(line, "Benchmark") {
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
