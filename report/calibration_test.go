package report

import (
	"slices"
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// Everything but the calibration is the same as without the other instrument's trials.
func TestCalibrationIsInItsSectionAlone(t *testing.T) {
	rec := labtest.Worlds()["calibrated"].Record(t)
	with := render(t, rec)
	for _, name := range []string{"report.html", "report.md"} {
		if !strings.Contains(with[name], "embedded higher") ||
			!strings.Contains(with[name], "labbook ab v0.1.0") {
			t.Errorf("%s does not show the calibration", name)
		}
	}
	for i := range rec.Calibrated {
		rec.Calibrated[i].Outcome, rec.Calibrated[i].Reason = record.Crashed, "only in the calibration"
		rec.Calibrated[i].Load.Measurement.RequestsPerSecond = 7
	}
	without := render(t, rec)
	for _, files := range []map[string]string{with, without} { // the calibration is at the end there
		files["results.json"], _, _ = strings.Cut(files["results.json"], "\n  \"calibration\": ")
	}
	for name, data := range with {
		own := strings.HasPrefix(name, "report.") || name == "charts/calibration.svg"
		if without[name] != data && !own {
			t.Errorf("%s has something of the calibration", name)
		}
	}
	if strings.Contains(without["report.md"], "only in the calibration") {
		t.Error("a failed trial of the calibration is among those of the experiment")
	}
	table := calibrationTable(nil, stats.Analyse(rec))
	want := []string{"–", "–", "–", "–", "–", "–", "–", "0 of 10", "–"}
	if !slices.Equal(table.Rows[0][1:], want) {
		t.Errorf("of nothing to compare: %q", table.Rows[0])
	}
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Errorf("row %q has %d cells, want %d", row, len(row), len(table.Columns))
		}
	}
}
