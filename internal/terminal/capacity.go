package terminal

import (
	"slices"
	"strconv"
	"time"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// levelCount returns how many levels a server is measured at: "5 levels". Those of a capacity are
// rates, of which each server has its own, and before the search only about how many is known.
func levelCount(w *locale.Printer, e *spec.Experiment) string {
	switch {
	case e.Load.Capacity == nil:
		return w.Count(len(plan.Levels(e)), "1 level", "%s levels")
	case plan.SearchIsDue(e):
		return w.Sprintf("about %s rates", w.Integer(plan.RatesPerServer))
	}
	var counts []int
	for _, s := range e.Servers {
		counts = append(counts, len(e.RatesOf(s.Name)))
	}
	rates := w.Count(slices.Max(counts), "1 rate", "%s rates")
	if low := slices.Min(counts); low < slices.Max(counts) {
		return w.Sprintf("%s to %s", w.Integer(low), rates)
	}
	return rates
}

// trialCount returns how many trials there are: "100 trials".
func trialCount(w *locale.Printer, e *spec.Experiment, h record.Header) string {
	if !plan.SearchIsDue(e) {
		return w.Count(h.Trials, "1 trial", "%s trials")
	}
	rounds := e.Design.AllRounds()
	if h.OnlyRound > 0 {
		rounds = 1
	}
	return w.Sprintf("about %s trials", w.Integer(plan.ExpectedTrials(e, rounds)))
}

// capacityLoad returns what is asked of servers whose capacity is looked for.
func (p Plan) capacityLoad() []string {
	e, w := p.Experiment, p.words()
	connections := w.Count(e.Load.Connections, "1 connection", "%s connections")
	loop := w.Sprintf("open loop, at most %s at a time", connections)
	if e.Load.RandomArrivals() {
		loop = w.Sprintf("open loop with random (Poisson) arrivals, at most %s at a time",
			connections)
	}
	lines := []string{
		w.Sprintf("the capacity is looked for: the most requests per second with %s within %s",
			e.Load.Capacity.Percentile, w.Duration(e.Load.Capacity.Within)),
		loop,
	}
	if plan.SearchIsDue(e) {
		lowest, highest := e.RateRange()
		lines = append(lines, w.Sprintf("before the first round, a search finds about %s rates "+
			"for each server, from %s to %s arrivals per second; it takes at most %s per server",
			w.Integer(plan.RatesPerServer), w.Integer(lowest), w.Integer(highest),
			w.Duration(plan.MaxSearchTime)))
		return append(lines, p.keptSearch()...)
	}
	for _, s := range e.Servers {
		lines = append(lines, ratesText(w, s.Name, e.RatesOf(s.Name)))
	}
	return lines
}

// ratesText returns the arrival rates at which a server is measured.
func ratesText(w *locale.Printer, server string, rates []int) string {
	var texts []string
	for _, rate := range rates {
		texts = append(texts, w.Integer(rate))
	}
	return w.Sprintf("%s: %s arrivals per second", Printable(server), w.List(texts))
}

// keptText states how many loads an interrupted search has made.
func keptText(w *locale.Printer, loads int) string {
	return w.Count(loads, "going on with an interrupted search: 1 load is kept",
		"going on with an interrupted search: %s loads are kept")
}

// keptSearch returns how much of the search was made by an interrupted run: how many loads, and the
// rates of the servers for which it has ended.
func (p Plan) keptSearch() []string {
	if p.Kept.Loads == 0 {
		return nil
	}
	lines := []string{keptText(p.words(), p.Kept.Loads)}
	for _, found := range p.Kept.Found {
		lines = append(lines, ratesText(p.words(), found.Server, found.Rates))
	}
	return lines
}

// order returns a heading for the order of the trials, and the first of them.
func (p Plan) order(trials []plan.Trial) (heading string, first []string) {
	w, e := p.words(), p.Experiment
	seed := w.Sprintf("order of the trials, from seed %s:", strconv.FormatUint(e.Design.Seed, 10))
	if plan.SearchIsDue(e) {
		return seed, []string{w.Sprintf("shuffled in each round, once the rates are known")}
	}
	for i, trial := range trials {
		if i == maxShownTrials && len(trials) > maxShownTrials+1 {
			return seed, append(first, w.Sprintf("… %s more", w.Integer(len(trials)-i)))
		}
		first = append(first, p.trialText(trial))
	}
	return seed, first
}

// trialsToMeasure returns how many trials are to be measured: about, if a search is due.
func (p Plan) trialsToMeasure() int {
	if !plan.SearchIsDue(p.Experiment) {
		return len(p.toMeasure())
	}
	rounds := p.Experiment.Design.AllRounds()
	switch {
	case p.OnlyRound > 0:
		rounds = 1
	case p.MoreRounds > 0:
		rounds = p.MoreRounds
	}
	return plan.ExpectedTrials(p.Experiment, rounds)
}

// searchTime returns how long the searches that have not ended take at most.
func (p Plan) searchTime() time.Duration {
	left := plan.Searches(p.Experiment)
	if left > 0 {
		left -= len(p.Kept.Found)
	}
	return time.Duration(max(0, left)) * plan.MaxSearchTime
}

// searchText returns the end of a time without the searches, "" if none is due.
func (p Plan) searchText() string {
	if p.searchTime() == 0 {
		return ""
	}
	w := p.words()
	return ", " + w.Sprintf("and at most %s to search before that",
		w.Duration(roundTime(p.searchTime())))
}
