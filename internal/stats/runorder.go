package stats

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/record"
)

// OrderedTrial is a trial at its place in the run.
type OrderedTrial struct {
	record.Result
	Share   float64 // its throughput ÷ the median of its cell; 0 if either is not known
	Trouble Code    // why it is not clean; "" if it is
}

// inRunOrder returns the trials of the experiment's own generator in the order in which they ran.
func inRunOrder(rec *record.Record, cells []Cell) []OrderedTrial {
	var all []OrderedTrial
	for _, cell := range cells {
		for _, trial := range rec.ForCell(cell.Cell) {
			ordered := OrderedTrial{Result: trial}
			if rate, ok := throughput(trial); ok && cell.Clean() > 0 {
				ordered.Share = rate / cell.Of(Throughput).Median
			}
			if !rec.Clean(trial) {
				code, _ := failure(rec, trial)
				ordered.Trouble = cmp.Or(code, NotExpected)
			}
			all = append(all, ordered)
		}
	}
	slices.SortFunc(all, func(a, b OrderedTrial) int { return cmp.Compare(a.Order, b.Order) })
	return all
}
