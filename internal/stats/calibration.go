package stats

import (
	"slices"

	"labbook/internal/plan"
	"labbook/internal/record"
)

// Agreement is what a cell says of the two instruments.
type Agreement string

// The agreements. Unknown: too few rounds to say. Agree means that the interval of the ratio holds
// 1.
const (
	Unknown        Agreement = ""
	Agree          Agreement = "agree"
	EmbeddedHigher Agreement = "embedded higher"
	EmbeddedLower  Agreement = "embedded lower"
)

// Calibrated compares, in one cell, what the installed ab and the embedded one measured. Both sides
// and the ratios are of the rounds in which the trials of both are clean. A ratio is embedded ÷ ab.
type Calibrated struct {
	plan.Cell
	Rounds     int             // planned
	Installed  CalibrationSide // the real ab
	Embedded   CalibrationSide
	Throughput Comparison // paired by round; its N counts the rounds that could be compared
	P50        Comparison // the same of the median response time; N is 0 where it is not known
	Agreement  Agreement
}

// CalibrationSide is what one of the two measured in a cell.
type CalibrationSide struct {
	Throughput    Summary // requests per second
	CPUPerRequest Summary // µs of the instrument's own CPU a request, user and system; no values: not known
}

// calibrate compares the two instruments of a record in each cell, in the order of the cells. A
// record that was not calibrated gives none.
func calibrate(rec *record.Record) []Calibrated {
	if rec.Calibration == nil {
		return nil
	}
	installed, embedded := rec.ForCell, rec.CalibratedForCell
	if rec.Generator.Name == record.EmbeddedAB {
		installed, embedded = embedded, installed
	}
	var all []Calibrated
	for _, cell := range rec.Cells {
		a, b := cleanOf(rec, installed(cell)), cleanOf(rec, embedded(cell))
		all = append(all, newCalibrated(rec, cell, inBoth(a, b), inBoth(b, a)))
	}
	return all
}

func newCalibrated(
	rec *record.Record,
	cell plan.Cell,
	installed, embedded []record.Result,
) Calibrated {
	confidence := rec.Experiment.Design.Confidence
	of := func(trials []record.Result) CalibrationSide {
		return CalibrationSide{Summarise(newSample(trials, Throughput), confidence),
			Summarise(newSample(trials, generatorCPU), confidence)}
	}
	ratio := func(m *Metric) Comparison {
		ours, theirs := newSample(embedded, m).positive(), newSample(installed, m).positive()
		c := compare(ours, theirs, confidence)
		c.Server, c.Level = cell.Server, cell.Level
		return c
	}
	c := Calibrated{
		Cell:       cell,
		Rounds:     rec.Rounds,
		Installed:  of(installed),
		Embedded:   of(embedded),
		Throughput: ratio(Throughput),
		P50:        ratio(P50),
	}
	c.Agreement = agreement(c.Throughput)
	return c
}

func agreement(c Comparison) Agreement {
	switch {
	case !c.HasInterval():
		return Unknown
	case c.Low > 1:
		return EmbeddedHigher
	case c.High < 1:
		return EmbeddedLower
	}
	return Agree
}

// cleanOf returns the clean ones of some trials of a record.
func cleanOf(rec *record.Record, trials []record.Result) []record.Result {
	var clean []record.Result
	for _, trial := range trials {
		if rec.Clean(trial) {
			clean = append(clean, trial)
		}
	}
	return clean
}

// inBoth gives the trials of rounds that the others have, too.
func inBoth(trials, others []record.Result) []record.Result {
	var both []record.Result
	for _, trial := range trials {
		if slices.ContainsFunc(
			others,
			func(o record.Result) bool { return o.Round == trial.Round },
		) {
			both = append(both, trial)
		}
	}
	return both
}
