package record

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Record is a header with its trials: what Read returns.
type Record struct {
	Header

	// Experiment is the header's spec, with the rounds as run and the references' numbers.
	Experiment *spec.Experiment
	SpecRounds int // the rounds of the spec; Header.Rounds are those as run

	// Unfinished is set if the record holds the complete rounds of a run that did not end; the
	// rounds and runs of Experiment are then those, and Header.Rounds the planned ones.
	Unfinished *UnfinishedRun

	Cells      []plan.Cell // servers in the spec's order, each with its levels
	Results    []Result    // by the experiment's own ab, in run order
	Calibrated []Result    // by the other ab, in run order; only the calibration uses them

	Damaged    int  // lines that could not be read
	NewerNotes bool // the experiment's notes were written after the run

	byCell map[series][]int // indexes into Results or Calibrated, sorted by round
}

// series identifies the trials of one cell by one of the two generators.
type series struct {
	plan.Cell
	plan.Instrument
}

// New returns a record of an experiment. Read uses it, and tests that need a record without a file.
func New(header Header, experiment *spec.Experiment, results ...Result) *Record {
	header.ApplyGrid(experiment)
	rec := &Record{
		Header:     header,
		Experiment: experiment,
		SpecRounds: experiment.Design.Rounds,
		Cells:      plan.Cells(experiment),
		byCell:     map[series][]int{},
	}
	rec.Add(results...)
	return rec
}

// Add appends trials. This is the only way in: ForCell does not see trials that were appended to
// Results or Calibrated directly.
func (rec *Record) Add(results ...Result) {
	for _, r := range results {
		list := rec.trials(r.Instrument)
		*list = append(*list, r)

		s := series{r.Cell, r.Instrument}
		rec.byCell[s] = insertByRound(rec.byCell[s], len(*list)-1, *list)
	}
}

// WithCells returns a record with the same header and other cells, whose trials by the experiment's
// own ab are those given, sorted by round, whatever their own level is.
func (rec *Record) WithCells(cells []plan.Cell, trials map[plan.Cell][]Result) *Record {
	other := *rec
	other.Cells, other.Results, other.Calibrated = cells, nil, nil
	other.byCell = map[series][]int{}
	for _, cell := range cells {
		s := series{cell, plan.Own}
		for _, r := range trials[cell] {
			other.byCell[s] = append(other.byCell[s], len(other.Results))
			other.Results = append(other.Results, r)
		}
	}
	return &other
}

// insertByRound inserts an index into results behind those of the same round and earlier ones.
func insertByRound(indexes []int, index int, results []Result) []int {
	at, _ := slices.BinarySearchFunc(indexes, results[index].Round, func(i, round int) int {
		if results[i].Round <= round {
			return -1
		}
		return 1
	})
	return slices.Insert(indexes, at, index)
}

func (rec *Record) trials(instrument plan.Instrument) *[]Result {
	if instrument == plan.Own {
		return &rec.Results
	}
	return &rec.Calibrated
}

// ForCell returns the trials of a cell by the experiment's own ab, sorted by round.
func (rec *Record) ForCell(cell plan.Cell) []Result {
	return rec.inSeries(series{cell, plan.Own})
}

// CalibratedForCell returns the trials of a cell by the other ab, sorted by round.
func (rec *Record) CalibratedForCell(cell plan.Cell) []Result {
	return rec.inSeries(series{cell, plan.Calibration})
}

func (rec *Record) inSeries(s series) []Result {
	all := *rec.trials(s.Instrument)
	results := make([]Result, len(rec.byCell[s]))
	for i, index := range rec.byCell[s] {
		results[i] = all[index]
	}
	return results
}

// InRunOrder returns the trials by both generators in the order in which they started. Those of
// joined rounds are in that order within each round; which round began first does not matter.
func (rec *Record) InRunOrder() []Result {
	all := slices.Concat(rec.Results, rec.Calibrated)
	slices.SortStableFunc(all, func(a, b Result) int {
		if rec.Joined != nil && a.Round != b.Round {
			return cmp.Compare(a.Round, b.Round)
		}
		return cmp.Or(cmp.Compare(a.StartSeconds, b.StartSeconds), cmp.Compare(a.Order, b.Order))
	})
	return all
}

// Measured returns the number of trials that could be read.
func (rec *Record) Measured() int { return len(rec.Results) + len(rec.Calibrated) }

// Remaining returns the planned trials that the record does not hold, in the plan's order: those
// whose lines are damaged, and those that an interrupted run did not reach.
func (rec *Record) Remaining(planned []plan.Trial) []plan.Trial {
	measured := map[slot]bool{}
	for _, r := range slices.Concat(rec.Results, rec.Calibrated) {
		measured[slotOf(r.Trial)] = true
	}
	return slices.DeleteFunc(slices.Clone(planned), func(t plan.Trial) bool {
		return measured[slotOf(t)]
	})
}

// slot is a trial's position in the design. A round visits each cell once with each generator, so a
// slot is filled at most once.
type slot struct {
	round int
	series
}

func slotOf(t plan.Trial) slot { return slot{t.Round, series{t.Cell, t.Instrument}} }
