package stats

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// ObjectiveMS returns what an objective bounds in a trial, in milliseconds. ok is false if it is
// not known.
func ObjectiveMS(r record.Result, o spec.Objective) (ms float64, ok bool) {
	return ObjectiveMetric(o).value(r)
}

// GeneratorLimit returns the share of its core that the generator of a cell used, if it was busy
// all the time and the server was not: the server may be faster than was measured. Otherwise it is
// 0.
func GeneratorLimit(rec *record.Record, place plan.Cell) (share float64) {
	cell := newCell(rec, place)
	_, share = limitingGenerator(cell)
	if !serverToSpare(cell, rec.Experiment, environmentOf(rec, place.Server).Cores) {
		return 0
	}
	return share
}
