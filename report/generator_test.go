package report

import (
	"slices"
	"testing"

	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
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

	measured := len(a.Cells)
	rows := generatorTable(nil, a, rec.Experiment).Rows
	want := []string{"nginx, last week c=5 (reference)", "1.250", "–", "–"}
	if len(rows) != measured+1 || !slices.Equal(rows[measured], want) {
		t.Errorf("%d rows after those of %d cells, want %q in %q",
			len(rows)-measured, measured, want, rows[measured:])
	}
}
