package stats

import (
	"math"

	"labbook.example/labbook/internal/record"
)

// The more requests arrive, the longer a server takes: whether an objective is met at a rate, and
// by how much, is monotone in the rate, but for noise. Isotonic regression is the monotone sequence
// that is nearest to what was measured. The pool-adjacent-violators algorithm finds it (Barlow,
// Bartholomew, Bremner and Brunk, Statistical Inference under Order Restrictions, 1972; Robertson,
// Wright and Dykstra, Order Restricted Statistical Inference, 1988, 1.2). The capacity of a round
// is where it crosses the objective.

// maxScore limits what a single trial can say against its neighbours: the logarithm of a percentile
// that is half of the objective's limit, or twice as much. A stall of the machine that multiplies
// the percentile by ten counts no more than one that doubles it.
const maxScore = math.Ln2

// ratedTrial is a trial at an arrival rate with its score: by how much it missed the objective, the
// logarithm of the percentile divided by the limit, within ±maxScore. It is 0 or less exactly if
// the objective was met.
type ratedTrial struct {
	record.Result
	score float64
}

// rateTrial returns a trial with its score. A server that did not keep up with the arrivals, or
// with failures, has the highest score, whatever the response times of its answers were. ok is
// false for a trial that says nothing about its rate: the server was not started, a hook failed, or
// the clock was moved.
func rateTrial(rec *record.Record, r record.Result) (trial ratedTrial, ok bool) {
	switch {
	case r.Outcome == record.NotStarted, r.Outcome == record.HookFailed:
		return ratedTrial{}, false
	case r.Outcome == record.Ended && rec.ClockFault(r) != nil:
		return ratedTrial{}, false
	}

	o := *rec.Experiment.Load.Capacity
	trial = ratedTrial{r, maxScore}
	ms, known := ObjectiveMetric(o).value(r)
	share := math.Log(ms * 1e6 / float64(o.Within.Nanoseconds()))
	if MeetsObjective(rec, r, o) {
		trial.score = min(0, max(-maxScore, share))
	} else if known && share > 0 && rec.Clean(r) && keptUpWithin(r, o) {
		trial.score = min(maxScore, share)
	}
	return trial, true
}

// bracket returns the capacity that the trials of a round show, which are sorted by rate. Between
// two rates, the estimate is where a line through the two scores crosses 0, of the logarithm of the
// rate. ok is false if there are no trials.
func bracket(trials []ratedTrial) (found record.Bracket, ok bool) {
	if len(trials) == 0 {
		return record.Bracket{}, false
	}
	scores := make([]float64, len(trials))
	for i, t := range trials {
		scores[i] = t.score
	}
	fitted := isotonic(scores)

	met := 0 // rates up to which the objective was met
	for met < len(fitted) && fitted[met] <= 0 {
		met++
	}
	rate := func(i int) float64 { return float64(trials[i].Level.Value) }
	switch met {
	case 0:
		return record.Bracket{Low: 0, High: rate(0), Estimate: rate(0)}, true
	case len(trials):
		top := rate(met - 1)
		return record.Bracket{Low: top, High: math.Inf(1), Estimate: top}, true
	}
	found = record.Bracket{Low: rate(met - 1), High: rate(met)}
	below, above := fitted[met-1], fitted[met]
	found.Estimate = found.Low * math.Pow(found.High/found.Low, -below/(above-below))
	return found, true
}

// isotonic returns the ascending sequence that has the smallest sum of squared distances to some
// values. Values that are not in order are pooled: each block of them is their mean.
func isotonic(values []float64) []float64 {
	type block struct {
		sum  float64
		size int
	}
	mean := func(b block) float64 { return b.sum / float64(b.size) }
	var blocks []block
	for _, v := range values {
		last := block{v, 1}
		for n := len(blocks); n > 0 && mean(blocks[n-1]) >= mean(last); n-- {
			last.sum += blocks[n-1].sum
			last.size += blocks[n-1].size
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, last)
	}

	fitted := make([]float64, 0, len(values))
	for _, b := range blocks {
		for range b.size {
			fitted = append(fitted, mean(b))
		}
	}
	return fitted
}
