package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// An experiment may repeat all of its rounds as several runs, each with fresh servers. The rounds
// of a run share what was drawn once for it, such as the memory that a process got. They are not
// independent of each other, and more of them do not narrow what is known beyond their run. The run
// is then the unit: each one is estimated on its own, as a report of it alone would, and the
// estimates are the sample, with Student's t (Kalibera and Jones, Rigorous benchmarking in
// reasonable time, ISMM 2013).
//
// That is so whether or not the runs differ. A test that pools the rounds where it sees no
// difference misses what it cannot see: its 95 % intervals contained the truth in as few as 78 % of
// simulated experiments. TestCoverageOfRuns and bench/verdicts have the numbers.

// RunEstimate is what one run alone comes to.
type RunEstimate struct {
	Run   int     // from 1
	N     int     // rounds of a comparison, clean trials of a summary
	Value float64 // a ratio, or a median in the metric's unit
}

// byRun holds the estimates of the runs that have one, in the order of the runs.
type byRun struct {
	runs    []int
	sizes   []int     // values of each run
	centers []float64 // the estimate of each run

	within  float64 // standard deviation of the values within a run, pooled over the runs
	freedom int     // degrees of freedom of within; 0 if it is not known
}

// splitByRun estimates each run on its own. The values of a run are consecutive, and there is at
// least one value.
func splitByRun(values []float64, runs []int, center func([]float64) float64) byRun {
	var split byRun
	var groups [][]float64
	for first := 0; first < len(values); {
		last := first
		for last < len(values) && runs[last] == runs[first] {
			last++
		}
		group := values[first:last]
		split.runs = append(split.runs, runs[first])
		split.sizes = append(split.sizes, len(group))
		split.centers = append(split.centers, center(group))
		split.freedom += len(group) - 1
		groups = append(groups, group)
		first = last
	}
	split.within, _ = pooledSpread(groups)
	return split
}

// estimates returns the estimates of the runs, each as a function of its centre.
func (b byRun) estimates(of func(float64) float64) []RunEstimate {
	all := make([]RunEstimate, len(b.runs))
	for i, run := range b.runs {
		all[i] = RunEstimate{run, b.sizes[i], of(b.centers[i])}
	}
	return all
}

// deviation returns the standard deviation of the runs' estimates; 0 of one run.
func (b byRun) deviation() float64 {
	spread, _ := pooledSpread([][]float64{b.centers})
	return spread
}

// studentsT is Student's t distribution of the mean of so many runs: two or more.
func studentsT(runs int) distuv.StudentsT {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(runs - 1)}
}

// location returns the mean of the runs' estimates. It has an interval from two runs on.
func (b byRun) location(confidence float64) Location {
	l := Location{Center: mean(b.centers)}
	if n := len(b.centers); n >= 2 {
		half := studentsT(n).Quantile((1+confidence)/2) * b.deviation() / math.Sqrt(float64(n))
		l.Low, l.High, l.Confidence = l.Center-half, l.Center+half, confidence
	}
	return l
}

// above returns the p-value of the one-sided t test that the mean of all possible runs is not
// above a limit. There must be at least two runs.
func (b byRun) above(limit float64) float64 {
	distance := mean(b.centers) - limit
	if math.Abs(distance) < tieDistance {
		return 0.5 // also without any spread
	}
	// Without any spread the quotient is infinite, and the result 0 or 1.
	n := len(b.centers)
	return studentsT(n).Survival(distance / (b.deviation() / math.Sqrt(float64(n))))
}

// p returns the two-sided p-value of the t test that the mean of all possible runs is 0. It is at
// most 1 − C exactly where the interval of location with confidence C excludes 0. One run proves
// nothing.
func (b byRun) p() float64 {
	if len(b.centers) < 2 {
		return 1
	}
	above := b.above(0)
	return min(1, 2*min(above, 1-above))
}

// notEquivalentP returns the p-value of the two one-sided t tests that the mean of all possible
// runs is −margin or less, or margin or more, as notEquivalentP does for rounds.
func (b byRun) notEquivalentP(margin float64) float64 {
	if len(b.centers) < 2 {
		return 1
	}
	return min(1, 2*max(b.above(-margin), 1-b.above(margin)))
}

// between returns the standard deviation of the runs beyond what their rounds explain, tau: that of
// an analysis of variance, and 0 where the runs differ by no more than chance would let them. ok is
// false if that cannot be told: with one run, or with one round in each.
func (b byRun) between() (tau float64, ok bool) {
	if len(b.centers) < 2 || b.freedom == 0 {
		return 0, false
	}
	ofRounds := 0.0 // variance of the runs' estimates that their rounds explain
	for _, n := range b.sizes {
		ofRounds += b.within * b.within / float64(n) * centerVariance(n) / float64(len(b.sizes))
	}
	return math.Sqrt(max(0, b.deviation()*b.deviation()-ofRounds)), true
}

// centerVariance returns the variance of the Hodges–Lehmann estimate of n normal values, compared
// with that of their mean. Of one or two values it is their mean.
func centerVariance(n int) float64 {
	if n <= 2 {
		return 1
	}
	return 1 / signedRankEfficiency
}

// compareRuns completes a comparison by the ratios of its runs. logs are the logarithms of the
// ratios round by round, and runs is the run of each.
func (c *Comparison) compareRuns(logs []float64, runs []int, confidence float64) {
	split := splitByRun(logs, runs, func(run []float64) float64 {
		return HodgesLehmann(run, confidence).Center
	})
	location := split.location(confidence)
	c.Ratio = math.Exp(location.Center)
	c.P = split.p()
	c.Runs = split.estimates(math.Exp)
	c.byRun = &split
	if location.Confidence > 0 {
		c.Low, c.High = math.Exp(location.Low), math.Exp(location.High)
		c.Confidence = location.Confidence
	}
}

// Between returns how much the ratio differs from run to run beyond what its rounds explain, as a
// relative standard deviation: 0.03 is 3 %. ok is false if that is not known.
func (c Comparison) Between() (tau float64, ok bool) {
	if c.byRun == nil {
		return 0, false
	}
	return c.byRun.between()
}

// Within returns how much the ratio differs from round to round of a run, as a relative standard
// deviation. ok is false if that is not known, as with one round in each run.
func (c Comparison) Within() (spread float64, ok bool) {
	if c.byRun == nil {
		return 0, false
	}
	return c.byRun.within, c.byRun.freedom > 0
}

// pairedRuns returns the run of each ratio of logRatios. It is nil if the experiment has one run.
func pairedRuns(other, baseline Sample) []int {
	if other.Runs == nil {
		return nil
	}
	var runs []int
	for i, round := range other.Rounds {
		if slices.Contains(baseline.Rounds, round) {
			runs = append(runs, other.Runs[i])
		}
	}
	return runs
}

// summariseRuns completes a summary by the medians of its runs: the median becomes their mean, with
// the interval of Student's t. What cannot be negative has no interval that is.
func (s *Summary) summariseRuns(confidence float64) {
	split := s.medianByRun()
	location := split.location(confidence)
	s.Runs = split.estimates(func(v float64) float64 { return v })
	s.Median = location.Center
	s.Low, s.High, s.Confidence = location.Low, location.High, location.Confidence
	if s.Min >= 0 {
		s.Low = max(0, s.Low)
	}
}

// medianByRun returns the medians of the runs.
func (s Summary) medianByRun() byRun {
	return splitByRun(s.Sample.Values, s.Sample.Runs, func(run []float64) float64 {
		return median(slices.Sorted(slices.Values(run)))
	})
}

// SeveralRuns reports whether the run is the unit of all that is inferred.
func (a *Analysis) SeveralRuns() bool { return a.Runs > 1 }

// MinRunsForMachine is from how many runs on a statement may be about the machine, rather than
// about these runs. Two estimates leave the interval of a mean wider than most differences.
const MinRunsForMachine = 3

// DetectableInDeviations returns how many standard deviations of the runs' ratios a difference must
// have so that so many runs prove it, with Holm's correction for a number of comparisons. There
// must be at least two runs.
func DetectableInDeviations(runs, comparisons int, confidence float64) float64 {
	errors := (1 - confidence) / 2 / float64(comparisons)
	return studentsT(runs).Quantile(1-errors) / math.Sqrt(float64(runs))
}
