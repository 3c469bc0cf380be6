//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"labbook/bench/rig"
)

// titles say how each kind of load is made.
var titles = map[bool]string{
	false: "a connection a request",
	true:  "with keep-alive",
}

// quantity is a table of numbers as they were measured.
type quantity struct {
	title    string
	of       func(result) float64
	decimals int
}

var quantities = []quantity{
	{"requests per second", throughput.of, 0},
	{"CPU time of the generator a request, in µs", cpu.of, 2},
	{
		"peak memory of the generator, in MiB",
		func(r result) float64 { return mebibytes(r.peak) },
		1,
	},
}

// show writes every table, the targets, and then what was wrong.
func (all results) show(w io.Writer, o options, rounds int) error {
	for _, keepAlive := range []bool{false, true} {
		for _, q := range quantities {
			if err := all.showValues(w, q, keepAlive, o, rounds); err != nil {
				return err
			}
		}
	}
	for _, keepAlive := range []bool{false, true} {
		for _, m := range []metric{throughput, cpu} {
			if err := all.showRatios(w, m, keepAlive, o, rounds); err != nil {
				return err
			}
		}
	}
	if err := all.showTargets(w, o, rounds); err != nil {
		return err
	}
	all.showOthers(w)
	return all.showProblems(w)
}

func (all results) showValues(
	w io.Writer,
	q quantity,
	keepAlive bool,
	o options,
	rounds int,
) error {
	fmt.Fprintf(w, "\n%s, %s\n", q.title, titles[keepAlive])
	rows := [][]string{rig.Heading("generator", o.levels)}
	for _, g := range o.generators {
		if g.keepAliveOnly && !keepAlive {
			continue
		}
		row := []string{g.name}
		for _, level := range o.levels {
			row = append(
				row,
				all.value(g.name, load{keepAlive, level}, q.of, rounds).Format(q.decimals),
			)
		}
		rows = append(rows, row)
	}
	return rig.Align(w, rows)
}

func (all results) showRatios(w io.Writer, m metric, keepAlive bool, o options, rounds int) error {
	fmt.Fprintf(w, "\n%s, labbook ÷ peer, %s\n", m.name, titles[keepAlive])
	rows := [][]string{rig.Heading("labbook ÷ peer", o.levels)}
	for _, g := range o.generators {
		if g.name == "labbook" || g.keepAliveOnly && !keepAlive {
			continue
		}
		row := []string{"labbook ÷ " + g.name}
		for _, level := range o.levels {
			row = append(row, all.ratio(g.name, load{keepAlive, level}, m, rounds).String())
		}
		rows = append(rows, row)
	}
	return rig.Align(w, rows)
}

// muchOthers is a share of a core well above what the kernel's own work on a load takes here.
const muchOthers = 0.5

// showOthers says how often the machine was not ours.
func (all results) showOthers(w io.Writer) {
	disturbed := 0
	for _, r := range all {
		if r.problem == nil && r.othersCores > muchOthers {
			disturbed++
		}
	}
	if disturbed > 0 {
		fmt.Fprintf(
			w,
			"\nothers used more than %v cores during %d of %d trials: the spreads are theirs too\n",
			muchOthers,
			disturbed,
			len(all),
		)
	}
}

// showProblems names every trial that may not be used, and why; one is enough for an error.
func (all results) showProblems(w io.Writer) error {
	trials := slices.SortedFunc(maps.Keys(all), func(a, b trial) int {
		return cmp.Or(cmp.Compare(a.round, b.round), cmp.Compare(a.String(), b.String()))
	})
	invalid := 0
	for _, t := range trials {
		if problem := all[t].problem; problem != nil {
			invalid++
			fmt.Fprintf(w, "\nINVALID: %v: %v\n", t, problem)
		}
	}
	if invalid > 0 {
		return fmt.Errorf("%d of %d trials are invalid", invalid, len(all))
	}
	return nil
}
