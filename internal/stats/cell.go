package stats

import (
	"cmp"
	"slices"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
)

// State says what may be done with a cell's numbers.
type State string

// A Valid cell may be claimed from; a Suspect one with its warning beside it; an Invalid one has no
// point on a curve and no comparison, but keeps its row, its capture and its reason.
const (
	Valid   State = "valid"
	Suspect State = "suspect"
	Invalid State = "invalid"
)

// Cell holds what is known of one combination of server and level.
type Cell struct {
	plan.Cell
	State State

	// Codes make the cell suspect although its trials are clean. Notes change nothing, but a reader
	// should know them.
	Codes []Code
	Notes []Code

	Rounds int // planned: the number of trials that there should be
	Trials int // in the record

	// Summaries has no entry for a metric that is not known.
	Summaries map[*Metric]Summary

	// MedianPercentiles are the medians of the 101 percentiles of the response time, in
	// milliseconds; nil if they are not known.
	MedianPercentiles []float64

	// Table is the trial that stands for the cell in tables and captures; nil if none reported.
	Table *record.Result

	// These are summed over all trials, clean or not.
	Failed     int // ab's failed requests
	Non2xx     int // answers outside 2xx, expected or not
	Unexpected int // answers of unexpected status
	Complete   int // answers
	Unsent     int // arrivals of an open loop that could not be sent

	// GivenUp reports that the cell failed too often in a row, so the rest of its trials was not
	// tried.
	GivenUp bool

	clean       []record.Result // in the order of the rounds
	host        record.Ticks    // of the machine, over the clean trials
	retransmits int             // clean trials in which a SYN was probably lost
	trend       trend           // valid only if trended
	trended     bool            // there were enough trials for a trend
	doubts      []codedDoubt    // other than those of trials that failed
}

// Of returns the summary of a metric. Its N is 0 where the metric is not known.
func (c Cell) Of(metric *Metric) Summary { return c.Summaries[metric] }

// Clean returns the number of clean trials. Every one of them has a throughput.
func (c Cell) Clean() int { return c.Of(Throughput).N }

func newCell(rec *record.Record, place plan.Cell) Cell {
	e := rec.Experiment
	trials := rec.ForCell(place)
	var clean, ended []record.Result
	cell := Cell{Cell: place, Rounds: e.Design.Rounds, Trials: len(trials)}
	for _, trial := range trials {
		if m := trial.Measurement(); m != nil {
			cell.Failed += m.Failed
			cell.Non2xx += m.Non2xx
			cell.Complete += m.Complete
			cell.Unsent += m.Unsent
			cell.Unexpected += rec.Unexpected(trial)
		}
		cell.GivenUp = cell.GivenUp || trial.Outcome == record.GivenUp
		if trial.Outcome == record.Ended {
			ended = append(ended, trial)
		}
		if rec.Clean(trial) {
			clean = append(clean, trial)
		}
	}
	cell.Summaries = map[*Metric]Summary{}
	for _, metric := range slices.Concat(Metrics, unreported) {
		from := clean
		if metric.ended {
			from = ended
		}
		if sample := newSample(from, metric); len(sample.Values) > 0 {
			cell.Summaries[metric] = Summarise(sample, e.Design.Confidence)
		}
	}
	cell.clean = clean
	cell.host = ticks(clean)
	cell.retransmits = retransmits(clean)
	cell.MedianPercentiles = medianPercentiles(clean)
	cell.trend, cell.trended = trendOf(clean)
	cell.Table = representative(clean)
	if cell.Table == nil {
		cell.Table = representative(trials)
	}
	return cell
}

// doubt settles what is doubted of the cells, and with that their states. It is done for all
// together: a trend is one only if it is certain among all cells.
func doubt(rec *record.Record, cells []Cell) {
	e := rec.Experiment
	w := locale.For(e.Language)
	for i := range cells {
		cell := &cells[i]
		cell.doubts = append(bodyDoubts(rec, *cell, e.Design.Baseline), suspicions(*cell, e)...)
		cell.doubts = append(cell.doubts, hostDoubts(*cell, w)...)
		cell.doubts = append(cell.doubts, generatorDoubts(*cell, e, rec.Environment.Cores)...)
	}
	addTrends(cells, e.Design.Margin, w)
	for i := range cells {
		cell := &cells[i]
		for _, d := range cell.doubts {
			if d.code.Note() {
				cell.Notes = append(cell.Notes, d.code)
			} else {
				cell.Codes = append(cell.Codes, d.code)
			}
		}
		cell.State = judge(*cell)
	}
}

// judge tells the state of a cell: invalid if any answer had an unexpected status, if it was given
// up, or if too few trials are clean for what is left to stand for all; suspect if any trial is not
// clean, or by a code of what the server did after its load.
func judge(c Cell) State {
	switch {
	case c.Unexpected > 0 || c.GivenUp || c.Clean() < leastClean(c.Rounds):
		return Invalid
	case c.Clean() < c.Rounds || len(c.Codes) > 0:
		return Suspect
	}
	return Valid
}

// leastClean is how many clean trials a cell needs: six, which is the least for a 95 % interval, or
// four of five where that is more; and all of them where fewer than six were planned.
func leastClean(rounds int) int {
	return min(rounds, max(6, (4*rounds+4)/5))
}

// representative gives the trial with the median throughput, the lower of two, so that every number
// of a table's row comes from one call of ab that really happened. Trials without a report do not
// count; equal throughputs go by the order of the run.
func representative(trials []record.Result) *record.Result {
	var reported []record.Result
	for _, trial := range trials {
		if trial.Measurement() != nil {
			reported = append(reported, trial)
		}
	}
	if len(reported) == 0 {
		return nil
	}
	slices.SortStableFunc(reported, func(a, b record.Result) int {
		return cmp.Or(
			cmp.Compare(a.Measurement().RequestsPerSecond, b.Measurement().RequestsPerSecond),
			cmp.Compare(a.Order, b.Order))
	})
	return &reported[(len(reported)-1)/2]
}
