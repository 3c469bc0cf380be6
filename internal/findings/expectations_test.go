package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

var (
	fiftyClients = plan.Cell{Server: "app", Level: plan.Level{Kind: plan.Concurrency, Value: 50}}
	slowest      = spec.Expectation{
		Metric: "p99_ms",
		Bound:  spec.AtMost,
		Limit:  20,
		Line:   12,
	}
	ratioBefore = spec.Expectation{
		Metric: "requests_per_second",
		Bound:  spec.RatioAtLeast,
		Limit:  0.95,
		Than:   spec.ThanBefore,
	}
	ratioBeside = spec.Expectation{
		Metric: "requests_per_second",
		Bound:  spec.RatioAtLeast,
		Limit:  0.95,
		Than:   spec.ThanBaseline,
	}
	againstMain = &stats.Analysis{
		Confidence: 0.95,
		Baseline:   "app @ 1a2b3c4",
		Against:    &record.Against{Server: "app", Rev: "main", Commit: "1a2b3c4d5e6f"},
	}
	plain = &stats.Analysis{Confidence: 0.95, Baseline: "other"}
)

var checkLines = []struct {
	analysis *stats.Analysis
	check    stats.Check
	line     string
}{
	{plain, stats.Check{
		Expectation: slowest,
		Outcome:     stats.CheckMet,
		Found:       18.2,
		Low:         17.9,
		High:        18.6,
		Confidence:  0.978,
	}, "met: p99 latency of app at 50 clients: 18.20 ms (95% CI 17.90–18.60 ms); " +
		"limit: at most 20 ms"},
	{plain, stats.Check{
		Expectation: slowest,
		Outcome:     stats.CheckFailed,
		Found:       20.04,
		Low:         20.004,
		High:        20.9,
		Confidence:  0.978,
		Adjusted:    0.0039,
	}, "failed: p99 latency of app at 50 clients: 20.04 ms (95% CI 20.004–20.90 ms); " +
		"limit: at most 20 ms; adjusted p = 0.0039"},
	{plain, stats.Check{
		Expectation:  slowest,
		Outcome:      stats.CheckUndecided,
		Found:        20.04,
		Low:          19,
		High:         21,
		Confidence:   0.978,
		RoundsNeeded: 40,
	}, "undecided: p99 latency of app at 50 clients: 20.04 ms (95% CI 19.00–21.00 ms); " +
		"limit: at most 20 ms; the confidence interval contains the limit; " +
		"about 40 rounds would probably decide it"},
	{plain, stats.Check{
		Expectation: slowest,
		Outcome:     stats.CheckUndecided,
		Found:       21,
		Low:         20.5,
		High:        21.5,
		Confidence:  0.978,
		Adjusted:    0.08,
	}, "undecided: p99 latency of app at 50 clients: 21.00 ms (95% CI 20.50–21.50 ms); " +
		"limit: at most 20 ms; beyond the limit, but not significantly after the " +
		"correction for all checks (adjusted p = 0.080)"},
	{plain, stats.Check{
		Expectation: slowest,
		Outcome:     stats.CheckNotMeasured,
		Reason:      stats.TooFewRounds,
		N:           4,
	}, "not measured: p99 latency of app at 50 clients: limit: at most 20 ms; " +
		"4 valid rounds are too few"},
	{againstMain, stats.Check{
		Expectation: ratioBefore,
		Outcome:     stats.CheckFailed,
		Found:       0.8,
		Low:         0.78,
		High:        0.81,
		Confidence:  0.951,
		Adjusted:    0.00001,
	}, "failed: requests per second of app at 50 clients: 0.80× (95% CI 0.78–0.81×); " +
		"limit: at least 0.95 times the value at 1a2b3c4; adjusted p < 0.0001"},
	{plain, stats.Check{
		Expectation: ratioBeside,
		Outcome:     stats.CheckUndecided,
		Reason:      stats.LimitedByGenerator,
		Found:       0.8,
		Low:         0.78,
		High:        0.81,
		Confidence:  0.951,
	}, "undecided: requests per second of app at 50 clients: 0.80× (95% CI 0.78–0.81×); " +
		"limit: at least 0.95 times the value of other; the load generator was the " +
		"bottleneck, so the true value is not known"},
	{plain, stats.Check{
		Expectation: spec.Expectation{Metric: "failed", Bound: spec.AtMost},
		Outcome:     stats.CheckFailed,
		Found:       3,
	}, "failed: failed requests of app at 50 clients: 3; limit: at most 0"},
}

func TestCheckInOneLine(t *testing.T) {
	for _, test := range checkLines {
		test.check.Cell = fiftyClients
		if line := NewCheck(nil, test.analysis, test.check).String(); line != test.line {
			t.Errorf("got  %s\nwant %s", line, test.line)
		}
	}
}

// Seven rounds are too few for a verdict on any of five levels, and enough for a check of one
// direction to fail. The answer then explains that the two do not contradict each other, and says
// nothing of it where a check agrees with what is open, or a verdict with the check.
func TestCheckDecidedBeforeTheVerdict(t *testing.T) {
	const explained = "An expectation can be decided by fewer rounds than a verdict"
	test := func(rounds int, limit float64, outcome stats.Outcome, want bool) {
		t.Helper()
		e := ratioBefore
		e.Limit = limit
		a := analysisOf(t, "against-slower", rounds, e)
		if len(a.Checks) == 0 || a.Checks[0].Outcome != outcome {
			t.Fatalf("%d rounds: checks %+v, want %s", rounds, a.Checks, outcome)
		}
		h := NewHeadline(nil, a)
		got := false
		for _, small := range h.Small {
			got = got || strings.Contains(small.String(), explained)
		}
		if got != want {
			t.Errorf("%d rounds, at least %v: explained %v, want %v: %v", rounds, limit, got, want,
				h.Small)
		}
	}
	test(7, 0.95, stats.CheckFailed, true)
	test(7, 0.6, stats.CheckMet, false)
	test(10, 0.95, stats.CheckFailed, false)
}

// analysisOf returns the analysis of a situation with other rounds and expectations.
func analysisOf(t *testing.T, name string, rounds int, all ...spec.Expectation) *stats.Analysis {
	t.Helper()
	for _, s := range labtest.Situations() {
		if s.Name == name {
			s.Rounds, s.Expectations = rounds, all
			return stats.Analyse(s.Record(t))
		}
	}
	t.Fatalf("no situation %q", name)
	return nil
}
