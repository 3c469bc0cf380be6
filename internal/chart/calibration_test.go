package chart

import (
	"testing"

	"labbook.example/labbook/internal/stats"
)

func TestCalibrationIsDrawn(t *testing.T) {
	t.Parallel()
	a := calibrated()
	c := chartOf("calibration", a)
	if len(c.Rows) != 10 || c.Rows[3][2] != "–" || c.Rows[0][3] != "0.98–1.02" {
		t.Errorf("the numbers are %q", c.Rows)
	}
	for _, row := range c.Rows {
		if len(row) != len(c.Columns) {
			t.Errorf("row %q has %d cells, want %d", row, len(row), len(c.Columns))
		}
	}
	if len(c.Panels) != 2 || c.Panels[0].Subtitle != "0% to +30% with the embedded ab" ||
		c.Problem != "" {
		t.Errorf("the panels are %+v, %s", c.Panels, c.Problem)
	}
	for i := range a.Calibration {
		a.Calibration[i].Throughput = stats.Comparison{}
	}
	if none := chartOf("calibration", a); none.File(false) != nil || none.Problem == "" {
		t.Errorf("of nothing: %q", none.Problem)
	}
}
