package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Records compares two records. yardstick is the server that the user names for it; "" leaves the
// choice to the newer spec and to what the records prove. It returns an error if one of the records
// has no server of that name.
func Records(older, newer Side, yardstick string) (*Comparison, error) {
	if err := checkNamed(older, newer, yardstick); err != nil {
		return nil, err
	}
	older.Analysis, newer.Analysis = stats.Judge(older.Record), stats.Judge(newer.Record)
	c := &Comparison{
		Old:        older,
		New:        newer,
		Metric:     stats.Throughput,
		Confidence: newer.Analysis.Confidence,
		Margin:     newer.Analysis.Margin,
	}
	if newer.Analysis.OpenLoop() {
		c.Metric = stats.P50
	}
	c.Machine, c.AcrossMachines = machineDifferences(older.Record, newer.Record)
	c.match()
	c.Changed = c.changes()
	c.chooseYardstick(yardstick)
	c.move()
	c.judge()
	return c, nil
}

// checkNamed refuses a yardstick that is not a server of both records.
func checkNamed(older, newer Side, yardstick string) error {
	if yardstick == "" {
		return nil
	}
	var both []string
	for _, s := range newer.Record.Experiment.Tested() {
		if _, ok := older.Record.Experiment.Server(s.Name); ok {
			both = append(both, s.Name)
		}
	}
	if slices.Contains(both, yardstick) {
		return nil
	}
	if len(both) == 0 {
		return fmt.Errorf("found %q, and the two records have no server in common; allowed: none",
			yardstick)
	}
	return fmt.Errorf("found %q; allowed: a server of both records: %s%s", yardstick,
		quoted(both), spec.DidYouMean(yardstick, both))
}

func quoted(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(shown, ", ")
}

// cellsOf returns the cells of a record's results without those of its control, which is the
// baseline again. Where a capacity was looked for, it is the only one of a server.
func cellsOf(rec *record.Record) []plan.Cell {
	if rec.Experiment.Load.Capacity != nil {
		var cells []plan.Cell
		for _, server := range rec.Experiment.Tested() {
			cells = append(cells, plan.Cell{
				Server: server.Name,
				Level:  plan.Level{Kind: plan.Capacity},
			})
		}
		return cells
	}
	return slices.DeleteFunc(slices.Clone(rec.Cells), func(place plan.Cell) bool {
		server, _ := rec.Experiment.Server(place.Server)
		return server.Control != ""
	})
}

// match sorts the cells: those of both records by whether they were asked the same, and those of
// one.
func (c *Comparison) match() {
	older, newer := cellsOf(c.Old.Record), cellsOf(c.New.Record)
	for _, place := range older {
		if !slices.Contains(newer, place) {
			c.OnlyOld = append(c.OnlyOld, place)
		}
	}
	for _, place := range newer {
		if !slices.Contains(older, place) {
			c.OnlyNew = append(c.OnlyNew, place)
			continue
		}
		if unlike := askedOtherwise(c.Old.Record, c.New.Record, place.Server); unlike != nil {
			c.NotComparable = append(c.NotComparable, Unlike{place, unlike})
			continue
		}
		c.addCell(place)
	}
}

// addCell adds a cell of both records that was asked the same.
func (c *Comparison) addCell(place plan.Cell) {
	older, newer := c.Old.Analysis.Cell(place), c.New.Analysis.Cell(place)
	invalid := Invalid{place, older.State == stats.Invalid, newer.State == stats.Invalid}
	if invalid.InOld || invalid.InNew {
		c.Invalid = append(c.Invalid, invalid)
		return
	}
	c.Cells = append(c.Cells, Cell{
		Cell:      place,
		OldRounds: older.Clean(),
		NewRounds: newer.Clean(),
		Old:       older.State,
		New:       newer.State,
		MovedP:    1,
	})
}

// move sets what the numbers themselves did, and what they did altogether.
func (c *Comparison) move() {
	if c.AcrossMachines || len(c.Cells) == 0 {
		return
	}
	shifts := make([]stats.Shift, len(c.Cells))
	for i, cell := range c.Cells {
		shifts[i] = c.pair().Moved(cell.Cell, c.Metric)
	}
	for i, p := range stats.AdjustedP(shifts) {
		c.Cells[i].Moved, c.Cells[i].MovedP = shifts[i], p
	}
	c.Shift = c.commonShift()
}

// commonShift returns the mean of what the cells moved; nil if none of them has a number.
func (c *Comparison) commonShift() *Shift {
	shift := Shift{Low: math.Inf(1)}
	var all, ofYardstick []float64
	for _, cell := range c.Cells {
		if cell.Moved.Ratio == 0 {
			continue
		}
		all = append(all, cell.Moved.Ratio)
		if cell.Server == c.Yardstick {
			ofYardstick = append(ofYardstick, cell.Moved.Ratio)
		}
		shift.Low = min(shift.Low, cell.Moved.Ratio)
		shift.High = max(shift.High, cell.Moved.Ratio)
	}
	if len(all) == 0 {
		return nil
	}
	shift.Ratio, shift.Cells = geometricMean(all), len(all)
	if len(ofYardstick) > 0 {
		shift.Yardstick = geometricMean(ofYardstick)
	}
	return &shift
}

func geometricMean(ratios []float64) float64 {
	sum := 0.0
	for _, r := range ratios {
		sum += math.Log(r)
	}
	return math.Exp(sum / float64(len(ratios)))
}

// judge sets what the cells did beside the yardstick, with their verdicts.
func (c *Comparison) judge() {
	if c.Yardstick == "" {
		return
	}
	var family []*stats.Change
	for i := range c.Cells {
		cell := &c.Cells[i]
		if cell.Server == c.Yardstick {
			continue
		}
		if !c.has(plan.Cell{Server: c.Yardstick, Level: cell.Level}) {
			cell.NoRelative = InvalidYardstick
			continue
		}
		change := c.pair().Change(cell.Cell, c.Metric)
		if min(change.Old, change.New) == 0 {
			cell.NoRelative = NoRounds
			continue
		}
		cell.Relative = &change
		family = append(family, cell.Relative)
	}
	stats.JudgeChanges(family, c.Metric, c.Confidence, c.Margin)
}

// pair returns the two records for the numbers that are compared.
func (c *Comparison) pair() stats.Pair {
	return stats.Pair{
		Older:     c.Old.Analysis,
		Newer:     c.New.Analysis,
		Yardstick: c.Yardstick,
	}
}

// has reports whether a cell is compared.
func (c *Comparison) has(place plan.Cell) bool {
	return slices.ContainsFunc(c.Cells, func(cell Cell) bool { return cell.Cell == place })
}
