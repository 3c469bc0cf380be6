package spec

// Expectation is one [[expect]]: a bound on a number of the servers under test. Every level of
// every server that it names is checked by itself. A ratio to the baseline is not of the baseline.
type Expectation struct {
	Metric string // of ExpectationMetrics or ExpectationCounts, as results.json has it: "p99_ms"
	Server string // "": every server; never the control
	Levels []int  // some of the experiment's levels; nil: all
	Bound  Bound
	Limit  float64 // in the metric's unit; of a ratio, without one; above 0, of a count also 0
	Than   Than    // what a ratio is to; NoRatio of a number
	Why    string  // the author's reason, one line; may be empty
	Line   int     // of its [[expect]], from 1
}

// Bound is the side on which a number must be. Its value is the key of the spec.
type Bound string

// The bounds. A number that equals the limit is as expected.
const (
	AtLeast      Bound = "at_least"
	AtMost       Bound = "at_most"
	RatioAtLeast Bound = "ratio_at_least"
	RatioAtMost  Bound = "ratio_at_most"
)

// Lower reports whether the limit is the least that is allowed; otherwise it is the most.
func (b Bound) Lower() bool { return b == AtLeast || b == RatioAtLeast }

// OfRatio reports whether the limit is that of a ratio.
func (b Bound) OfRatio() bool { return b == RatioAtLeast || b == RatioAtMost }

// Than is what a ratio is to.
type Than string

// ThanBaseline is the experiment's baseline at the same level and in the same rounds. ThanBefore is
// an earlier version of the same server: the one beside which --against measures it, or that of the
// older record in a comparison.
const (
	NoRatio      Than = ""
	ThanBaseline Than = "baseline"
	ThanBefore   Than = "before"
)
