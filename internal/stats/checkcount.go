package stats

import "labbook.example/labbook/internal/record"

// A count is exact: it is of this run, and nothing is inferred from it. It is the sum over all
// trials of a cell, clean or not, as everywhere in the results: a bound on failed requests is about
// exactly those trials that are not clean.

// count decides the check of a count. A sum over more trials can only be larger. So a count above
// the limit is certain even if the cell is invalid, which may be for that very reason. One that is
// not above it is certain only where each trial was made and told its count.
func (c *Check) count(rec *record.Record, cell Cell) {
	counted, ok := countOf(c.Expectation.Metric, cell)
	if !ok || cell.Unknown {
		c.notMeasured(UnknownNumber)
		return
	}
	found := float64(counted)
	above := found > c.Expectation.Limit
	if c.Expectation.Bound.Lower() {
		above = found >= c.Expectation.Limit
	}
	switch {
	case above: // for certain
	case cell.State == Invalid:
		c.notMeasured(InvalidData)
		return
	case !allCounted(rec, cell):
		c.notMeasured(NotAllCounted)
		return
	}
	c.Found, c.N = found, cell.Trials
	c.Outcome = CheckFailed
	if above == c.Expectation.Bound.Lower() {
		c.Outcome = CheckMet
	}
}

// countOf returns a cell's count by its key in results.json. ok is false if there is no such count.
func countOf(key string, cell Cell) (n int, ok bool) {
	switch key {
	case "failed":
		return cell.Failed, true
	case "non_2xx":
		return cell.Non2xx, true
	case "unexpected_status":
		return cell.Unexpected, true
	case "unsent":
		return cell.Unsent, true
	}
	return 0, false
}

// allCounted reports whether every trial of a cell was made and ended with a report.
func allCounted(rec *record.Record, cell Cell) bool {
	for _, trial := range rec.ForCell(cell.Cell) {
		if trial.Outcome != record.Ended || trial.Measurement() == nil {
			return false
		}
	}
	return cell.Trials >= cell.Rounds
}
