//go:build linux

package main

import (
	"fmt"
	"io"
	"slices"

	"labbook.example/labbook/bench/rig"
)

// metric is a number that labbook and its peers are compared by.
type metric struct {
	name string
	of   rig.Metric
}

var (
	throughput = metric{"throughput", rig.Throughput}
	cpu        = metric{"CPU per request", rig.CPU}
)

// target is a bound on the median of one ratio, labbook ÷ peer: a minimum for throughput, a maximum
// for CPU per request.
type target struct {
	metric    metric
	peer      string
	keepAlive bool
	bounds    map[int]float64 // by concurrency
}

// same returns one bound for every level.
func same(bound float64) map[int]float64 {
	return map[int]float64{1: bound, 10: bound, 100: bound, 1000: bound}
}

// ahead returns bounds that want more at the levels at which a generator has enough to do and not
// too many connections.
func ahead() map[int]float64 { return map[int]float64{1: 1, 10: 1.1, 100: 1.1, 1000: 1} }

// nearLimit is the target beside the limit, which no generator can do much better than: 0.95 of its
// throughput.
const nearLimit = 0.95

// targets were set before the embedded generator was measured, except those beside the limit, which
// was written later. What a request may cost more than at the limit follows from nearLimit.
var targets = []target{
	{cpu, "ab", false, same(0.85)},
	{throughput, "ab", false, ahead()},
	{cpu, "wrk", true, same(0.9)},
	{cpu, "ab", true, same(1)},
	{cpu, "hey", true, same(0.25)},
	{throughput, "wrk", true, ahead()},
	{throughput, "ab", true, same(1)},
	{throughput, "limit", false, same(nearLimit)},
	{throughput, "limit", true, same(nearLimit)},
	{cpu, "limit", false, same(1 / nearLimit)},
	{cpu, "limit", true, same(1 / nearLimit)},
}

// isMaximum reports whether the bound is a maximum.
func (t target) isMaximum() bool { return t.metric.name == cpu.name }

// verdict returns whether a ratio reached the target at a level, in words.
func (t target) verdict(level int, found rig.Cell) string {
	bound, ok := t.bounds[level]
	switch {
	case !ok:
		return "no target"
	case found.Invalid > 0:
		return "INVALID"
	case found.Rounds == 0:
		return "not measured"
	case t.isMaximum() && found.Median <= bound, !t.isMaximum() && found.Median >= bound:
		return "reached"
	}
	return "not reached"
}

// showTargets lists each target with the ratio that was found.
func showTargets(w io.Writer, all rig.Results, o options) error {
	fmt.Fprintf(w, "\ntargets, labbook ÷ peer, by the median\n")
	rows := [][]string{{"what", "load", "target", "found", ""}}
	reached := 0
	measured := 0
	for _, t := range targets {
		if !slices.Contains(names(o.generators), t.peer) {
			continue
		}
		for _, level := range o.Levels {
			l := rig.Load{KeepAlive: t.keepAlive, Concurrency: level}
			found := all.Ratio("labbook", t.peer, l, t.metric.of)
			verdict := t.verdict(level, found)
			if verdict == "no target" {
				continue
			}
			measured++
			if verdict == "reached" {
				reached++
			}
			rows = append(rows, []string{
				t.metric.name + " ÷ " + t.peer,
				l.String(),
				t.bound(level),
				found.String(),
				verdict,
			})
		}
	}
	if err := rig.Align(w, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d targets are reached\n", reached, measured)
	return err
}

func (t target) bound(level int) string {
	if t.isMaximum() {
		return fmt.Sprintf("≤ %.2f", t.bounds[level])
	}
	return fmt.Sprintf("≥ %.2f", t.bounds[level])
}
