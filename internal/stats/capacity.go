package stats

import (
	"maps"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Capacity is how much a server takes while the experiment's objective is met. Each round has one,
// of the trials at the rates of that round.
type Capacity struct {
	Server string
	Search *record.Search // how its rates were found; nil: it is not known
	Rounds []RoundCapacity
	Rates  []RateOutcome // ascending

	// AtLeast reports that in half of the rounds or more the objective was met at the highest rate,
	// so that the capacity may be higher, and AtMost that it was met at no rate, so that the
	// capacity is lower. Both are false where the capacity is bracketed.
	AtLeast, AtMost bool
}

// RoundCapacity is the capacity of a server in one round.
type RoundCapacity struct {
	Round int
	record.Bracket
}

// RateOutcome is in how many rounds a server met the objective at a rate.
type RateOutcome struct {
	Rate    int
	Met, Of int // rounds
}

// objectiveMetrics are the metrics of the percentiles that an objective can bound.
var objectiveMetrics = map[string]*Metric{
	"p50":   P50,
	"p90":   P90,
	"p95":   P95,
	"p99":   P99,
	"p99.9": P999,
}

// ObjectiveMetric returns the metric that an objective bounds.
func ObjectiveMetric(o spec.Objective) *Metric { return objectiveMetrics[o.Percentile] }

// Capacity returns the capacity of a server; nil if none was looked for.
func (a *Analysis) Capacity(server string) *Capacity {
	i := slices.IndexFunc(a.Capacities, func(c Capacity) bool { return c.Server == server })
	if i < 0 {
		return nil
	}
	return &a.Capacities[i]
}

// MayTakeMore reports whether the capacity of a server is at least what was found: it kept to the
// objective at the highest rate, or what it missed the objective by may be the generator's, or the
// network's.
func (a *Analysis) MayTakeMore(server string) bool {
	c := a.Capacity(server)
	cell := a.Cell(plan.Cell{Server: server, Level: plan.Level{Kind: plan.Capacity}})
	return c != nil && c.AtLeast || cell != nil && cell.LimitedBy(Throughput) != ""
}

// RatesOf returns the cells of a server by rate, ascending; nil if no capacity was looked for.
func (a *Analysis) RatesOf(server string) []Cell {
	var cells []Cell
	for _, cell := range a.Rates {
		if cell.Server == server {
			cells = append(cells, cell)
		}
	}
	return cells
}

// Measured returns the cells that have all trials of the record: those at the rates, if a capacity
// was looked for.
func (a *Analysis) Measured() []Cell {
	if a.Objective != nil {
		return a.Rates
	}
	return a.Cells
}

// ratesOf returns the cells of a record whose trials are for a capacity.
func ratesOf(rec *record.Record) []Cell {
	var cells []Cell
	for _, place := range rec.Cells {
		cells = append(cells, newCell(rec, place))
	}
	settle(rec, cells)
	return cells
}

// MeetsObjective reports whether a trial of a record kept to an objective: it is clean, its server
// kept up with the arrival rate, and the percentile is known and not above the limit.
func MeetsObjective(rec *record.Record, r record.Result, o spec.Objective) bool {
	ms, known := ObjectiveMetric(o).value(r)
	return rec.Clean(r) && known && keptUpWithin(r, o) && withinLimit(ms, o)
}

func withinLimit(ms float64, o spec.Objective) bool {
	return ms <= float64(o.Within.Nanoseconds())/1e6
}

// keptUpWithin reports whether a trial at a rate was answered as fast as requests arrived, for an
// objective. It was if the objective's limit passed for no more than 1% of the requests, from when
// they were due: some answers at the end that are late then say nothing. It also was if the last
// answer came so soon that the requests were answered at 99% of the rate. The time of an answer
// that just meets the objective does not count, which is much of a short trial. In a clean trial,
// what failed was allowed to: a server that sheds load keeps up with it.
func keptUpWithin(r record.Result, o spec.Objective) bool {
	m := r.Measurement()
	if m == nil || r.Level.Kind != plan.Rate || m.Complete == 0 {
		return false
	}
	if ms, known := P99.value(r); known && withinLimit(ms, o) {
		return true
	}
	made := float64(m.Complete + m.FailedConnect)
	rate := m.RequestsPerSecond * made / float64(m.Complete)
	offered := made/float64(r.Level.Value) + o.Within.Seconds()
	return rate*offered >= minKeptShare*made
}

// capacities returns the capacity of each server, and a record whose cells are those of the
// capacities. A trial of such a cell stands for its round, see standIn.
func capacities(rec *record.Record) ([]Capacity, *record.Record) {
	var all []Capacity
	var cells []plan.Cell
	derived := map[plan.Cell][]record.Result{}
	for _, s := range rec.Experiment.Servers {
		cell := plan.Cell{Server: s.Name, Level: plan.Level{Kind: plan.Capacity}}
		c, trials := capacityOf(rec, s.Name)
		all = append(all, c)
		cells = append(cells, cell)
		derived[cell] = trials
	}
	return all, rec.WithCells(cells, derived)
}

// capacityOf returns the capacity of a server, and the trial of each round that stands for it.
func capacityOf(rec *record.Record, server string) (c Capacity, trials []record.Result) {
	c = Capacity{Server: server}
	if i := slices.IndexFunc(rec.Searches, func(s record.Search) bool {
		return s.Server == server
	}); i >= 0 {
		c.Search = &rec.Searches[i]
	}

	byRound := map[int][]ratedTrial{}
	for _, rate := range rec.Experiment.RatesOf(server) {
		outcome := RateOutcome{Rate: rate}
		cell := plan.Cell{Server: server, Level: plan.Level{Kind: plan.Rate, Value: rate}}
		for _, r := range rec.ForCell(cell) {
			trial, ok := rateTrial(rec, r)
			if !ok {
				continue
			}
			byRound[r.Round] = append(byRound[r.Round], trial)
			outcome.Of++
			if trial.score <= 0 {
				outcome.Met++
			}
		}
		c.Rates = append(c.Rates, outcome)
	}

	open, never := 0, 0
	for _, round := range slices.Sorted(maps.Keys(byRound)) { // a joined record may lack some
		found, ok := bracket(byRound[round])
		missing := len(byRound[round]) < len(c.Rates)
		if !ok || missing && (found.AtLeast() || found.AtMost()) {
			continue
		}
		notice(&found, byRound[round])
		stands := standIn(rec, byRound[round], found)
		if generatorFailed(rec, stands) {
			trials = append(trials, stands) // a failure, but no capacity
			continue
		}
		stands.Capacity = &found
		c.Rounds = append(c.Rounds, RoundCapacity{round, found})
		trials = append(trials, stands)
		switch {
		case found.AtMost():
			never++
		case found.AtLeast():
			open++
		}
	}
	c.AtLeast = len(c.Rounds) > 0 && 2*open >= len(c.Rounds)
	c.AtMost = len(c.Rounds) > 0 && 2*never >= len(c.Rounds)
	return c, trials
}

// standIn returns the trial of a round that stands for its capacity: the one at the highest rate up
// to the capacity that met the objective, or else the clean one at the lowest rate. It is not clean
// only if no trial of the round is: then it is the one at the lowest rate that was tried.
func standIn(rec *record.Record, trials []ratedTrial, found record.Bracket) record.Result {
	stands := trials[0].Result
	for _, t := range trials {
		if stands.Outcome == record.GivenUp {
			stands = t.Result
		}
	}
	for _, t := range slices.Backward(trials) {
		if rec.Clean(t.Result) {
			stands = t.Result
		}
	}
	for _, t := range trials {
		if t.score <= 0 && float64(t.Level.Value) <= found.Low {
			stands = t.Result
		}
	}
	return stands
}

// generatorFailed reports whether a trial that stands for its round failed because of its
// generator, which broke off or reported nothing.
func generatorFailed(rec *record.Record, stands record.Result) bool {
	code, _ := failure(rec, stands)
	return code == Aborted || code == Clock
}

// roundsOfCapacity returns the trials of a capacity that count: one for each round, also where the
// server failed at each rate, down to the lowest. The capacity of such a round is below that, and a
// server that sometimes does not take anything is not told by its better rounds alone. A round that
// was not tried says nothing, nor does one in which the generator failed.
func roundsOfCapacity(trials []record.Result) []record.Result {
	return slices.DeleteFunc(slices.Clone(trials), func(r record.Result) bool {
		return r.Capacity == nil || r.Outcome == record.GivenUp
	})
}
