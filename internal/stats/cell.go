package stats

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// State is what may be done with a cell's numbers.
type State string

// The states. Claims may be based on a Valid cell, and on a Suspect one if its warning stands
// beside them. An Invalid cell has no point in a chart and no comparison. It keeps its row in a
// table, its capture and the reason.
const (
	Valid   State = "valid"
	Suspect State = "suspect"
	Invalid State = "invalid"
)

// Cell holds what is known of one combination of server and level.
type Cell struct {
	plan.Cell
	State State

	// Suspicions make the cell suspect even if all of its trials are clean. Notes change nothing,
	// but a reader should know them.
	Suspicions []Code
	Notes      []Code

	Rounds   int // planned: the number of trials that there should be
	Trials   int // in the record
	Requests int // planned, of each trial's load

	// Unknown reports that an imported record has no trial of the cell: only other servers have its
	// level.
	Unknown bool

	// Summaries has no entry for a metric that is not known.
	Summaries map[*Metric]Summary

	// MedianPercentiles are the medians of the 101 percentiles of the response time, in
	// milliseconds; nil if they are not known.
	MedianPercentiles []float64

	// Representative is the trial that represents the cell in tables and captures; nil if no
	// trial has a report.
	Representative *record.Result

	// These are summed over all trials, clean or not.
	Failed     int // ab's failed requests
	Non2xx     int // answers outside 2xx, expected or not
	Unexpected int // answers that were not as expected
	Complete   int // answers
	Unsent     int // arrivals of an open loop that could not be sent

	// GivenUp reports that the cell failed too often in a row, so the rest of its trials was not
	// tried.
	GivenUp bool

	tolerant    bool            // some requests may fail
	random      bool            // the requests of an open loop arrive at random
	clean       []record.Result // in the order of the rounds
	counted     []record.Result // those, and of a capacity the trials of rounds without any
	stations    []station       // the machines of the clean trials, the server's first
	launcher    *LauncherCPU    // what was watched, if that was not the server
	retransmits int             // clean trials in which a SYN was probably lost
	twoModes    bool            // the server has two modes, at this level or at others
	dropping    int             // trials in which attempts to connect were dropped
	drops       Drops           // of these trials
	missedLate  bool            // a capacity's objective was missed where requests were sent late
	doubts      []Doubt         // other than those of trials that failed
}

// Of returns the summary of a metric. Its N is 0 where the metric is not known.
func (c Cell) Of(metric *Metric) Summary { return c.Summaries[metric] }

// Clean returns the number of clean trials. Every one of them has a throughput. Of a capacity, it
// is the number of rounds that have one.
func (c Cell) Clean() int { return c.Of(Throughput).N }

// Dead returns the number of rounds of a capacity in which no trial is clean. Their capacity is
// below the lowest rate.
func (c Cell) Dead() int { return len(c.counted) - len(c.clean) }

// trials returns the trials that tell a metric of a cell, besides those that are told by all that
// ended.
func (c Cell) trials(metric *Metric) []record.Result {
	if metric.round {
		return c.counted
	}
	return c.clean
}

// newCell summarises the trials of a cell.
func newCell(rec *record.Record, place plan.Cell) Cell {
	trials := rec.ForCell(place)
	cell := Cell{
		Cell:     place,
		Rounds:   rec.AllRounds(),
		Trials:   len(trials),
		Requests: rec.Size(place).Requests,
		tolerant: rec.Experiment.Load.AllowedFailures > 0,
		random:   rec.Experiment.Load.RandomArrivals(),
	}

	if rec.Imported != nil {
		// How many there should be is not known. One is missing where there is none.
		cell.Rounds = max(1, len(trials))
		cell.Unknown = len(trials) == 0
	}

	var clean, ended []record.Result
	for _, trial := range trials {
		if m := trial.Measurement(); m != nil {
			cell.Failed += m.Failed
			cell.Non2xx += m.Non2xx
			cell.Complete += m.Complete
			cell.Unsent += m.Unsent
			cell.Unexpected += rec.Unexpected(trial)
		}
		if trial.Outcome == record.GivenUp {
			cell.GivenUp = true
		}
		if trial.Outcome == record.Ended {
			ended = append(ended, trial)
		}
		if rec.Clean(trial) {
			clean = append(clean, trial)
		}
	}

	if ended, cell.launcher = withoutLauncher(ended); cell.launcher != nil {
		clean = withoutUsage(clean)
	}
	cell.clean, cell.counted = clean, clean
	if cell.isCapacity() && len(clean) > 0 {
		cell.counted = roundsOfCapacity(trials)
	}
	cell.Summaries = summaries(cell, ended, rec.Experiment.Design.Confidence)
	cell.MedianPercentiles = medianPercentiles(clean)
	cell.Representative = representative(clean)
	if cell.Representative == nil {
		cell.Representative = representative(trials)
	}

	if cell.isCapacity() && cell.Representative != nil { // each round has a rate of its own
		cell.Requests, _ = rec.Requests(*cell.Representative)
	}
	cell.stations = stationsOf(rec, place.Server, clean)
	cell.dropping, cell.drops = sumDrops(trials)
	cell.retransmits = countRetransmits(clean)
	cell.State = cellState(cell) // as far as its trials alone tell; see settle
	return cell
}

// summaries summarises every metric that is known.
func summaries(cell Cell, ended []record.Result, confidence float64) map[*Metric]Summary {
	all := map[*Metric]Summary{}
	for _, metric := range slices.Concat(Metrics, unreported) {
		trials := cell.trials(metric)
		if metric.ended {
			trials = ended
		}
		if sample := newSample(trials, metric); len(sample.Values) > 0 {
			all[metric] = Summarise(sample, confidence)
		}
	}
	return all
}

// medianPercentiles returns the median of each of the 101 percentiles over the trials that have
// them; nil if none has. The result is the distribution of a typical trial. That of all requests
// together would have one bad trial as its whole tail.
func medianPercentiles(clean []record.Result) []float64 {
	var medians []float64
	for i := range 101 {
		sample := newSample(clean, &Metric{value: percentile(i)})
		if len(sample.Values) == 0 {
			return nil
		}
		medians = append(medians, Summarise(sample, 0).Median)
	}
	return medians
}

// settle finds the doubts about the cells, and with them their states. All cells are settled
// together, because whether a cell's throughput has a trend depends on the others. It returns the
// change that all servers have in common, see addTrendDoubts.
func settle(rec *record.Record, cells []Cell) (drift float64) {
	e := rec.Experiment
	boundCapacities(cells)
	for i := range cells {
		cell := &cells[i]
		cell.doubts = slices.Concat(
			serverDoubts(rec, *cell),
			hostDoubts(*cell, baselineOf(cells, *cell, e), e),
			quotaDoubts(rec, *cell, baselineOf(cells, *cell, e)),
			generatorDoubts(*cell, e, environmentOf(rec, cell.Server).Cores),
			partDoubts(*cell),
			networkDoubts(rec, *cell),
			capacityDoubts(rec, *cell),
		)
	}
	addUnlikeDoubts(rec, cells)
	addGrowingDoubts(rec, cells)
	drift = addTrendDoubts(rec, cells)
	addModeDoubts(rec, cells)

	for i := range cells {
		cell := &cells[i]
		for _, d := range cell.doubts {
			if d.Code.Severity() == SeverityNote {
				cell.Notes = append(cell.Notes, d.Code)
			} else {
				cell.Suspicions = append(cell.Suspicions, d.Code)
			}
		}
		cell.State = cellState(*cell)
	}
	return drift
}

// baselineOf returns the baseline's cell at the level of a cell; the cell itself if there is none.
func baselineOf(cells []Cell, of Cell, e *spec.Experiment) Cell {
	for _, c := range cells {
		if c.Server == e.Design.Baseline && c.Level == of.Level {
			return c
		}
	}
	return of
}

// cellState returns Invalid if any answer was not as expected and none may be, if the cell was
// given up, or if too few clean trials remain to represent all. It returns Suspect if any trial is
// not clean or if there is a suspicion.
func cellState(c Cell) State {
	switch {
	case c.Unexpected > 0 && !c.tolerant || c.GivenUp || c.Clean() < minClean(c.Rounds):
		return Invalid
	case c.Clean() < c.Rounds || c.Dead() > 0 || len(c.Suspicions) > 0:
		return Suspect
	}
	return Valid
}

// minClean returns how many clean trials a cell needs: six, the minimum for a 95 % interval, or
// four of five where that is more. If fewer than six were planned, all of them must be clean.
func minClean(rounds int) int {
	return min(rounds, max(6, (4*rounds+4)/5))
}

// representative returns the trial with the median throughput, the lower one of two, so that all
// numbers of a table's row come from one real call of ab. Trials without a report do not count. Of
// equal throughputs, the earlier trial comes first.
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
			cmp.Compare(a.GoodPerSecond(), b.GoodPerSecond()),
			cmp.Compare(a.Order, b.Order))
	})
	return &reported[(len(reported)-1)/2]
}
