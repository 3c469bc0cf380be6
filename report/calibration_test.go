package report

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// TestCalibrationIsOnlyInItsSection holds that everything else in a report is the same as without
// the trials of the other generator.
func TestCalibrationIsOnlyInItsSection(t *testing.T) {
	t.Parallel()
	rec := world("calibrated").Record(t)
	with := render(t, rec)
	for _, name := range []string{"report.html", "report.md"} {
		if !strings.Contains(with[name], "embedded higher") ||
			!strings.Contains(with[name], "labbook ab v0.1.0") {
			t.Errorf("%s does not show the calibration", name)
		}
	}

	const reason = "only in the calibration"
	for i := range rec.Calibrated {
		rec.Calibrated[i].Outcome = record.Crashed
		rec.Calibrated[i].Reason = reason
		rec.Calibrated[i].Load.Measurement.RequestsPerSecond = 7
	}
	without := render(t, rec)
	for _, files := range []map[string]string{with, without} {
		// The calibration is the end of results.json.
		text, _, _ := strings.Cut(files["results.json"], "\n  \"calibration\": ")
		files["results.json"] = text
	}
	for name, data := range with {
		isOwn := strings.HasPrefix(name, "report.") ||
			strings.HasPrefix(name, "charts/calibration")
		if !isOwn && without[name] != data {
			t.Errorf("%s has something of the calibration", name)
		}
	}
	if strings.Contains(without["report.md"], reason) {
		t.Error("a failed trial of the calibration is among those of the experiment")
	}
}

// TestCalibrationOfNothing holds that a row without a comparison is as long as the others.
func TestCalibrationOfNothing(t *testing.T) {
	rec := world("calibrated").Record(t)
	for i := range rec.Calibrated {
		rec.Calibrated[i].Outcome = record.Crashed
	}
	table := calibrationTables(nil, stats.Analyse(rec))[0]
	want := []string{"–", "–", "–", "–", "–", "– / 0 of 10 rounds"}
	if row := texts(table.Rows[0][1:]); !slices.Equal(row, want) {
		t.Errorf("of nothing to compare: %q", row)
	}
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Errorf("row %v has %d cells, want %d", row, len(row), len(table.Columns))
		}
	}
}
