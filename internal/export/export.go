// Package export writes the results of an experiment for other programs: results.json, summary.csv
// and bench.txt.
//
// In: a record and its analysis. Out: the bytes of each file, which are the same for the same
// record. Nothing is refused: what is not known is absent or empty, and never zero.
package export

import "strconv"

// fixed returns a number with a fixed number of decimals, the same in every language.
func fixed(x float64, decimals int) string { return strconv.FormatFloat(x, 'f', decimals, 64) }
