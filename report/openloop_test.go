package report

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// TestOpenLoopIsStated holds that the report of an open loop has the words of one, and none of a
// closed one.
func TestOpenLoopIsStated(t *testing.T) {
	t.Parallel()
	files := drawn(t, "open")
	for _, name := range []string{"report.html", "report.md"} {
		for _, never := range []string{
			"closed", "Time per request", "Concurrency level", "c = ", "c=4000",
		} {
			if strings.Contains(files[name], never) {
				t.Errorf("%s says %q of an open loop", name, never)
			}
		}
		for _, want := range []string{
			"open loop, at most 200 connections at a time",
			"Unsent request",
			"Kept up",
			"12 requests could not be sent",
		} {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	for _, name := range []string{
		"captures/async_rate_1000.svg",
		"captures/thread_rate_4000.svg",
		"charts/latency-throughput.svg",
	} {
		if files[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	if !strings.Contains(files["bench.txt"], "BenchmarkServer_async_http/r=1000 ") {
		t.Errorf("bench.txt does not name the rate:\n%s", files["bench.txt"])
	}
	for name, file := range drawn(t, "seed") {
		if strings.Contains(file, "open loop") {
			t.Errorf("%s of a closed loop speaks of an open one", name)
		}
	}
}

// TestKeptUpOfInvalidServers holds that results.json does not state how a server kept up whose
// responses were wrong.
func TestKeptUpOfInvalidServers(t *testing.T) {
	w := world("open")
	arrived := w.Trial
	w.Trial = func(trial plan.Trial) record.Result {
		r := arrived(trial)
		r.Load.Measurement.Non2xx = r.Load.Measurement.Complete
		return r
	}
	if text := render(t, w.Record(t))["results.json"]; strings.Contains(text, "kept_up") {
		t.Error("results.json states how servers kept up whose responses were wrong")
	}
}

// The glossary has the rule by which a server kept up: that of capacities counts the limit of the
// objective, and that of fixed rates does not know any.
func TestKeptUpIsTheRuleInUse(t *testing.T) {
	t.Parallel()
	const ofCapacities = "if 99% of its answers come within the limit of the objective"
	const failing = "A request that fails, as some may, counts as answered"
	for world, want := range map[string][2]bool{
		"open":             {false, false},
		"open-poisson":     {false, false},
		"capacity":         {true, false},
		"capacity-poisson": {true, false},
		"capacity-goodput": {true, true},
	} {
		text := strings.Join(strings.Fields(drawn(t, world)["report.md"]), " ")
		got := [2]bool{strings.Contains(text, ofCapacities), strings.Contains(text, failing)}
		if got != want {
			t.Errorf("%s: the rule of capacities, and of requests that may fail: %v, want %v",
				world, got, want)
		}
		other := strings.Contains(text, "per second are at least 99% of it") ||
			strings.Contains(text, "per second is at least 99% of it")
		if other == want[0] {
			t.Errorf("%s: the rule of fixed rates is there: %v", world, other)
		}
	}
}
