// Package compare compares two records of the same experiment, an older one and a newer one. Two
// records go in, and a Comparison comes out. Only the name of a yardstick can be refused: it must
// be a server of both.
//
// Two runs are two occasions: what the machine did differently is in every number. So only what is
// relative to a yardstick, a server that is the same program in both and was measured in the same
// rounds, has a verdict. A number by itself has moved, or not.
package compare

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Side is one of the two records.
type Side struct {
	Name   string // how the user named it: a folder, or "HEAD:output"
	Commit string // the full hash of the commit that it was read from; "" of a file
	SHA256 string // of the record's bytes, in hex
	Spec   string // the path of its spec from the current folder, if that is there; otherwise ""
	Record *record.Record

	// Analysis is of Record, without the rounds that are needed. Records sets it.
	Analysis *stats.Analysis
}

// Comparison is what two records say of each other. All ratios are new ÷ old.
type Comparison struct {
	Old, New  Side
	Yardstick string // a server of both; "": none, so that nothing has a verdict
	// NoYardstick is why there is none.
	NoYardstick Reason
	// Assumed is why the yardstick is only taken to be the same program in both; NoReason if the
	// records prove it, as far as they can. UnknownLabbook, OtherLabbook or NoFiles.
	Assumed Reason

	Metric     *stats.Metric // that is compared: Throughput, or P50 in an open loop
	Confidence float64       // of the newer record's spec
	Margin     float64       // of the newer record's spec

	// Cells are those of both records that were asked the same, in the newer record's order.
	Cells []Cell
	// Shift is how the machine's numbers moved altogether; nil without a cell, and across machines.
	Shift *Shift
	// NotComparable are the cells of both that were not asked the same. OnlyOld and OnlyNew are in
	// one record alone. None of them is in any mean.
	NotComparable []Unlike
	OnlyOld       []plan.Cell
	OnlyNew       []plan.Cell
	// Invalid are the cells that were asked the same, but have no valid data in a record.
	Invalid []Invalid

	// Changed are the servers that are not what they were, in the newer record's order. They are
	// compared: that may be the question.
	Changed []Changed
	// Machine is what differs between the machines and the programs that measured.
	Machine []record.Difference
	// AcrossMachines reports that the records are of two machines, or of one with other limits, or
	// that one of them has the load from other machines than the servers'.
	// Then no number has moved: what differs is the machine.
	AcrossMachines bool
}

// Cell is one cell of both records.
type Cell struct {
	plan.Cell
	OldRounds, NewRounds int // clean ones
	Old, New             stats.State

	// Moved is the ratio of throughputs; of an open loop, that of p50. It has no verdict. Across
	// machines it is zero.
	Moved stats.Shift
	// MovedP is its p-value after Holm's correction over all cells.
	MovedP float64
	// Relative is the same relative to the yardstick; nil for the yardstick itself, and where there
	// is none.
	Relative *Relative
	// NoRelative is why Relative is nil although there is a yardstick; NoReason for itself.
	NoRelative Reason
}

// HasMoved reports whether the number of a cell is surely another one. That need not be the
// server's doing.
func (c Cell) HasMoved(confidence float64) bool {
	excludes1 := c.Moved.Low > 1 || c.Moved.High < 1
	return c.Moved.HasInterval() && excludes1 && c.MovedP <= 1-confidence
}

// Relative is the change of a cell beside that of the yardstick, judged together with those of all
// cells.
type Relative = stats.Change

// Shift is the geometric mean of what all cells moved, and the range over the cells.
type Shift struct {
	Ratio     float64
	Low, High float64 // the smallest and the largest of a cell
	Cells     int
	Yardstick float64 // the same of the yardstick's cells alone; 0: there are none
}

// Unlike is a cell that was not asked the same in both records.
type Unlike struct {
	plan.Cell
	Differences []record.Difference // recorded is old, now is new; named by the keys of the spec
}

// Invalid is a cell whose data cannot be used.
type Invalid struct {
	plan.Cell
	InOld, InNew bool
}

// Changed is a server that is not what it was: its command, its files, its version.
type Changed struct {
	Server      string
	Differences []record.Difference // recorded is old, now is new
}

// Reason is why there is no yardstick, or why it may not be one.
type Reason string

// The reasons.
const (
	NoReason      Reason = ""
	NoModel       Reason = "no-model"        // no server of both is a model of labbook
	OtherLabbook  Reason = "other-labbook"   // the models are of another labbook
	ChangedServer Reason = "changed"         // the named yardstick differs
	OneServer     Reason = "only-yardstick"  // there is no other server to judge
	Unknown       Reason = "unknown-labbook" // a record does not tell which labbook measured it

	NotInOld         Reason = "not-in-old"        // the older record lacks the spec's yardstick
	NotAskedAlike    Reason = "asked-otherwise"   // the yardstick was asked in another way
	NoRounds         Reason = "imported"          // imported trials have no rounds
	NoFiles          Reason = "unknown-files"     // a record does not tell the yardstick's files
	InvalidYardstick Reason = "invalid-yardstick" // at this level, in one of the records
)
