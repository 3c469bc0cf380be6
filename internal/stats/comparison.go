package stats

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/plan"
)

// Comparison is the throughput of a server as a ratio to the baseline's, other ÷ baseline, at one
// level. It is paired by round: what the machine did to a whole round cancels in the ratio.
type Comparison struct {
	Server string
	Level  plan.Level

	// Unpaired reports that the trials were imported. They have no rounds: Below and Above are 0.
	Unpaired bool

	N     int // rounds in which both trials are clean; if Unpaired, trials of the smaller sample
	Below int // rounds in which the ratio is below 1
	Above int // rounds in which the ratio is above 1

	Ratio      float64 // the Hodges–Lehmann estimate
	Low, High  float64 // the ends of its interval; valid only if HasInterval
	Confidence float64 // of that interval: at least the requested one
	P          float64 // of the signed-rank test that the ratio is 1, two-sided and exact
	Adjusted   float64 // P, adjusted for all comparisons of the record; valid only if Tested
	Verdict    Verdict

	// BySigns reports that a side has two modes, so that Ratio is the median of the rounds' ratios,
	// and its interval and P come from the sign test, which assumes no symmetry.
	BySigns bool
	// Widening is the factor by which the interval of the ratio's logarithm was widened, because
	// rounds depend on each other; 0: it was not.
	Widening float64
	// Dependent reports that rounds depend on each other so much that as many independent ones
	// would be too few for a verdict, so it is Inconclusive.
	Dependent bool

	// notEquivalent is the p-value of the tests that the ratio is not within the margin, two-sided
	// like P. It is first that of this comparison, then that of its family.
	notEquivalent float64
	// center is the logarithm of Ratio, before it was rounded to that, for a ratio paired by round.
	center float64
	// logs are the logarithms of the rounds' ratios, and rounds their rounds; nil if Unpaired.
	logs   []float64
	rounds []int
	// pairs are the differences of the logarithms of two samples; empty unless Unpaired.
	pairs rankSum

	// Runs are the ratios of the runs, each as a report of that run alone would have it. It is nil
	// if the experiment has one run; otherwise Ratio is their geometric mean, and Low, High and P
	// are those of Student's t.
	Runs  []RunEstimate
	byRun *byRun // of the logarithms; nil if Runs is

	// OpenLow and OpenHigh report that the interval has no such end, because a capacity was beyond
	// the rates. Low and High are then the smallest and the largest ratio of a round.
	OpenLow, OpenHigh bool
	// least and most are what the ratio of two capacities is at least, and at most; nil of others.
	least, most *Comparison
	// Between coarseLow and coarseHigh is what the rates leave open of a ratio of capacities.
	coarseLow, coarseHigh float64
	coarse                bool // so that no number of rounds gives a verdict

	// Limited is which side the generator or the network limited, or the rates of a capacity. It
	// decides what the ratio can prove.
	Limited Limited
	// ByNetwork reports that an interface between the machines was the limit, and no generator.
	ByNetwork bool
	// WithinControl reports that the ratio lies within the control's interval, so the verdict is
	// Inconclusive instead of Faster or Slower.
	WithinControl bool

	// RoundsNeeded is how many rounds would settle an inconclusive comparison in four of five
	// experiments, see Needed; 0 if no number up to MaxRoundsNeeded would.
	RoundsNeeded int
	// RunsNeeded is the same for an experiment of several runs, which has no RoundsNeeded.
	RunsNeeded int
}

// HasInterval reports whether there were enough rounds for an interval. For 95 % that is six; with
// several runs, it is two runs.
func (c Comparison) HasInterval() bool { return c.Confidence > 0 }

// Tested reports whether something is inferred from the comparison, so that Adjusted is valid.
func (c Comparison) Tested() bool {
	return c.HasInterval() && c.Verdict != AtArrivalRate && c.Verdict != Withheld
}

// HasVerdict reports whether anything is said of the comparison but its numbers.
func (c Comparison) HasVerdict() bool { return c.Verdict != NoVerdict && c.Verdict != Withheld }

// compareThroughputs compares a cell with the baseline's at its level.
func (m inference) compareThroughputs(cell, base Cell, margin float64) Comparison {
	other, baseline := cell.Of(Throughput).Sample, base.Of(Throughput).Sample
	c := m.compare(other, baseline)
	switch {
	case c.Unpaired:
		c.notEquivalent = notEquivalentRankSum(other.Values, baseline.Values, math.Log1p(margin))
	case c.byRun != nil:
		c.notEquivalent = c.byRun.notEquivalentP(math.Log1p(margin))
	default:
		logs := logRatios(other, baseline)
		c.notEquivalent = m.notEquivalentP(logs, c.center, math.Log1p(margin))
	}
	c.Server, c.Level = cell.Server, cell.Level
	if cell.atArrivalRate() && base.atArrivalRate() {
		c.Verdict = AtArrivalRate
		return c
	}

	if cell.isCapacity() && base.isCapacity() && !c.Unpaired {
		m.compareCapacities(&c, cell, base, math.Log1p(margin))
		c.Server, c.Level = cell.Server, cell.Level
	}
	by, baseBy := cell.LimitedBy(Throughput), base.LimitedBy(Throughput)
	c.Limited = limitedSide(by != "" || c.OpenHigh, baseBy != "" || c.OpenLow, c.Ratio > 1)
	full := by == NetworkBound || baseBy == NetworkBound
	c.ByNetwork = full && by != GeneratorBound && baseBy != GeneratorBound
	return c
}

// limitedSide returns which side of a ratio is limited, if it may be higher or lower in truth.
func limitedSide(mayBeHigher, mayBeLower, above bool) Limited {
	switch {
	case mayBeHigher && mayBeLower:
		return BothSides
	case mayBeHigher == mayBeLower:
		return NoSide
	case mayBeHigher == above:
		return FasterSide
	}
	return SlowerSide
}

// Limited is the side of a comparison that was as fast as the generator or the network, and may in
// truth be faster. The capacity of a side may be beyond the rates at which it was measured.
type Limited string

// The sides. If it is the faster one alone, the true ratio is further from 1. If it is the slower
// one or both, the true ratio may be nearer to 1, or beyond it.
const (
	NoSide     Limited = ""
	FasterSide Limited = "faster"
	SlowerSide Limited = "slower"
	BothSides  Limited = "both"
)

// compare pairs two samples by round, or compares them without pairs if they have none. If they
// have no common round, N is 0 and nothing else is set.
//
// The estimate is made of the logarithms of the ratios. Their distribution is about symmetric, as
// HodgesLehmann requires, because other ÷ baseline and baseline ÷ other differ only in the sign.
func (m inference) compare(other, baseline Sample) Comparison {
	if other.Unpaired || baseline.Unpaired {
		return compareUnpaired(other, baseline, m.confidence)
	}
	logs := logRatios(other, baseline)
	c := Comparison{N: len(logs), logs: logs, rounds: pairedRounds(other, baseline)}
	if c.N == 0 {
		return c
	}
	for _, l := range logs {
		switch {
		case l < 0:
			c.Below++
		case l > 0:
			c.Above++
		}
	}

	if runs := pairedRuns(other, baseline); runs != nil {
		c.compareRuns(logs, runs, m.confidence)
		return c
	}
	estimate := m.locate(logs)
	c.Ratio = math.Exp(estimate.Center)
	c.center = estimate.Center
	c.P = m.p(logs, c.center)
	c.BySigns = m.bySigns
	if m.widening > 1 {
		c.Widening = m.widening
	}
	if estimate.Confidence > 0 {
		c.Low = math.Exp(estimate.Low)
		c.High = math.Exp(estimate.High)
		c.Confidence = estimate.Confidence
	}
	return c
}

// logRatios returns log(other ÷ baseline) for each round that both samples have. All values must be
// positive.
func logRatios(other, baseline Sample) []float64 {
	var logs []float64
	for i, round := range other.Rounds {
		if j, ok := slices.BinarySearch(baseline.Rounds, round); ok {
			logs = append(logs, math.Log(other.Values[i]/baseline.Values[j]))
		}
	}
	return logs
}

// pairedRounds returns the round of each ratio of logRatios.
func pairedRounds(other, baseline Sample) []int {
	var rounds []int
	for _, round := range other.Rounds {
		if _, ok := slices.BinarySearch(baseline.Rounds, round); ok {
			rounds = append(rounds, round)
		}
	}
	return rounds
}
