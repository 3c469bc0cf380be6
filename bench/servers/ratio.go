//go:build linux

package main

import (
	"fmt"
	"slices"
)

// spread is what many rounds say of one number.
type spread struct {
	median, low, high float64
}

// summarize gives the median and the extremes; of an even number of values the median is the mean of the
// two in the middle. There must be a value.
func summarize(values []float64) spread {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return spread{median, sorted[0], sorted[len(sorted)-1]}
}

// cell is one place in a table: a number, or the reason why there is none.
type cell struct {
	spread
	rounds  int // whose values are in it
	invalid int // rounds with a trial that may not be used; one is enough to leave no number
}

// String is how a table shows it. A dash: not measured.
func (c cell) String() string {
	switch {
	case c.invalid > 0:
		return fmt.Sprintf("INVALID %d×", c.invalid)
	case c.rounds == 0:
		return "–"
	case c.rounds == 1:
		return fmt.Sprintf("%.2f", c.median)
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", c.median, c.low, c.high)
}

// metric takes one number out of a result.
type metric func(result) float64

func throughput(r result) float64     { return r.requestsPerSecond }
func cpuPerRequest(r result) float64  { return r.cpuPerRequest.Seconds() }
func serverCores(r result) float64    { return r.serverCores }
func generatorCores(r result) float64 { return r.generatorCores }
func othersCores(r result) float64    { return r.othersCores() }
func idleCores(r result) float64      { return r.idleCores }

// ratio divides within each round, where both met the same state of the machine, and only then
// takes the median.
func (all results) ratio(p pair, l load, of metric, rounds int) cell {
	return all.collect(rounds, func(round int) (float64, bool, error) {
		server, found := all[trial{round, p.server, l}]
		peer, foundPeer := all[trial{round, p.peer, l}]
		if !found || !foundPeer {
			return 0, false, nil
		}
		if server.problem != nil {
			return 0, true, server.problem
		}
		if peer.problem != nil {
			return 0, true, peer.problem
		}
		return of(server) / of(peer), true, nil
	})
}

// value is a number of one server, not compared with anybody.
func (all results) value(server string, l load, of metric, rounds int) cell {
	return all.collect(rounds, func(round int) (float64, bool, error) {
		r, found := all[trial{round, server, l}]
		if !found || r.problem != nil {
			return 0, found, r.problem
		}
		return of(r), true, nil
	})
}

// collect asks each round for its number.
func (all results) collect(rounds int, ask func(round int) (value float64, found bool, problem error)) cell {
	var c cell
	var values []float64
	for round := 1; round <= rounds; round++ {
		value, found, problem := ask(round)
		switch {
		case !found:
		case problem != nil:
			c.invalid++
		default:
			values = append(values, value)
		}
	}
	if c.rounds = len(values); c.rounds > 0 {
		c.spread = summarize(values)
	}
	return c
}
