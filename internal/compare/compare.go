// Package compare compares two records of the same experiment, an older one and a newer one.
//
// Two runs are two occasions: what the machine did differently is in every number. So only what is
// relative to a yardstick, a server that is the same program in both and was measured in the same
// rounds, has a verdict. A number by itself has moved, or not.
package compare

import (
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// Side is one of the two records.
type Side struct {
	Name   string // how the user named it: a folder, or "HEAD:output"
	Commit string // the full hash of the commit that it was read from; "" of a file
	SHA256 string // of the record's bytes, in hex
	Record *record.Record
}

// Comparison is what two records say of each other. All ratios are new ÷ old.
type Comparison struct {
	Old, New  Side
	Yardstick string // a server of both; "": none, so that nothing has a verdict
	// NoYardstick is why there is none.
	NoYardstick Reason

	Confidence float64 // of the newer record's spec
	Margin     float64

	// Cells are those of both records that were asked the same, in the newer record's order.
	Cells []Cell
	// Shift is how the machine's numbers moved altogether; nil without a cell.
	Shift *Shift
	// NotComparable are the cells of both that were not asked the same. OnlyOld and OnlyNew are in
	// one record alone. None of them is in any mean.
	NotComparable []Unlike
	OnlyOld       []plan.Cell
	OnlyNew       []plan.Cell
	// Machine is what differs between the machines and the programs that measured.
	Machine []record.Difference
}

// Cell is one cell of both records.
type Cell struct {
	plan.Cell
	OldRounds, NewRounds int // clean ones

	// Moved is the ratio of throughputs; of an open loop, that of p50. It has no verdict.
	Moved stats.Shift
	// Relative is the same relative to the yardstick; nil for the yardstick itself, and where there
	// is none.
	Relative *Relative
}

// Relative is the change of a cell beside that of the yardstick.
type Relative struct {
	stats.Shift
	Adjusted float64 // the p-value after Holm's correction over all cells
	Verdict  stats.Verdict
}

// Shift is the geometric mean of what all cells moved, and the range over the cells.
type Shift struct {
	Ratio     float64
	Low, High float64 // the smallest and the largest of a cell
	Cells     int
	Yardstick float64 // the same of the yardstick's cells alone; 0: there are none
}

// Unlike is a cell that was asked in another way, or whose server is another one.
type Unlike struct {
	plan.Cell
	Differences []record.Difference // recorded is old, now is new
}

// Reason is why there is no yardstick.
type Reason string

// The reasons.
const (
	NoReason      Reason = ""
	NoModel       Reason = "no-model"        // no server of both is a model of labbook
	OtherLabbook  Reason = "other-labbook"   // the models are of another labbook
	ChangedServer Reason = "changed"         // the named yardstick differs
	OneServer     Reason = "only-yardstick"  // there is no other server to judge
	Unknown       Reason = "unknown-labbook" // a record does not tell which labbook measured it
)
