package export

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// calibration compares the installed ab with the embedded one. Ratios are embedded ÷ installed.
type calibration struct {
	Generator record.Generator `json:"generator"` // the embedded ab
	Cells     []calibrated     `json:"cells"`
}

type calibrated struct {
	plan.Cell
	Installed  calibrationSide `json:"ab"`
	Embedded   calibrationSide `json:"embedded"`
	Throughput *ratio          `json:"requests_per_second_ratio,omitempty"`
	P50        *ratio          `json:"p50_ratio,omitempty"`
	Agreement  stats.Agreement `json:"agreement,omitempty"`
}

// calibrationSide is what one of the two measured, and what it used itself.
type calibrationSide struct {
	RequestsPerSecond *summary `json:"requests_per_second,omitempty"`
	CPUPerRequest     *summary `json:"generator_cpu_per_request_us,omitempty"`
}

func newCalibration(rec *record.Record, a *stats.Analysis) *calibration {
	if rec.Calibration == nil {
		return nil
	}
	r := &calibration{Generator: *rec.Calibration}
	for _, c := range a.Calibration {
		r.Cells = append(r.Cells, calibrated{
			Cell:       c.Cell,
			Installed:  newCalibrationSide(c.Installed),
			Embedded:   newCalibrationSide(c.Embedded),
			Throughput: newRatio(c.Throughput),
			P50:        newRatio(c.P50),
			Agreement:  c.Agreement,
		})
	}
	return r
}

func newCalibrationSide(s stats.CalibrationSide) calibrationSide {
	return calibrationSide{
		RequestsPerSecond: newSummary(s.Throughput),
		CPUPerRequest:     newSummary(s.CPUPerRequest),
	}
}
