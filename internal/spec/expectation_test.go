package spec

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expecting has an expectation of each kind.
const expecting = `
[load]
rate = [1000, 2000]
allowed_failures = 0.1

[[server]]
name = "a"
model = "async"
address = "127.0.0.1:1"

[[server]]
name = "b"
model = "thread"
address = "127.0.0.1:2"

[[expect]]
metric = "p99_ms"
at_most = 20

[[expect]]
metric = "requests_per_second"
server = "b"
level = 2000
ratio_at_least = 0.95
why = " half of the peak "

[[expect]]
metric = "cpu_per_request_us"
level = [2000, 1000]
ratio_at_most = 1.05
than = "before"

[[expect]]
metric = "unsent"
server = "a"
at_most = 0

[[expect]]
metric = "good_share"
at_least = 1.0
`

func TestParseExpectations(t *testing.T) {
	e, err := Parse("x.toml", expecting)
	if err != nil {
		t.Fatal(err)
	}
	want := []Expectation{
		{
			Metric: "p99_ms",
			Bound:  AtMost,
			Limit:  20,
			Line:   16,
		},
		{
			Metric: "requests_per_second",
			Server: "b",
			Levels: []int{2000},
			Bound:  RatioAtLeast,
			Limit:  0.95,
			Than:   ThanBaseline,
			Why:    "half of the peak",
			Line:   20,
		},
		{
			Metric: "cpu_per_request_us",
			Levels: []int{2000, 1000},
			Bound:  RatioAtMost,
			Limit:  1.05,
			Than:   ThanBefore,
			Line:   27,
		},
		{
			Metric: "unsent",
			Server: "a",
			Bound:  AtMost,
			Line:   33,
		},
		{
			Metric: "good_share",
			Bound:  AtLeast,
			Limit:  1,
			Line:   38,
		},
	}
	if diff := cmp.Diff(want, e.Expectations); diff != "" {
		t.Error(diff)
	}
	if e.Expectations[0].OfCount() || !e.Expectations[3].OfCount() {
		t.Error("unsent is a count, and p99_ms is none")
	}
	if e.Expectations[0].Higher() || !e.Expectations[1].Higher() {
		t.Error("requests per second are better if higher, and a p99 is not")
	}
}

// A percentile beyond the 99th is known of a duration, however many requests that will be.
func TestParseExpectsTail(t *testing.T) {
	const tail = "[[expect]]\nmetric = 'p99_9_ms'\nat_most = 20\n"
	for _, load := range []string{
		"[load]\ngenerator = 'embedded'\nduration = '1s'\n",
		"[load]\ngenerator = 'embedded'\nrequests = 10000\n",
		"[load]\nprotocol = '1.1'\nrequests = 10000\n", // which only the embedded ab speaks
	} {
		if e, err := Parse("x.toml", load+oneServer+tail); err != nil || len(e.Expectations) != 1 {
			t.Errorf("%s: %v", load, err)
		}
	}
}

// Names of other programs are none of ours, are written as they are looked up, and lead to a
// metric.
func TestOtherMetrics(t *testing.T) {
	all := namesOf(measured, share, count)
	for name, meant := range otherMetrics {
		if slices.Contains(all, name) || simplify(name) != name || !slices.Contains(all, meant) {
			t.Errorf("%s means %s", name, meant)
		}
	}
	for name := range notOfServers {
		if slices.Contains(all, name) || simplify(name) != name || otherMetrics[name] != "" {
			t.Errorf("%s is a metric, or is never found", name)
		}
	}
	for name, header := range otherTables {
		if slices.Contains(sections.tableNames(), name) ||
			!slices.Contains(sections.tableLabels(), header) {
			t.Errorf("%s is a table, or %s is none", name, header)
		}
	}
}

// checkExpectations proves that each expectation is about cells that exist.
func checkExpectations(t *testing.T, e *Experiment) {
	t.Helper()
	levels := slices.Concat(e.Load.Concurrency, e.Load.Rate)
	for _, x := range e.Expectations {
		server, ok := e.Server(x.Server)
		if x.Server != "" && !ok || server.Control != "" || x.Line < 1 {
			t.Errorf("an expectation of %q on line %d", x.Server, x.Line)
		}
		for _, n := range x.Levels {
			if !slices.Contains(levels, n) {
				t.Errorf("an expectation at %d, levels %v", n, levels)
			}
		}
		inRange := x.Limit >= 0 && x.Limit <= maxLimit && (x.Limit > 0 || x.OfCount())
		if !inRange || x.OfCount() && (x.Bound != AtMost || x.Limit != math.Trunc(x.Limit)) {
			t.Errorf("%s %s %v", x.Metric, x.Bound, x.Limit)
		}
		if _, ok := boundableNamed(x.Metric); !ok || !slices.Contains(boundKeys, string(x.Bound)) ||
			x.Bound.OfRatio() != (x.Than != NoRatio) {
			t.Errorf("%s %s than %q", x.Metric, x.Bound, x.Than)
		}
	}
}
