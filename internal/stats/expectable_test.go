package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/spec"
)

// unbounded are the metrics that no expectation may bound: those of the load generator, and the
// second bound of the mean, which is judged with the first.
var unbounded = []*Metric{MeanAtMost, Occupancy, GeneratorShare, LateP50, LateP99}

// The metrics that a spec may bound are those that are reported, in whatever order.
func TestExpectationMetrics(t *testing.T) {
	var want []string
	for _, m := range Metrics {
		if !slices.Contains(unbounded, m) {
			want = append(want, m.Key)
		}
	}
	got := spec.ExpectationMetrics()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("a spec may bound %q, want %q", got, want)
	}
}
