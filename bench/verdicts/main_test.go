//go:build linux

package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// The specs of the studies can be read, and keep the load and the design of the shipped experiment.
func TestStudies(t *testing.T) {
	text, err := os.ReadFile("../../experiment.toml")
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := spec.Parse("experiment.toml", withoutReferences(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	slowed, err := spec.Parse("experiment.toml", withTwoServers(string(text), "wait = \"1ms\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(slowed.Servers) != 2 ||
		slowed.Servers[1].Work.Wait != wait ||
		slowed.Servers[0].Work.Wait != 0 ||
		slowed.Design.Rounds != shipped.Design.Rounds ||
		slowed.Load.Requests != shipped.Load.Requests ||
		len(slowed.Load.Concurrency) != len(shipped.Load.Concurrency) {
		t.Errorf("the slowed experiment is %+v, the shipped one %+v", slowed, shipped)
	}
	if !strings.Contains(string(text), "\nseed ") {
		t.Error("no line of the shipped experiment begins with its seed")
	}
}

func TestCompareWithTruth(t *testing.T) {
	one := plan.Level{Kind: plan.Concurrency, Value: 1}
	run := func(low, high float64) *stats.Analysis {
		return &stats.Analysis{
			Cells: []stats.Cell{{
				Cell: plan.Cell{Server: "first", Level: one},
				Summaries: map[*stats.Metric]stats.Summary{
					stats.Throughput: {N: 10, Median: 1000},
				},
			}},
			Comparisons: []stats.Comparison{{
				Server:     "second",
				Level:      one,
				Low:        low,
				High:       high,
				Confidence: 0.95,
			}},
		}
	}
	// A request of 1 ms that is made 1 ms longer.
	runs := []*stats.Analysis{run(0.4, 0.6), run(0.4, 0.49), run(0.51, 0.6)}
	got := compareWithTruth(runs, time.Millisecond)
	if !strings.HasPrefix(got, "     1  intervals") || strings.Count(got, "expected 0.5000") != 3 {
		t.Errorf("found\n%s", got)
	}
}
