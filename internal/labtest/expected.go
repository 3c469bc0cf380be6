package labtest

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Expected returns runs whose specs have expectations: one for each outcome that all of them can
// have together, one with all outcomes, and what has no outcome.
func Expected() []Situation {
	two := []string{"A", "B"}
	slower := times(0.8)
	wrongAtTen := answering404(slower, func(t plan.Trial) bool {
		return t.Server == "B" && t.Level.Value == 10
	})
	return []Situation{
		closedLoop("expect-met", two, slower.trial(0.02)).expecting(
			atLeast("requests_per_second", 10_000, "what the front page needs"),
			atMost("p99_ms", 1, ""),
			atMost("failed", 0, ""),
			ratioAtLeast("requests_per_second", 0.7, spec.ThanBaseline, ""),
		),
		closedLoop("expect-failed", two, slower.trial(0.02)).expecting(
			of("B", atMost("p99_ms", 0.4, "what users notice"), 5, 8, 10),
			ratioAtLeast("requests_per_second", 0.9, spec.ThanBaseline, ""),
			atLeast("requests_per_second", 10_000, ""),
		),
		closedLoop("expect-undecided", two, times(0.9).unsteady(1, 3, 5, 8, 10)).expecting(
			ratioAtLeast("requests_per_second", 0.9, spec.ThanBaseline, ""),
		),
		closedLoop("expect-mixed", two, wrongAtTen).expecting(
			atMost("non_2xx", 0, ""),
			of("B", atLeast("requests_per_second", 16_800, ""), 5, 8, 10),
			of("B", atMost("p99_ms", 0.4, "what users notice")),
			ratioAtMost("cpu_per_request_us", 2, spec.ThanBaseline, ""),
			atMost("p99_9_ms", 2, "needs trials of 10,000 requests"),
			ratioAtLeast("requests_per_second", 0.95, spec.ThanBefore, ""),
		),
		closedLoop("expect-generator-bound", two, slower.bound("B")).expecting(
			of("B", atLeast("requests_per_second", 20_000, "")),
			of("B", atLeast("requests_per_second", 10_000, "")),
		),
		closedLoop("expect-unjudged", two, slower.trial(0.02)).expecting(
			ratioAtLeast("requests_per_second", 0.95, spec.ThanBefore, "no release may be slower"),
		),
		closedLoop("expect-too-few", two, slower.trial(0.02)).inRounds(4).expecting(
			atMost("p99_ms", 1, ""),
		),
		openLoop("expect-arrivals", []string{"A"}, map[string]float64{"A": 9000}).expecting(
			atMost("requests_per_second", 1_000_000, ""),
		),
		againstOlder("expect-against", byFactor(slowerThanBefore).trial(0.02)).expecting(
			ratioAtLeast("requests_per_second", 0.95, spec.ThanBefore, "no release may be slower"),
			ratioAtMost("p99_ms", 1.1, spec.ThanBefore, ""),
			atMost("failed", 0, ""),
			ratioAtLeast("requests_per_second", 1.5, spec.ThanBaseline, ""),
		),
	}
}

// expecting adds expectations as if they were in the spec, one every five lines.
func (s Situation) expecting(all ...spec.Expectation) Situation {
	for i := range all {
		all[i].Line = 20 + 5*i
	}
	s.Expectations = all
	return s
}

func atLeast(metric string, limit float64, why string) spec.Expectation {
	e := atMost(metric, limit, why)
	e.Bound = spec.AtLeast
	return e
}

func atMost(metric string, limit float64, why string) spec.Expectation {
	return spec.Expectation{
		Metric: metric,
		Bound:  spec.AtMost,
		Limit:  limit,
		Why:    why,
	}
}

func ratioAtLeast(metric string, limit float64, than spec.Than, why string) spec.Expectation {
	e := atLeast(metric, limit, why)
	e.Bound, e.Than = spec.RatioAtLeast, than
	return e
}

func ratioAtMost(metric string, limit float64, than spec.Than, why string) spec.Expectation {
	e := atMost(metric, limit, why)
	e.Bound, e.Than = spec.RatioAtMost, than
	return e
}

// of limits an expectation to one server, and to some levels if there are any.
func of(server string, e spec.Expectation, levels ...int) spec.Expectation {
	e.Server, e.Levels = server, levels
	return e
}

// slowerThanBefore is a version that is slower where many clients ask at once.
func slowerThanBefore(level int) float64 {
	if level < 8 {
		return 0.99
	}
	return 0.85
}
