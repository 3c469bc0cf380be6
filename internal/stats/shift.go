package stats

import (
	"math"

	"labbook.example/labbook/internal/plan"
)

// A second record is another occasion. Its rounds have no counterpart in those of the first, so two
// records are compared as two samples: of the logarithms of a metric, or of its ratios to another
// server's in the same rounds, from which cancels what the machine did to both.
//
// The estimate is the median of all differences between a value of the one and a value of the
// other (Hodges and Lehmann, 1963), with the interval and the p-values of the exact rank-sum test,
// as in unpaired.go. They assume that both samples have one distribution but for the shift, and not
// that it is symmetric: two modes, if both records have them, need no other test.

// Shift is by what factor the values of one sample differ from those of another one that was not
// measured with it: the two-sample Hodges–Lehmann estimate of their logarithms. If one of the
// records has several runs, the values are those of the runs, and it is the difference of their
// means.
type Shift struct {
	Ratio      float64 // new ÷ old
	Low, High  float64 // the ends of its interval; valid only if Confidence is not 0
	Confidence float64 // of that interval: at least the requested one; 0: too few values for it
	P          float64 // of the exact rank-sum test that the ratio is 1, two-sided
	Old, New   int     // how many values either sample has
	ByRun      bool    // the values are runs, and the test is Student's

	// Widening is the factor by which the interval of the logarithm was widened, because rounds
	// depend on each other; 0: it was not.
	Widening float64

	// OpenLow and OpenHigh report that the interval has no such end, because a capacity was beyond
	// the rates. Low and High are then the estimate.
	OpenLow, OpenHigh bool
	// least and most are what the shift of a capacity is at least, and at most; nil of others.
	least, most *Shift

	// The tests count the same values as the interval and never contradict it.
	tests  shiftTests
	center float64 // the logarithm of Ratio
}

// shiftTests are one-sided tests of a shift: their results are p-values.
type shiftTests interface {
	atMost(limit float64) float64  // that the shift is the limit or less
	atLeast(limit float64) float64 // that the shift is the limit or more
}

// logs holds the logarithms of a metric of a cell, or of its ratios to another cell's: one for each
// round, in their order.
type logs struct {
	values   []float64
	runs     []int   // the run of each value; nil if the experiment has one
	widening float64 // because rounds depend on each other; 0: they do not
}

// logsOf returns the logarithms of a metric in the clean trials of a cell. Values that are not
// positive have none.
func (a *Analysis) logsOf(place plan.Cell, metric *Metric) logs {
	s := a.cleanSample(place, metric)
	l := logs{runs: s.Runs, widening: a.widening()}
	for _, v := range s.Values {
		l.values = append(l.values, math.Log(v))
	}
	return l
}

// logRatios returns the logarithms of the ratios of a cell's metric to one of another cell of the
// same record, paired by round. Imported trials have none: they have no rounds.
func (a *Analysis) logRatios(place, to plan.Cell, ours, theirs *Metric) logs {
	other, base := a.cleanSample(place, ours), a.cleanSample(to, theirs)
	if other.Unpaired || base.Unpaired {
		return logs{}
	}
	return logs{logRatios(other, base), pairedRuns(other, base), a.widening()}
}

// cleanSample returns the values of a metric in the clean trials of a cell that have a logarithm.
func (a *Analysis) cleanSample(place plan.Cell, metric *Metric) Sample {
	cell := a.Cell(place)
	if cell == nil {
		return Sample{}
	}
	s := newSample(cell.trials(metric), metric).positive()
	if metric.Unit == Milliseconds && s.isCoarse() {
		return Sample{Unpaired: s.Unpaired}
	}
	return s
}

// widening returns the factor by which rounds that depend on each other widen intervals; 0 if they
// do not.
func (a *Analysis) widening() float64 {
	if a.Correlation.Found() && a.Correlation.Widening > 1 {
		return a.Correlation.Widening
	}
	return 0
}

// newShift compares two samples of two records. Old or New is 0 if one of them has no value; then
// nothing else is set.
func newShift(older, newer logs, confidence float64) Shift {
	s := Shift{Old: len(older.values), New: len(newer.values)}
	if s.Old == 0 || s.New == 0 {
		return s
	}

	var estimate Location
	if older.runs != nil || newer.runs != nil {
		runs := meansOfRuns{older.centers(confidence), newer.centers(confidence)}
		s.Old, s.New, s.ByRun = len(runs.older), len(runs.newer), true
		s.tests, estimate = runs, runs.location(confidence)
	} else {
		rounds := newRankSum(newer.values, older.values, minusLogs)
		s.tests, estimate = rounds, rounds.location(confidence)
		s.Widening = widenBoth(older, newer)
	}
	if w := s.Widening; w > 1 && estimate.Confidence > 0 {
		estimate.Low = estimate.Center - w*(estimate.Center-estimate.Low)
		estimate.High = estimate.Center + w*(estimate.High-estimate.Center)
	}

	s.center, s.Ratio = estimate.Center, math.Exp(estimate.Center)
	if estimate.Confidence > 0 {
		s.Low, s.High = math.Exp(estimate.Low), math.Exp(estimate.High)
		s.Confidence = estimate.Confidence
	}
	s.P = min(1, 2*min(s.PAtMost(1), s.PAtLeast(1)))
	return s
}

// PAtMost returns the p-value of the one-sided test that the true ratio is a limit or less. It is
// 1 if there are no values.
func (s Shift) PAtMost(ratio float64) float64 {
	switch {
	case s.least != nil:
		return s.least.PAtMost(ratio)
	case s.tests == nil:
		return 1
	}
	return s.tests.atMost(s.instead(math.Log(ratio)))
}

// PAtLeast returns the p-value of the one-sided test that the true ratio is a limit or more.
func (s Shift) PAtLeast(ratio float64) float64 {
	switch {
	case s.most != nil:
		return s.most.PAtLeast(ratio)
	case s.tests == nil:
		return 1
	}
	return s.tests.atLeast(s.instead(math.Log(ratio)))
}

// instead returns the limit at which rounds that depend on each other are tested instead of another
// one, as inference.instead does.
func (s Shift) instead(limit float64) float64 {
	return inference{widening: s.Widening}.instead(limit, s.center)
}

// HasInterval reports whether there are enough values for an interval: with 95 %, four rounds of
// each record, or three runs in all.
func (s Shift) HasInterval() bool { return s.Confidence > 0 }

// isTested reports whether something may be inferred: as in one record, not from fewer rounds than
// the interval of a median needs.
func (s Shift) isTested(confidence float64) bool {
	return s.HasInterval() && (s.ByRun || min(s.Old, s.New) >= MinRounds(confidence))
}

// minusLogs returns the difference of two logarithms, and exactly 0 where only rounding keeps it
// from that.
func minusLogs(a, b float64) float64 {
	if d := a - b; math.Abs(d) >= tieDistance {
		return d
	}
	return 0
}

// widenBoth returns by what factor the standard error of a difference is larger than that of
// independent rounds, if the trials of both records vary alike; 0 if it is not.
func widenBoth(older, newer logs) float64 {
	if older.widening == 0 && newer.widening == 0 {
		return 0
	}
	n, m := float64(len(older.values)), float64(len(newer.values))
	w, v := max(1, older.widening), max(1, newer.widening)
	return math.Sqrt((w*w/n + v*v/m) / (1/n + 1/m))
}

// meansOfRuns are the estimates of the runs of two records. The mean of the ones is compared with
// that of the others by Student's t. The runs of both are taken to vary alike, so that one of the
// records may have a single run: then the question is whether it could be one of the others.
type meansOfRuns struct {
	older, newer []float64
}

// centers returns the estimate of each run by itself.
func (l logs) centers(confidence float64) []float64 {
	runs := l.runs
	if runs == nil {
		runs = make([]int, len(l.values))
	}
	return splitByRun(l.values, runs, func(run []float64) float64 {
		return HodgesLehmann(run, confidence).Center
	}).centers
}

func (r meansOfRuns) center() float64 { return mean(r.newer) - mean(r.older) }

// runs is how many runs there would be of one record, with as many degrees of freedom.
func (r meansOfRuns) runs() int { return len(r.older) + len(r.newer) - 1 }

// standardError returns that of the difference of the means.
func (r meansOfRuns) standardError() float64 {
	spread, _ := pooledSpread([][]float64{r.older, r.newer})
	return spread * math.Sqrt(1/float64(len(r.older))+1/float64(len(r.newer)))
}

// location returns the difference with its interval, which needs three runs in all.
func (r meansOfRuns) location(confidence float64) Location {
	l := Location{Center: r.center()}
	if r.runs() >= 2 {
		half := studentsT(r.runs()).Quantile((1+confidence)/2) * r.standardError()
		l.Low, l.High, l.Confidence = l.Center-half, l.Center+half, confidence
	}
	return l
}

func (r meansOfRuns) atMost(limit float64) float64 {
	distance := r.center() - limit
	switch {
	case r.runs() < 2:
		return 1
	case math.Abs(distance) < tieDistance:
		return 0.5 // also without any spread
	}
	return studentsT(r.runs()).Survival(distance / r.standardError())
}

func (r meansOfRuns) atLeast(limit float64) float64 {
	return meansOfRuns{r.newer, r.older}.atMost(-limit)
}
