package report

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// TestReferenceMeans holds that a reference's mean response times are beside the measured ones, at
// the levels of the experiment.
func TestReferenceMeans(t *testing.T) {
	w := world("seed")
	w.Header = func(h *record.Header) {
		h.References = []spec.Reference{{Name: "last week", Points: []spec.ReferencePoint{
			{Server: "nginx", Concurrency: 5, MeanMS: 1.25},
			{Server: "nginx", Concurrency: 6, MeanMS: 2.5}, // not a level
			{Server: "nginx", Concurrency: 8, P50MS: 1},    // no mean
		}}}
	}
	rec := w.Record(t)
	a := stats.Analyse(rec)

	means := generatorTables(nil, a, rec.Experiment).Tables[0]
	last := len(means.Columns) - 1
	if got := means.Columns[last]; got != "nginx, last week (reference)" {
		t.Errorf("the last column is %q", got)
	}
	var got []string
	for _, row := range means.Rows {
		got = append(got, row[last].Text)
	}
	if want := []string{"–", "–", "1.250", "–", "–"}; !slices.Equal(got, want) {
		t.Errorf("the reference has the means %q, want %q", got, want)
	}
}
