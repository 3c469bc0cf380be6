package stats

import (
	"maps"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// A Warning is a code with the cells that it concerns.
type Warning struct {
	Code  Code
	Cells []Doubt // in the order of the experiment's cells; empty: the whole run

	// Evidence is that of a warning about the whole run; nil if there is none.
	Evidence Evidence
}

// A Doubt is a reason not to trust the numbers of a cell, with the evidence for it.
type Doubt struct {
	Code  Code
	Cell  plan.Cell
	Count int // trials; for NotExpected and Shed: answers
	Of    int // planned trials; for NotExpected and Shed: answers in all

	// First is the place in the run of the first trial that failed in this way; 0 if the code is
	// not about failed trials.
	First int

	// AnsweredBefore reports, for NotExpected, that the answer before the load is known and was as
	// expected.
	AnsweredBefore bool

	// Evidence is that of the first such trial, or of all trials together; nil if there is none.
	Evidence Evidence
}

// doubt returns a doubt about a number of the cell's trials.
func (c Cell) doubt(code Code, trials int, evidence Evidence) Doubt {
	return Doubt{
		Code:     code,
		Cell:     c.Cell,
		Count:    trials,
		Of:       c.Rounds,
		Evidence: evidence,
	}
}

// warnings groups the doubts about all cells by code, and adds those about the whole run.
//
// drift is the change that all servers have in common, 0 if there is none.
func warnings(
	rec *record.Record, cells []Cell, drift float64, correlation RoundCorrelation,
) []Warning {
	byCode := map[Code][]Doubt{}
	for _, cell := range cells {
		for _, d := range slices.Concat(
			unexpectedDoubts(rec, cell),
			failureDoubts(rec, cell),
			cell.doubts,
			missingDoubts(cell),
		) {
			byCode[d.Code] = append(byCode[d.Code], d)
		}
	}

	whole := wholeRun(rec, drift, correlation)
	maps.Copy(whole, joinedCodes(rec, cells))

	var all []Warning
	for _, code := range Codes() {
		doubts := byCode[code]
		evidence, found := whole[code]
		if len(doubts) == 0 && !found {
			continue
		}
		all = append(all, Warning{Code: code, Cells: doubts, Evidence: evidence})
	}
	return all
}

// wholeRun returns the codes of doubts about the whole run, with their evidence; nil if there is
// none.
func wholeRun(rec *record.Record, drift float64, correlation RoundCorrelation) map[Code]Evidence {
	codes := hostCodes(rec)
	maps.Copy(codes, machineCodes(rec))
	if rec.Imported != nil {
		codes[Imported] = nil
	}
	d := rec.Experiment.Design
	planned := d.Rounds
	if rec.Unfinished != nil {
		planned = rec.Unfinished.Of
	}
	if d.Runs <= 1 && planned < MinRounds(d.Confidence) {
		codes[Few] = nil
	}
	if slices.ContainsFunc(interruptions(rec), func(i Interruption) bool {
		return i.MoreRounds == 0
	}) {
		codes[Resumed] = nil
	}
	if len(rec.Looks) > 0 {
		codes[MoreRounds] = nil
	}

	if correlation.Found() {
		codes[Correlated] = correlation
	}
	if drift != 0 {
		codes[DriftingMachine] = Drift{drift, SharedByAll, rec.Experiment.Load.OpenLoop()}
	}
	return codes
}
