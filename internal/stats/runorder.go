package stats

import (
	"cmp"
	"slices"

	"labbook/internal/record"
)

// OrderedTrial is one trial in the order in which the trials ran.
type OrderedTrial struct {
	record.Result
	Share   float64 // its throughput ÷ the median of its cell; 0: not known
	Trouble Code    // why it is not clean; "" where it is
}

// inOrder gives the trials of the experiment's own generator in the order of the run. A cell's
// median comes from its clean trials; one without any has none.
func inOrder(rec *record.Record, cells []Cell) []OrderedTrial {
	var all []OrderedTrial
	for _, cell := range cells {
		for _, trial := range rec.ForCell(cell.Cell) {
			p := OrderedTrial{Result: trial}
			if rate, known := throughput(trial); known && cell.Clean() > 0 {
				p.Share = rate / cell.Of(Throughput).Median
			}
			if !rec.Clean(trial) {
				p.Trouble, _ = failure(rec, trial)
				p.Trouble = cmp.Or(p.Trouble, NotExpected)
			}
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b OrderedTrial) int { return cmp.Compare(a.Order, b.Order) })
	return all
}
