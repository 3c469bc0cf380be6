package stats

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// Trials at rates above the capacity are meant to fail: nothing of that is a doubt. Doubts are
// those of the trials that stand for their rounds, as of any cell, and these of the capacity
// itself.

// The thresholds of the codes of a capacity.
const (
	minMissedBelow  = 0.10 // UnevenCapacity: how far below the capacity a rate is not noise
	minUnevenRounds = 3
	minUnevenShare  = 0.25 // of the rounds
	maxFromSearch   = 0.10 // SearchDiffers: between the interval and what the search found
	minLoadInLimits = 200  // ShortForObjective: how long a load is, in limits of the objective
)

// AtRate is the evidence that something was so at a rate, in so many of the rounds.
type AtRate struct{ Rate, Rounds, Of int }

// FoundBySearch is between which rates the search found a capacity.
type FoundBySearch struct{ Low, High int }

// LoadInLimits is how long the loads took that stand for a capacity, in the median, and how many
// requests would take minLoadInLimits times the limit of the objective.
type LoadInLimits struct {
	Seconds, Limit float64
	Requests       int
}

func (AtRate) isEvidence()        {}
func (FoundBySearch) isEvidence() {}
func (LoadInLimits) isEvidence()  {}

// notice sets what happened on the way to the capacity of a round, and beyond it.
func notice(found *record.Bracket, trials []ratedTrial) {
	for _, t := range slices.Backward(trials) {
		if t.score > 0 && float64(t.Level.Value) <= (1-minMissedBelow)*found.Low {
			found.Missed = t.Level.Value
		}
		if t.Outcome == record.Crashed || t.Outcome == record.TimedOut {
			found.Died = t.Level.Value
		}
	}
}

// capacityDoubts returns what a capacity rests on, beside its trials.
func capacityDoubts(rec *record.Record, cell Cell) []Doubt {
	if !cell.isCapacity() {
		return nil
	}
	var doubts []Doubt
	add := func(code Code, rounds int, evidence Evidence) {
		doubts = append(doubts, cell.doubt(code, rounds, evidence))
	}

	rates := rec.Experiment.RatesOf(cell.Server)
	half := func(n int) bool { return n > 0 && 2*n >= len(cell.counted) }
	never := cell.countRounds(func(b record.Bracket) bool { return b.AtMost() })
	always := cell.countRounds(func(b record.Bracket) bool { return b.AtLeast() })
	switch {
	case half(never):
		add(ObjectiveNotMet, never, AtRate{rates[0], never, len(cell.counted)})
	case half(always):
		add(CapacityOpen, always, AtRate{rates[len(rates)-1], always, len(cell.counted)})
	}

	missed, n := cell.lowest(func(b record.Bracket) int { return b.Missed })
	if n >= minUnevenRounds && float64(n) >= minUnevenShare*float64(len(cell.counted)) {
		add(UnevenCapacity, n, AtRate{missed, n, len(cell.counted)})
	}
	if died, n := cell.lowest(func(b record.Bracket) int { return b.Died }); n > 0 {
		add(Died, n, AtRate{died, n, len(cell.counted)})
	}
	if found, differs := searchDiffers(rec, cell); differs {
		add(SearchDiffers, len(cell.counted), found)
	}
	return append(doubts, shortForObjective(rec, cell)...)
}

// countRounds counts the rounds of a capacity.
func (c Cell) countRounds(which func(record.Bracket) bool) int {
	n := 0
	for _, r := range c.counted {
		if r.Capacity != nil && which(*r.Capacity) {
			n++
		}
	}
	return n
}

// lowest returns the lowest of the rates that are not 0, and how many rounds have one.
func (c Cell) lowest(rate func(record.Bracket) int) (lowest, rounds int) {
	for _, r := range c.counted {
		found := rate(*r.Capacity)
		if found == 0 {
			continue
		}
		rounds++
		if lowest == 0 || found < lowest {
			lowest = found
		}
	}
	return lowest, rounds
}

// searchDiffers returns what the search found, and whether the interval of the rounds is away from
// it.
func searchDiffers(rec *record.Record, cell Cell) (found FoundBySearch, differs bool) {
	i := slices.IndexFunc(rec.Searches, func(s record.Search) bool {
		return s.Server == cell.Server && s.End == record.Bracketed && len(s.Probes) > 0
	})
	t := cell.Of(Throughput)
	if i < 0 || !t.HasInterval() {
		return FoundBySearch{}, false
	}
	low, high := rec.Searches[i].Bracket()
	below := !t.OpenHigh && t.High < (1-maxFromSearch)*float64(low)
	above := !t.OpenLow && high > 0 && t.Low > (1+maxFromSearch)*float64(high)
	return FoundBySearch{low, high}, below || above
}

// shortForObjective reports loads that are so short that a queue could not grow to the limit of the
// objective at a rate that is little above the capacity.
func shortForObjective(rec *record.Record, cell Cell) []Doubt {
	limit := rec.Experiment.Load.Capacity.Within.Seconds()
	taken := cell.Of(loadSeconds)
	n := taken.countBelow(minLoadInLimits * limit)
	if taken.N == 0 || 2*n < taken.N {
		return nil
	}
	requests := roundRequests(cell.Of(Throughput).Median * minLoadInLimits * limit)
	return []Doubt{cell.doubt(ShortForObjective, n, LoadInLimits{taken.Median, limit, requests})}
}

// boundFromOutside notes what limited a capacity besides its server: at the lowest rate that a
// server did not keep to, a generator was busy all the time or sent requests too late for the
// objective, or an interface between the machines was full.
func (a *Analysis) boundFromOutside() {
	for i := range a.Cells {
		cell := &a.Cells[i]
		if !cell.isCapacity() {
			continue
		}
		at, ok := a.missedRate(*cell)
		if !ok {
			continue
		}
		cell.takeOver(at, func(d Doubt) bool { return d.Code == GeneratorBound })
		cell.takeOver(at, isFullInterface)
		cell.missLate(at, ObjectiveMetric(*a.Objective))
	}
}

// missedRate returns the cell at the lowest rate that the server of a capacity did not keep to: the
// first one above it, or the lowest of all if it kept to none. ok is false if it kept to each.
func (a *Analysis) missedRate(of Cell) (at Cell, ok bool) {
	rates := a.RatesOf(of.Server)
	c := a.Capacity(of.Server)
	if c != nil && c.AtMost && len(rates) > 0 {
		return rates[0], true
	}
	i := slices.IndexFunc(rates, func(r Cell) bool {
		return float64(r.Level.Value) > of.Of(Throughput).Median
	})
	if i < 0 {
		return Cell{}, false
	}
	return rates[i], true
}

// takeOver adds to a cell the doubts of another one that limit it, with their evidence, unless it
// has such a doubt itself. Lost packets, which have the code of a full interface, are outranked by
// it.
func (c *Cell) takeOver(from Cell, limits func(Doubt) bool) {
	for _, d := range from.doubts {
		if !limits(d) || slices.ContainsFunc(c.doubts, limits) {
			continue
		}
		d.Cell = plan.Cell{Server: c.Server, Level: c.Level}
		i := slices.IndexFunc(c.doubts, func(own Doubt) bool { return own.Code == d.Code })
		if i >= 0 {
			c.doubts[i] = d
			continue
		}
		c.doubts = append(c.doubts, d)
		c.Notes = append(c.Notes, d.Code)
	}
}
