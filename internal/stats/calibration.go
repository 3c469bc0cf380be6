package stats

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// Agreement is whether the two generators of a calibration measured the same in a cell.
type Agreement string

// The agreements, tried in this order, as the verdicts between servers are. Undecided does not mean
// that the two agree: the interval contains 1, and a difference that is larger than the margin.
const (
	Unknown        Agreement = ""                // there are too few rounds to tell
	Agree          Agreement = "agree"           // the interval of the ratio lies within the margin
	EmbeddedHigher Agreement = "embedded higher" // it lies above 1
	EmbeddedLower  Agreement = "embedded lower"  // it lies below 1
	Undecided      Agreement = "inconclusive"    // none of these
)

// Calibrated compares what the installed and the embedded ab measured in a cell, over the rounds in
// which the trials of both are clean. A ratio is embedded ÷ installed, paired by round.
type Calibrated struct {
	plan.Cell
	Rounds     int // planned
	Installed  CalibrationSide
	Embedded   CalibrationSide
	Throughput Comparison // its N is the number of rounds that could be compared
	P50        Comparison // of the median response time; N is 0 if it is not known
	Agreement  Agreement

	// Dropped reports that the server's queue dropped connections in some of the trials. The
	// installed ab does not wait for their clients, and the embedded one does.
	Dropped bool
}

// CalibrationSide is what one of the two generators measured, and what it used itself.
type CalibrationSide struct {
	Throughput    Summary // requests per second
	CPUPerRequest Summary // user and system time of the generator, µs; N is 0 if not known
}

// calibrate compares the two generators in each cell. It returns nil if nothing was calibrated.
func (a *Analysis) calibrate(rec *record.Record) []Calibrated {
	if rec.Calibration == nil {
		return nil
	}
	installed, embedded := rec.ForCell, rec.CalibratedForCell
	if rec.Generator.Name == record.EmbeddedAB {
		installed, embedded = embedded, installed
	}
	var all []Calibrated
	for _, place := range rec.Cells {
		one, other := cleanOf(rec, installed(place)), cleanOf(rec, embedded(place))
		all = append(all, a.newCalibrated(rec, place, inBoth(one, other), inBoth(other, one)))
	}
	return all
}

func (a *Analysis) newCalibrated(
	rec *record.Record, cell plan.Cell, installed, embedded []record.Result,
) Calibrated {
	inference := a.inference(*a.Cell(cell), *a.Cell(cell))
	summarise := func(trials []record.Result, m *Metric) Summary {
		return a.Correlation.widen(Summarise(newSample(trials, m), a.Confidence))
	}
	side := func(trials []record.Result) CalibrationSide {
		return CalibrationSide{
			Throughput:    summarise(trials, Throughput),
			CPUPerRequest: summarise(trials, generatorCPU),
		}
	}
	ratio := func(m *Metric) Comparison {
		other := newSample(embedded, m).positive()
		base := newSample(installed, m).positive()
		c := inference.compare(other, base)
		c.Server, c.Level = cell.Server, cell.Level
		return c
	}

	c := Calibrated{
		Cell:       cell,
		Rounds:     rec.AllRounds(),
		Installed:  side(installed),
		Embedded:   side(embedded),
		Throughput: ratio(Throughput),
		P50:        ratio(P50),
	}
	c.Agreement = agreement(c.Throughput, a.Margin)
	dropping, _ := sumDrops(slices.Concat(installed, embedded))
	c.Dropped = dropping > 0
	return c
}

// agreement returns the first agreement that holds. Each cell is judged alone.
func agreement(c Comparison, margin float64) Agreement {
	switch {
	case !c.HasInterval():
		return Unknown
	case c.Low >= 1/(1+margin) && c.High <= 1+margin:
		return Agree
	case c.Low > 1:
		return EmbeddedHigher
	case c.High < 1:
		return EmbeddedLower
	}
	return Undecided
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

// inBoth returns the trials of the rounds that the others have, too.
func inBoth(trials, others []record.Result) []record.Result {
	var both []record.Result
	for _, trial := range trials {
		sameRound := func(other record.Result) bool { return other.Round == trial.Round }
		if slices.ContainsFunc(others, sameRound) {
			both = append(both, trial)
		}
	}
	return both
}
