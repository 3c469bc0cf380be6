// Package stats turns a Record into numbers that claims can be based on. A Sample has one value per
// clean trial, a Summary is its median with an exact interval, a Comparison pairs two samples by
// round, a Verdict is what follows from it, and a Doubt is a reason not to trust a number.
//
// The unit of every sample is the trial and never the request (Georges, Buytaert and Eeckhout,
// OOPSLA 2007). Nothing here is random: the same record always has the same analysis. Nothing is
// refused either: what is not known, or cannot be inferred, is absent or marked with a doubt.
//
// Each file is a step of the method, in this order: metric, sample, summary, cell, doubt (with
// failures, serverdoubts, generatordoubts, hostdoubts with machines, partdoubts, networkdoubts and
// machinedoubts, trend with drift and course, modes, and correlation), comparison (with inference,
// signedrank, signtest and unpaired), verdict, control, needed (with neededrounds, neededruns and
// neededchecks), ratios, check (with checks, checkratio, checkcount, sidedp and together), knee and
// ranking. docs/method.md explains the method to users.
package stats

import (
	"slices"

	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Analysis is everything that is claimed from a Record.
type Analysis struct {
	Servers  []string     // in the spec's order, then the control
	Levels   []plan.Level // in the spec's order
	Baseline string
	Control  string // the baseline, measured a second time; "" if it was not

	Imported bool // the trials were imported: they have no order, and no rounds to pair

	// Joined reports that the rounds were measured alone, on Machines machines, and have no common
	// time.
	Joined   bool
	Machines int

	// Goodput reports that requests may fail: a throughput counts good answers alone. Allowed is
	// the share that may.
	Goodput bool
	Allowed float64

	// Objective is what a capacity keeps to; nil if none was looked for. Levels is then the
	// capacity alone, and the Throughput of a cell is it, in requests per second. Its other numbers
	// are those at the highest rate that kept to the objective. Rates are the cells at the rates
	// from which Capacities were found; both are in the order of the servers.
	Objective *spec.Objective

	// RandomArrivals reports that the requests of an open loop arrived at random.
	RandomArrivals bool
	Rates          []Cell
	Capacities     []Capacity

	// Unfinished is how much of a run that has not ended was analysed: its complete rounds. There
	// are then no verdicts, p-values, outcomes of checks, rankings, knees and needed rounds. It is
	// nil if the run has ended.
	Unfinished *record.UnfinishedRun

	Rounds int // that were planned, in each run; of an unfinished one, that are complete
	Runs   int // of all rounds; 1 if they were not repeated

	Confidence float64 // as requested by the spec
	Margin     float64 // differences within it do not matter

	// Correlation is how much the rounds depend on each other. Where that is found, all intervals
	// are wider. Its Rounds are 0 if it is not known, as of imported trials.
	Correlation RoundCorrelation

	// Cells holds the levels of each server, servers in the spec's order. What follows is in the
	// order of Cells, too, if no other order is named.
	Cells       []Cell
	Comparisons []Comparison // of throughputs; none with an invalid cell
	Controls    []Comparison // the control with the baseline; they have no verdict
	Ratios      []Ratios     // of the other metrics

	// Twins is how our models were measured beside their twins in C; nil if the record does not
	// have it. Biases are what follows for the comparisons.
	Twins  *bias.Measured
	Biases []Bias

	// Against is the older version that the baseline is; nil if it is a server of the spec.
	// SameVersion reports that nothing had changed since: both sides are the same commit.
	Against     *record.Against
	SameVersion bool

	// Checks are the expectations of the spec, each at every cell that it names, in the spec's
	// order. Unjudged are those that this record cannot be checked for: an earlier version, or the
	// baseline, was not measured in it.
	Checks   []Check
	Unjudged []spec.Expectation

	// Needed are of the servers with something to settle, then of all; see EstimateNeeded.
	Needed []Needed

	Startups      []Startup      // of the servers for which the time is known
	Rankings      []Ranking      // of three servers or more; otherwise empty
	Knees         []Knee         // of the servers for which one can be looked for
	RunOrder      []OrderedTrial // every trial; none if they were imported or joined
	Warnings      []Warning      // the worst first
	Interruptions []Interruption // in the order of time
	Looks         []Look         // at the results, before rounds were added; none if none were
	Calibration   []Calibrated   // empty if nothing was calibrated
}

// Analyse computes everything that is claimed from a record.
func Analyse(rec *record.Record) *Analysis {
	a := Judge(rec)
	if a.Unfinished == nil {
		a.EstimateNeeded()
	}
	return a
}

// Judge computes everything that is claimed from a record except how many rounds or runs are
// needed, which takes most of the time: all of these are 0. It is for counting verdicts and doubts.
// What readers are told comes from Analyse.
func Judge(rec *record.Record) *Analysis {
	e, a := rec.Experiment, newAnalysis(rec)
	measured := rec
	if a.Objective != nil {
		a.Rates = ratesOf(rec)
		a.Capacities, rec = capacities(rec)
	}
	for _, place := range rec.Cells {
		a.Cells = append(a.Cells, newCell(rec, place))
	}
	if !a.Imported && e.Design.Runs <= 1 { // several runs are compared by their means
		metric := Throughput
		if a.OpenLoop() {
			metric = P50
		}
		if rec.Joined != nil {
			logs, rounds := logsOfRounds(a.Cells, metric)
			a.Correlation = correlateMachines(logs, machinesOf(rec, rounds), a.Confidence)
		} else {
			a.Correlation = correlateRounds(a.Cells, metric)
		}
		a.Correlation.widenAll(a.Cells)
	}
	drift := settle(rec, a.Cells)
	a.compareAll()
	a.Twins = twinsOf(rec)
	if a.Unfinished == nil {
		a.conclude(rec)
	} else {
		withhold(a.Comparisons)
		withhold(a.Controls)
		a.checkAll(rec)
		withholdChecks(a.Checks)
	}
	a.Startups = startups(rec)
	a.Warnings = warnings(rec, a.Cells, drift, a.Correlation)
	a.Interruptions = interruptions(rec)
	a.Looks = a.looks(rec)
	a.Calibration = a.calibrate(rec)
	if !a.Imported && !a.Joined {
		a.RunOrder = inRunOrder(measured, slices.Concat(a.Rates, a.Cells))
	}
	return a
}

// newAnalysis returns what an analysis knows of its experiment before anything is computed.
func newAnalysis(rec *record.Record) *Analysis {
	e := rec.Experiment
	a := &Analysis{
		Levels:    plan.ResultLevels(e),
		Objective: e.Load.Capacity,

		RandomArrivals: e.Load.RandomArrivals(),
		Imported:       rec.Imported != nil,
		Joined:         rec.Joined != nil,
		Rounds:         e.Design.Rounds,
		Runs:           max(1, e.Design.Runs),
		Baseline:       e.Design.Baseline,
		Confidence:     e.Design.Confidence,
		Margin:         e.Design.Margin,
		Goodput:        e.Load.AllowedFailures > 0,
		Unfinished:     rec.Unfinished,
		Allowed:        e.Load.AllowedFailures,
		Against:        rec.Against,
		SameVersion: rec.Against != nil && rec.Source != nil && !rec.Source.Dirty &&
			rec.Source.Commit == rec.Against.Commit,
	}
	if a.Joined {
		a.Machines = len(rec.Joined.Machines)
	}
	for _, server := range e.Servers {
		a.Servers = append(a.Servers, server.Name)
		if server.Control != "" {
			a.Control = server.Name
		}
	}
	return a
}

// conclude adds what follows from the comparisons of a run that has ended.
func (a *Analysis) conclude(rec *record.Record) {
	decide(a.Comparisons, a.Confidence, a.Margin)
	a.applyControl()
	a.checkAll(rec)

	a.Biases = biases(a.Twins, rec.Experiment, a.Comparisons)
	a.Rankings = a.rankings()
	a.Knees = a.knees()
}

// compareAll compares each cell with the baseline's at its level, unless one of them is invalid.
func (a *Analysis) compareAll() {
	a.boundFromOutside()
	for _, cell := range a.Cells {
		base := a.Cell(plan.Cell{Server: a.Baseline, Level: cell.Level})
		if cell.Cell == base.Cell || cell.State == Invalid || base.State == Invalid {
			continue
		}
		c := a.inference(cell, *base).compareThroughputs(cell, *base, a.Margin)
		if c.N == 0 {
			continue
		}
		if cell.Server == a.Control {
			a.Controls = append(a.Controls, c)
		} else {
			a.Comparisons = append(a.Comparisons, c)
		}
		a.Ratios = append(a.Ratios, a.inference(cell, *base).newRatios(cell, *base))
	}
}

// inference returns how two cells are compared.
func (a *Analysis) inference(cell, base Cell) inference {
	m := inference{confidence: a.Confidence, bySigns: cell.twoModes || base.twoModes}
	if a.Correlation.Found() {
		m.widening = a.Correlation.Widening
	}
	return m
}

// Cell returns a cell, or nil if the experiment has no such cell.
func (a *Analysis) Cell(place plan.Cell) *Cell {
	for i := range a.Cells {
		if a.Cells[i].Cell == place {
			return &a.Cells[i]
		}
	}
	return nil
}

// OpenLoop reports whether requests arrived at a given rate, whatever the servers did.
func (a *Analysis) OpenLoop() bool { return len(a.Levels) > 0 && a.Levels[0].Kind == plan.Rate }

// CellsOf returns the cells of a server in the order of the levels.
func (a *Analysis) CellsOf(server string) []Cell {
	var cells []Cell
	for _, cell := range a.Cells {
		if cell.Server == server {
			cells = append(cells, cell)
		}
	}
	return cells
}

// Started returns the servers without the control, which is the baseline under another name.
func (a *Analysis) Started() []string { return without(a.Servers, a.Control) }

// Compared returns the servers that are compared with the baseline, in the spec's order.
func (a *Analysis) Compared() []string { return without(a.Started(), a.Baseline) }

func without(names []string, excluded string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return name == excluded
	})
}

// Comparison returns the comparison of a cell with the baseline's, or nil if there is none.
func (a *Analysis) Comparison(place plan.Cell) *Comparison {
	comparisons := a.Comparisons
	if place.Server == a.Control {
		comparisons = a.Controls
	}
	for i, c := range comparisons {
		if c.Server == place.Server && c.Level == place.Level {
			return &comparisons[i]
		}
	}
	return nil
}

// AllInvalid reports whether every cell of a server is invalid.
func (a *Analysis) AllInvalid(server string) bool {
	cells := a.CellsOf(server)
	usable := func(c Cell) bool { return c.State != Invalid }
	return len(cells) > 0 && !slices.ContainsFunc(cells, usable)
}

// Invalid returns the invalid cells.
func (a *Analysis) Invalid() []Cell {
	var cells []Cell
	for _, cell := range a.Cells {
		if cell.State == Invalid {
			cells = append(cells, cell)
		}
	}
	return cells
}
