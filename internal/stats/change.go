package stats

import "labbook.example/labbook/internal/plan"

// Change is by what factor a number of a cell changed from one record to another, relative to that
// of a yardstick, and judged together with others.
type Change struct {
	Shift
	Adjusted float64 // the p-value after Holm's correction over all that are judged with it
	Verdict  Verdict

	// Limited is what the generator limited, or the rates of a capacity: FasterSide if the true
	// ratio can only be further from 1, SlowerSide if it may be nearer to 1 or beyond it, BothSides
	// if either may be.
	Limited   Limited
	ByNetwork bool // see Comparison.ByNetwork
	// Dependent reports that rounds depend on each other so much that as many independent ones
	// would be too few for a verdict, so it is Inconclusive.
	Dependent bool
}

// Pair is two records of one experiment, whose numbers are compared.
type Pair struct {
	Older, Newer *Analysis
	Yardstick    string // a server of both; "": there is none
}

// confidence returns that of the newer record's spec.
func (p Pair) confidence() float64 { return p.Newer.Confidence }

// Moved returns by what factor a metric of a cell changed by itself.
func (p Pair) Moved(place plan.Cell, metric *Metric) Shift {
	moved := func(older, newer *Metric) Shift {
		return newShift(p.Older.logsOf(place, older), p.Newer.logsOf(place, newer), p.confidence())
	}
	s := moved(metric, metric)
	if isCapacity(place, metric) {
		s.bound(
			moved(capacityAtMost, capacityAtLeast), moved(capacityAtLeast, capacityAtMost),
			moved(bracketHigh, bracketLow), moved(bracketLow, bracketHigh),
		)
	}
	return s
}

// isCapacity reports whether a metric of a cell is a capacity.
func isCapacity(place plan.Cell, metric *Metric) bool {
	return metric == Throughput && place.Level.Kind == plan.Capacity
}

// Change returns by what factor a metric of a cell changed relative to that of the yardstick at its
// level, without a verdict. Its Old or New is 0 if that is not known.
func (p Pair) Change(place plan.Cell, metric *Metric) Change {
	c := Change{Shift: p.relative(place, metric, metric)}
	l := p.limits(place, metric)
	if isCapacity(place, metric) {
		p.boundCapacity(&c.Shift, place)
		l = l.withOpen(c.OpenLow, c.OpenHigh)
	}
	c.Limited = limitedSide(l.mayBeMore != NoReason, l.mayBeLess != NoReason, c.Ratio > 1)
	c.ByNetwork = l.has(LimitedByNetwork) && !l.has(LimitedByGenerator)
	return c
}

func (p Pair) yardstick(place plan.Cell) plan.Cell {
	return plan.Cell{Server: p.Yardstick, Level: place.Level}
}

// relative returns the shift of a cell relative to the yardstick. If the metrics differ, it is that
// from the quotient other ÷ metric of the older record to metric ÷ other of the newer one.
func (p Pair) relative(place plan.Cell, metric, other *Metric) Shift {
	to := p.yardstick(place)
	older := p.Older.logRatios(place, to, other, metric)
	newer := p.Newer.logRatios(place, to, metric, other)
	return newShift(older, newer, p.confidence())
}

// bounds returns the least and the most that a relative shift can be. They are the same but of mean
// response times and capacities, which are known within bounds.
func (p Pair) bounds(place plan.Cell, metric *Metric) (least, most Shift) {
	if isCapacity(place, metric) {
		return p.relative(place, capacityAtLeast, capacityAtMost),
			p.relative(place, capacityAtMost, capacityAtLeast)
	}
	if metric == MeanTime && !p.oneMean(place) {
		return p.relative(place, MeanTime, MeanAtMost), p.relative(place, MeanAtMost, MeanTime)
	}
	s := p.relative(place, metric, metric)
	return s, s
}

// boundCapacity sets the interval of the relative shift of a capacity.
func (p Pair) boundCapacity(s *Shift, place plan.Cell) {
	least, most := p.bounds(place, Throughput)
	s.bound(least, most,
		p.relative(place, bracketLow, bracketHigh), p.relative(place, bracketHigh, bracketLow))
}

// oneMean reports whether the mean response times of a cell and of the yardstick are one figure
// each, in both records.
func (p Pair) oneMean(place plan.Cell) bool {
	to := p.yardstick(place)
	return p.Older.Cell(place).OneMean() && p.Older.Cell(to).OneMean() &&
		p.Newer.Cell(place).OneMean() && p.Newer.Cell(to).OneMean()
}

// limits returns why the truth about a relative shift may be more than was measured, or less.
//
// A yardstick that the generator limited in both records does not limit the shift. Its number then
// tells how fast the machine runs the generator, which is the same program in both as well, and
// that is all that a yardstick is for. How fast it could have answered does not matter.
func (p Pair) limits(place plan.Cell, metric *Metric) limits {
	to := p.yardstick(place)
	then, now := limitsOf(*p.Older.Cell(to), metric), limitsOf(*p.Newer.Cell(to), metric)
	byGenerator := then.mayBeMore == LimitedByGenerator || then.mayBeLess == LimitedByGenerator
	if then == now && byGenerator {
		then, now = limits{}, limits{}
	}
	older := limitsOf(*p.Older.Cell(place), metric).dividedBy(then)
	newer := limitsOf(*p.Newer.Cell(place), metric).dividedBy(now)
	return newer.dividedBy(older)
}

// JudgeChanges sets the adjusted p-values and the verdicts of a family of changes, by the rules of
// the comparisons of one record. Those of fewer rounds than an interval of a median needs have no
// verdict, and count for no other one. A response time that has become shorter is Faster.
func JudgeChanges(family []*Change, metric *Metric, confidence, margin float64) {
	comparisons := make([]Comparison, len(family))
	for i, change := range family {
		comparisons[i] = change.comparison(metric, confidence, margin)
	}
	decide(comparisons, confidence, margin)
	for i, c := range comparisons {
		family[i].Adjusted, family[i].Verdict = c.Adjusted, c.Verdict
		family[i].Dependent = c.Dependent
	}
}

// comparison returns the change as a comparison of throughputs.
func (c *Change) comparison(metric *Metric, confidence, margin float64) Comparison {
	limit := 1 + margin
	comparison := Comparison{
		Unpaired:      true,
		N:             min(c.Old, c.New),
		Ratio:         c.Ratio,
		Low:           c.Low,
		High:          c.High,
		P:             c.P,
		Widening:      c.Widening,
		Limited:       c.Limited,
		notEquivalent: min(1, 2*max(c.PAtMost(1/limit), c.PAtLeast(limit))),
	}
	if metric.Unit == Milliseconds {
		comparison.Ratio = 1 / c.Ratio
		comparison.Low, comparison.High = 1/c.High, 1/c.Low
	}
	if c.isTested(confidence) {
		comparison.Confidence = c.Confidence
	}
	return comparison
}

// AdjustedP returns the p-values of shifts after Holm's correction over all that have an interval;
// 1 of the others.
func AdjustedP(shifts []Shift) []float64 {
	var tested []int
	var values []float64
	adjusted := make([]float64, len(shifts))
	for i, s := range shifts {
		adjusted[i] = 1
		if s.HasInterval() {
			tested = append(tested, i)
			values = append(values, s.P)
		}
	}
	for i, p := range holm(values) {
		adjusted[tested[i]] = p
	}
	return adjusted
}
