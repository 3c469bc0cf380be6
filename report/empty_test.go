package report

import (
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// TestEmptyRecordIsDrawn holds that a record without a trial has a report, too.
func TestEmptyRecordIsDrawn(t *testing.T) {
	t.Parallel()
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		empty := record.New(rec.Header, rec.Experiment)
		if _, err := Render(empty, stats.Analyse(empty)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
