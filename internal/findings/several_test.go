package findings

import (
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// leading returns an analysis of the baseline "A" and of "B" and "C", which lead with medians whose
// intervals overlap.
func leading(a, b, c float64) *stats.Analysis { return leadingAt(level(8), a, b, c) }

// leadingAt is leading at a level, which may be that of capacities.
func leadingAt(at plan.Level, a, b, c float64) *stats.Analysis {
	analysis := &stats.Analysis{
		Servers:    []string{"A", "B", "C"},
		Baseline:   "A",
		Levels:     []plan.Level{at},
		Rankings:   []stats.Ranking{{Level: at, Groups: [][]string{{"B", "C"}, {"A"}}}},
		Confidence: 0.95,
		Margin:     0.10,
	}
	for server, median := range map[string]float64{"A": a, "B": b, "C": c} {
		cell := plan.Cell{Server: server, Level: at}
		analysis.Cells = append(analysis.Cells, stats.Cell{
			Cell:   cell,
			State:  stats.Valid,
			Rounds: 6,
			Summaries: map[*stats.Metric]stats.Summary{
				stats.Throughput: {N: 6, Median: median},
			},
		})
		if server != "A" {
			analysis.Comparisons = append(analysis.Comparisons, stats.Comparison{
				Server:  server,
				Level:   at,
				N:       6,
				Verdict: stats.Inconclusive,
			})
		}
	}
	return analysis
}

// Servers whose order is not known lead with one number only where their medians are one.
func TestLeadersAreNotGivenTheThroughputOfTheFirst(t *testing.T) {
	test := func(a, b, c float64, want string) {
		t.Helper()
		if got := NewHeadline(nil, leading(a, b, c)).Main.String(); got != want {
			t.Errorf("medians %v, %v and %v:\n got %s\nwant %s", a, b, c, got, want)
		}
	}
	test(300, 970, 18_000, "B and C lead with 970–18,000 requests per second at 8 clients, in an "+
		"uncertain order; A reaches 2% of the highest.")
	test(300, 17_000, 18_000, "B and C lead with about 18,000 requests per second at 8 clients; "+
		"A reaches 2% of that.")
}

// So it is with capacities.
func TestMostTakenIsNotTheCapacityOfTheFirst(t *testing.T) {
	test := func(a, b, c float64, want string) {
		t.Helper()
		analysis := leadingAt(capacityLevel[0], a, b, c)
		analysis.Objective = &spec.Objective{Percentile: "p99", Within: 50 * time.Millisecond}
		got := strings.ReplaceAll(NewHeadline(nil, analysis).Main.String(), "\u00a0", " ")
		if got != want {
			t.Errorf("capacities %v, %v and %v:\n got %s\nwant %s", a, b, c, got, want)
		}
	}
	test(300, 970, 18_000, "B and C take the most, 970 to 18,000 requests per second with p99 "+
		"within 50 ms, in an uncertain order; A reaches 2% of the highest.")
	test(300, 17_000, 18_000, "B and C take the most, about 18,000 requests per second with p99 "+
		"within 50 ms; A reaches 2% of that.")
}

// Where there are too few rounds for any verdict, the answer about several servers says so.
func TestSeveralServersInTooFewRounds(t *testing.T) {
	test := func(rounds int, want string) {
		t.Helper()
		a := leading(300, 970, 18_000)
		for i := range a.Comparisons {
			c := &a.Comparisons[i]
			c.N, c.Low, c.Ratio, c.High, c.Confidence = rounds, 2, 3, 60, 0.97
		}
		if got := NewHeadline(nil, a).Second.String(); got != want {
			t.Errorf("in %d rounds\n got %s\nwant %s", rounds, got, want)
		}
	}
	const unsure = "Compared with A, B and C are inconclusive at every level."
	test(6, unsure+" So few rounds cannot establish any difference: 2 comparisons need at least "+
		"7 rounds.")
	test(7, unsure)
}
