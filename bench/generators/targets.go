//go:build linux

package main

import (
	"fmt"
	"io"
	"slices"

	"labbook/bench/rig"
)

// metric is one number of a result that can be compared.
type metric struct {
	name string
	of   func(result) float64
}

var (
	throughput = metric{"throughput", func(r result) float64 { return r.requestsPerSecond }}
	cpu        = metric{"CPU a request", func(r result) float64 { return r.cpuPerRequest }}
)

// ratio divides labbook's number by the peer's within each round, where both met the same state of
// the machine.
func (all results) ratio(peer string, l load, m metric, rounds int) rig.Cell {
	return rig.Collect(rounds, func(round int) (float64, bool, error) {
		ours, found := all[trial{round, "labbook", l}]
		theirs, foundPeer := all[trial{round, peer, l}]
		if !found || !foundPeer {
			return 0, false, nil
		}
		if ours.problem != nil {
			return 0, true, ours.problem
		}
		if theirs.problem != nil {
			return 0, true, theirs.problem
		}
		return m.of(ours) / m.of(theirs), true, nil
	})
}

// value is a number of one generator, not compared with anybody.
func (all results) value(name string, l load, of func(result) float64, rounds int) rig.Cell {
	return rig.Collect(rounds, func(round int) (float64, bool, error) {
		r, found := all[trial{round, name, l}]
		if !found || r.problem != nil {
			return 0, found, r.problem
		}
		return of(r), true, nil
	})
}

// target is a bound on the median of one ratio, labbook ÷ peer: throughput is to be at least that,
// CPU a request at most.
type target struct {
	metric    metric
	peer      string
	keepAlive bool
	bounds    map[int]float64 // by concurrency
}

// same is one bound at every level.
func same(bound float64) map[int]float64 {
	return map[int]float64{1: bound, 10: bound, 100: bound, 1000: bound}
}

// ahead wants more at the levels at which a generator has enough to do and not too many
// connections.
func ahead() map[int]float64 { return map[int]float64{1: 1, 10: 1.1, 100: 1.1, 1000: 1} }

// targets are what the embedded generator is to reach. They were set before it was measured.
var targets = []target{
	{cpu, "ab", false, same(0.85)},
	{throughput, "ab", false, ahead()},
	{cpu, "wrk", true, same(0.9)},
	{cpu, "ab", true, same(1)},
	{cpu, "hey", true, same(0.25)},
	{throughput, "wrk", true, ahead()},
	{throughput, "ab", true, same(1)},
}

// atMost tells on which side of its bound a target wants the ratio.
func (t target) atMost() bool { return t.metric.name == cpu.name }

// verdict says of one ratio whether it reached the target at this level.
func (t target) verdict(level int, found rig.Cell) string {
	bound, set := t.bounds[level]
	switch {
	case !set:
		return "no target"
	case found.Invalid > 0:
		return "INVALID"
	case found.Rounds == 0:
		return "not measured"
	case t.atMost() && found.Median <= bound, !t.atMost() && found.Median >= bound:
		return "reached"
	}
	return "not reached"
}

// showTargets lists each target with its figure.
func (all results) showTargets(w io.Writer, o options, rounds int) error {
	fmt.Fprintf(w, "\ntargets, labbook ÷ peer, by the median\n")
	rows := [][]string{{"what", "load", "target", "found", ""}}
	reached, judged := 0, 0
	for _, t := range targets {
		if !slices.Contains(names(o.generators), t.peer) {
			continue
		}
		for _, level := range o.levels {
			l := load{t.keepAlive, level}
			found := all.ratio(t.peer, l, t.metric, rounds)
			verdict := t.verdict(level, found)
			if verdict == "no target" {
				continue
			}
			judged++
			if verdict == "reached" {
				reached++
			}
			rows = append(rows, []string{t.metric.name + " ÷ " + t.peer, l.String(), t.bound(level),
				found.String(), verdict})
		}
	}
	if err := rig.Align(w, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d targets are reached\n", reached, judged)
	return err
}

func (t target) bound(level int) string {
	if t.atMost() {
		return fmt.Sprintf("≤ %.2f", t.bounds[level])
	}
	return fmt.Sprintf("≥ %.2f", t.bounds[level])
}
