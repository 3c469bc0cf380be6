package stats_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// outcomesOf lists the outcomes of an analysis, of checks alike in a row only one.
func outcomesOf(a *stats.Analysis) string {
	var all []string
	for _, c := range a.Checks {
		all = append(all, strings.TrimSuffix(
			fmt.Sprintf("%s %s %s", c.Expectation.Metric, c.Outcome, c.Reason), " "))
	}
	return strings.Join(slices.Compact(all), "\n")
}

// Every outcome and most reasons occur in the situations with expectations.
func TestOutcomes(t *testing.T) {
	want := map[string]string{
		"expect-met": `requests_per_second met
p99_ms met
failed met
requests_per_second met`,
		"expect-failed": `p99_ms failed
requests_per_second failed
requests_per_second met`,
		"expect-undecided": `requests_per_second undecided`,
		"expect-arrivals":  `requests_per_second undecided arrival-rate`,
		"expect-mixed": `non_2xx met
non_2xx failed
requests_per_second undecided
requests_per_second not-measured invalid
p99_ms met
p99_ms failed
p99_ms not-measured invalid
cpu_per_request_us failed
cpu_per_request_us not-measured invalid
p99_9_ms not-measured unknown
p99_9_ms not-measured invalid`,
		"expect-generator-bound": `requests_per_second undecided generator-bound
requests_per_second met`,
		"expect-unjudged": ``,
		"expect-too-few":  `p99_ms not-measured too-few-rounds`,
		"expect-against": `requests_per_second met
requests_per_second failed
p99_ms met
p99_ms failed
failed met`,
	}
	unjudged := map[string]int{"expect-mixed": 1, "expect-unjudged": 1, "expect-against": 1}
	for _, s := range labtest.Expected() {
		a := stats.Analyse(s.Record(t))
		if got := outcomesOf(a); got != want[s.Name] {
			t.Errorf("%s:\n%s\nwant\n%s", s.Name, got, want[s.Name])
		}
		if len(a.Unjudged) != unjudged[s.Name] {
			t.Errorf("%s: %d are not judged, want %d", s.Name, len(a.Unjudged), unjudged[s.Name])
		}
	}
	if len(labtest.Expected()) != len(want) {
		t.Errorf("%d situations, want %d", len(labtest.Expected()), len(want))
	}
}

// situation returns a run of labtest that has an answer of its kind, with other expectations.
func situation(t *testing.T, name string, all ...spec.Expectation) *stats.Analysis {
	t.Helper()
	s := situationNamed(t, name)
	s.Expectations = all
	return stats.Analyse(s.Record(t))
}

func situationNamed(t *testing.T, name string) labtest.Situation {
	t.Helper()
	for _, s := range labtest.Situations() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no situation %q", name)
	return labtest.Situation{}
}

func expect(metric, server string, b spec.Bound, limit float64) spec.Expectation {
	e := spec.Expectation{
		Metric: metric,
		Server: server,
		Bound:  b,
		Limit:  limit,
	}
	if b.OfRatio() {
		e.Than = spec.ThanBaseline
	}
	return e
}

// Where the generator or the arrivals limited a number, what that could refute is undecided, and
// what it could not is as ever.
func TestChecksOfWhatIsLimited(t *testing.T) {
	const rate, p99, cpu = "requests_per_second", "p99_ms", "cpu_per_request_us"
	met, failed := "met", "failed"
	bounded, arrivals := "undecided generator-bound", "undecided arrival-rate"
	for _, c := range []struct {
		situation   string
		expectation spec.Expectation
		want        string
	}{
		// A, whose generator was busy, answers 1.25 times as many requests as B.
		{"generator-bound-one", expect(rate, "A", spec.AtLeast, 10_000), met},
		{"generator-bound-one", expect(rate, "A", spec.AtLeast, 30_000), bounded},
		{"generator-bound-one", expect(rate, "A", spec.AtMost, 30_000), bounded},
		{"generator-bound-one", expect(rate, "A", spec.AtMost, 10_000), failed},
		{"generator-bound-one", expect(p99, "A", spec.AtMost, 2), met},
		{"generator-bound-one", expect(p99, "A", spec.AtMost, 0.05), bounded},
		{"generator-bound-one", expect(p99, "A", spec.AtLeast, 0.05), bounded},
		{"generator-bound-one", expect(p99, "A", spec.AtLeast, 2), failed},
		{"generator-bound-one", expect(cpu, "A", spec.AtMost, 9), failed},
		{"generator-bound-one", expect(rate, "B", spec.AtLeast, 30_000), failed},
		{"generator-bound-one", expect(rate, "B", spec.RatioAtLeast, 0.9), failed},
		{"generator-bound-one", expect(rate, "B", spec.RatioAtLeast, 0.7), bounded},
		{"generator-bound-one", expect(rate, "B", spec.RatioAtMost, 0.9), met},
		{"generator-bound-one", expect(rate, "B", spec.RatioAtMost, 0.7), bounded},
		{"generator-bound-one", expect(p99, "B", spec.RatioAtMost, 1.1), failed},
		{"generator-bound-one", expect(p99, "B", spec.RatioAtMost, 1.5), bounded},
		{"generator-bound-one", expect(cpu, "B", spec.RatioAtMost, 2), failed},
		{"generator-bound-both", expect(rate, "B", spec.RatioAtLeast, 0.5), bounded},
		{"generator-bound-both", expect(rate, "B", spec.RatioAtLeast, 2), bounded},
		{"generator-bound-both", expect(rate, "B", spec.RatioAtMost, 2), bounded},
		{"generator-bound-both", expect(rate, "B", spec.RatioAtMost, 0.5), bounded},

		// Both keep up with all rates, of which 4000 is the highest.
		{"open-all", expect(rate, "A", spec.AtLeast, 900), met},
		{"open-all", expect(rate, "A", spec.AtLeast, 5000), arrivals},
		{"open-all", expect(rate, "A", spec.AtMost, 5000), arrivals},
		{"open-all", expect(rate, "A", spec.AtMost, 900), failed},
		{"open-all", expect(rate, "B", spec.RatioAtLeast, 0.5), arrivals},
		{"open-all", expect(p99, "A", spec.AtMost, 0.1), failed},
	} {
		a := situation(t, c.situation, c.expectation)
		want := c.expectation.Metric + " " + c.want
		if got := outcomesOf(a); got != want {
			t.Errorf("%s: %+v: %s, want %s", c.situation, c.expectation, got, want)
		}
	}
}

// A difference that the control also shows is none. The interval of its ratio to the baseline is
// 0.98 to 1.01 at one of the levels, B is a fifth slower, and the control is never checked.
func TestChecksBesideAControl(t *testing.T) {
	a := situation(t, "control",
		expect("requests_per_second", "", spec.RatioAtLeast, 0.9),
		expect("requests_per_second", "", spec.AtLeast, 10_000))
	const want = "requests_per_second failed\nrequests_per_second met"
	if got := outcomesOf(a); got != want || a.Control == "" {
		t.Errorf("%s, want %s", got, want)
	}
	for _, c := range a.Checks {
		if c.Cell.Server == a.Control {
			t.Errorf("the control is checked: %+v", c)
		}
	}
}

// The mean response time is known within bounds: below a limit if the most is, above if the least.
// Clients are busy for half of the time, and the slowest hundredth took very long, or did not.
func TestChecksOfTheMean(t *testing.T) {
	s := situationNamed(t, "slower")
	trial := s.Trial
	s.Trial = func(p plan.Trial) record.Result {
		r := trial(p)
		for i := range r.PercentilesMS {
			r.PercentilesMS[i] /= 2
		}
		r.PercentilesMS[100] = 100
		return r
	}
	place := plan.Cell{Server: "A", Level: plan.Level{Kind: plan.Concurrency, Value: 10}}
	analyse := func(all ...spec.Expectation) *stats.Analysis {
		s.Expectations = all
		return stats.Analyse(s.Record(t))
	}
	cell := analyse().Cell(place)
	least, most := cell.Of(stats.MeanTime), cell.Of(stats.MeanAtMost)
	if cell.OneMean() || most.Low <= least.High {
		t.Fatalf("the bounds are %v to %v, %v to %v", least.Low, least.High, most.Low, most.High)
	}
	between := (least.High + most.Low) / 2
	for _, c := range []struct {
		bound   spec.Bound
		limit   float64
		outcome stats.Outcome
	}{
		{spec.AtMost, most.High, stats.CheckMet},
		{spec.AtMost, between, stats.CheckUndecided},
		{spec.AtMost, least.Low * 0.999, stats.CheckFailed},
		{spec.AtLeast, least.Low, stats.CheckMet},
		{spec.AtLeast, between, stats.CheckUndecided},
		{spec.AtLeast, most.High * 1.001, stats.CheckFailed},
	} {
		e := expect(stats.MeanTime.Key, "A", c.bound, c.limit)
		e.Levels = []int{10}
		got := analyse(e).Checks[0]
		if got.Outcome != c.outcome || got.Found != least.Median || got.Low != least.Low ||
			got.High != most.High || got.RoundsNeeded != 0 {
			t.Errorf("%s %v: %s, %v (%v to %v), %d rounds needed", c.bound, c.limit, got.Outcome,
				got.Found, got.Low, got.High, got.RoundsNeeded)
		}
	}

	// So is the ratio of two of them.
	e := expect(stats.MeanTime.Key, "B", spec.RatioAtMost, 5)
	e.Levels = []int{10}
	a := analyse(e)
	low, high, ok := a.MeanRatios(plan.Cell{Server: "B", Level: place.Level})
	got := a.Checks[0]
	if !ok || got.Low != low.Low || got.High != high.High || got.Found != low.Ratio ||
		got.Outcome != stats.CheckMet || got.High < 1.5*got.Low {
		t.Errorf("the ratio is %v (%v to %v), want %v to %v", got.Found, got.Low, got.High,
			low.Low, high.High)
	}
}
