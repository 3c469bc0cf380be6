//go:build linux

package main

import (
	"slices"
	"testing"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/load"
)

func TestTogetherRows(t *testing.T) {
	joined := func(rate, p50 float64, spread time.Duration) *load.Joined {
		j := &load.Joined{
			Measurement:   abtext.Measurement{RequestsPerSecond: rate},
			PercentilesMS: make([]float64, 101),
			Overlap:       0.99,
			StartSpread:   spread,
		}
		for i := range j.PercentilesMS {
			j.PercentilesMS[i] = p50 * float64(i) / 50
		}
		return j
	}
	rows := togetherRows(together{most: 2000}, map[int][]*load.Joined{
		1: {joined(1000, 10, 0), joined(1500, 20, 0)},
		2: {joined(1100, 11, 0), joined(1500, 30, 0)},
		4: {joined(900, 10, time.Millisecond), joined(1200, 10, 2*time.Millisecond)},
	})
	for _, want := range [][]string{
		{"generators", "requests per second", "p50 in ms", "p90", "p99", "overlap in %",
			"start spread in µs"},
		{"4", "1050 (900–1200)", "10.00 (10.00–10.00)", "18.00 (18.00–18.00)",
			"19.80 (19.80–19.80)", "99.0 (99.0–99.0)", "1500 (1000–2000)"},
		{"2 ÷ 1", "1.050 (1.000–1.100)", "1.300 (1.100–1.500)", "1.300 (1.100–1.500)",
			"1.300 (1.100–1.500)"},
		{"÷ the most that is possible", "1: 0.625 (0.500–0.750)", "2: 0.650 (0.550–0.750)",
			"4: 0.525 (0.450–0.600)"},
	} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, want) }) {
			t.Errorf("there is no row %q in\n%q", want, rows)
		}
	}
}
