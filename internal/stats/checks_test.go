package stats_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/stats"
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
