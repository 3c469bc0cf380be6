package stats

import (
	"slices"

	"labbook/internal/plan"
	"labbook/internal/record"
)

// Analysis is everything that is claimed from a Record.
type Analysis struct {
	Servers       []string     // in the spec's order, then the control
	Levels        []plan.Level // in the spec's order
	Baseline      string
	Control       string         // the baseline, measured a second time; "" where it was not
	Confidence    float64        // that was asked for
	Margin        float64        // differences within it do not matter
	Cells         []Cell         // servers in the spec's order, for each its levels
	Comparisons   []Comparison   // in the order of Cells; none with an invalid cell
	Controls      []Comparison   // the control's, which have no verdict: nothing is asked of them
	Ratios        []Ratios       // beside those of throughput, in the order of Cells
	Rankings      []Ranking      // of three servers or more; none of fewer
	Knees         []Knee         // of the servers of which one can be looked for
	RunOrder      []OrderedTrial // every trial, in the order of the run
	Warnings      []Warning      // errors first, then in the order of the cells
	Interruptions []Interruption // in the order of time; none of a run in one piece
	Calibration   []Calibrated   // in the order of Cells; none where nothing was calibrated
}

// Analyse judges a record.
func Analyse(rec *record.Record) *Analysis {
	e := rec.Experiment
	a := &Analysis{
		Levels:     plan.Levels(e),
		Baseline:   e.Design.Baseline,
		Confidence: e.Design.Confidence,
		Margin:     e.Design.Margin,
	}
	for _, server := range e.Servers {
		a.Servers = append(a.Servers, server.Name)
		if server.Control != "" {
			a.Control = server.Name
		}
	}
	for _, place := range rec.Cells {
		a.Cells = append(a.Cells, newCell(rec, place))
	}
	settle(rec, a.Cells)
	a.compareAll()
	a.Rankings = a.rankings()
	for _, server := range a.Started() {
		if knee, ok := kneeOf(a.CellsOf(server), a.Confidence); ok {
			a.Knees = append(a.Knees, knee)
		}
	}
	a.Warnings = warnings(rec, a.Cells)
	a.Interruptions = interruptions(rec)
	a.Calibration = calibrate(rec)
	a.RunOrder = inOrder(rec, a.Cells)
	return a
}

// compareAll compares each cell with the baseline's at its level: the throughputs, with their
// verdicts, and the ratios of all else.
func (a *Analysis) compareAll() {
	for _, cell := range a.Cells {
		base := a.Cell(plan.Cell{Server: a.Baseline, Level: cell.Level})
		if cell.Cell == base.Cell || cell.State == Invalid || base.State == Invalid {
			continue
		}
		c := compare(cell.Of(Throughput).Sample, base.Of(Throughput).Sample, a.Confidence)
		if c.N == 0 {
			continue
		}
		c.Server, c.Level = cell.Server, cell.Level
		ours := slices.Contains(cell.Notes, GeneratorBound)
		theirs := slices.Contains(base.Notes, GeneratorBound)
		c.GeneratorLimited = ours && theirs
		c.Understated = !c.GeneratorLimited && (ours && c.Ratio > 1 || theirs && c.Ratio < 1)
		if cell.Server == a.Control {
			a.Controls = append(a.Controls, c)
		} else {
			a.Comparisons = append(a.Comparisons, c)
		}
		a.Ratios = append(a.Ratios, ratiosOf(cell, *base, a.Confidence))
	}
	decide(a.Comparisons, a.Confidence, a.Margin)
	a.applyControl()
}

// Cell gives what is known of one cell, nil where the experiment has no such cell.
func (a *Analysis) Cell(place plan.Cell) *Cell {
	for i := range a.Cells {
		if a.Cells[i].Cell == place {
			return &a.Cells[i]
		}
	}
	return nil
}

// OpenLoop reports whether requests arrived at a rate, whatever the servers did.
func (a *Analysis) OpenLoop() bool { return len(a.Levels) > 0 && a.Levels[0].Kind == plan.Rate }

// CellsOf gives a server's cells in the order of the levels.
func (a *Analysis) CellsOf(server string) []Cell {
	var cells []Cell
	for _, cell := range a.Cells {
		if cell.Server == server {
			cells = append(cells, cell)
		}
	}
	return cells
}

// Started gives the servers that there really are: all but the control, which is the baseline.
func (a *Analysis) Started() []string { return without(a.Servers, a.Control) }

// Compared gives the servers whose throughputs are compared with the baseline's, in the spec's
// order.
func (a *Analysis) Compared() []string { return without(a.Started(), a.Baseline) }

func without(names []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == one })
}

// Comparison gives a server's comparison with the baseline at one level, nil where there is none.
func (a *Analysis) Comparison(place plan.Cell) *Comparison {
	if place.Server == a.Control {
		return find(a.Controls, place)
	}
	return find(a.Comparisons, place)
}

func find(all []Comparison, place plan.Cell) *Comparison {
	for i, c := range all {
		if c.Server == place.Server && c.Level == place.Level {
			return &all[i]
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

// Invalid lists the cells that must not be claimed from.
func (a *Analysis) Invalid() []Cell {
	var cells []Cell
	for _, cell := range a.Cells {
		if cell.State == Invalid {
			cells = append(cells, cell)
		}
	}
	return cells
}
