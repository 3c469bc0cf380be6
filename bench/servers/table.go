//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"

	"labbook/bench/rig"
)

// titles say what each generator does.
var titles = map[generator]string{
	wrk: "with keep-alive (wrk, HTTP/1.1)",
	ab:  "a connection a request (ab, HTTP/1.0)",
}

// show writes every table and then what was wrong.
func (all results) show(w io.Writer, of []server, o options, rounds int) error {
	for _, g := range []generator{wrk, ab} {
		title := "requests per second, server ÷ peer, " + titles[g]
		if err := all.showRatios(w, title, g, throughput, of, o, rounds); err != nil {
			return err
		}
	}
	for _, g := range []generator{wrk, ab} {
		title := "CPU time of the server a request, server ÷ peer, " + titles[g]
		if err := all.showRatios(w, title, g, cpuPerRequest, of, o, rounds); err != nil {
			return err
		}
	}
	for _, g := range []generator{wrk, ab} {
		if err := all.showCores(w, g, of, o, rounds); err != nil {
			return err
		}
	}
	all.showOthers(w)
	return all.showProblems(w)
}

// measurable are the pairs of which both were measured.
func measurable(of []server) []pair {
	known := names(of)
	return slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool {
		return !slices.Contains(known, p.server) || !slices.Contains(known, p.peer)
	})
}

func (all results) showRatios(
	w io.Writer,
	title string,
	g generator,
	m metric,
	of []server,
	o options,
	rounds int,
) error {
	fmt.Fprintf(w, "\n%s\n", title)
	rows := [][]string{rig.Heading("server ÷ peer", o.levels)}
	for _, p := range measurable(of) {
		row := []string{p.server + " ÷ " + p.peer}
		for _, level := range o.levels {
			row = append(row, all.ratio(p, load{g, level}, m, rounds).String())
		}
		rows = append(rows, row)
	}
	return rig.Align(w, rows)
}

// showCores tells who was busy. A generator that has no core left measures itself, not the server;
// and what others use makes every number doubtful.
func (all results) showCores(w io.Writer, g generator, of []server, o options, rounds int) error {
	fmt.Fprintf(w, "\ncores in use: server + generator + others → idle, of %d; %s; medians\n",
		runtime.NumCPU(), titles[g])
	rows := [][]string{rig.Heading("server", o.levels)}
	for _, s := range of {
		row := []string{s.Name}
		for _, level := range o.levels {
			row = append(row, all.cores(s.Name, load{g, level}, rounds))
		}
		rows = append(rows, row)
	}
	return rig.Align(w, rows)
}

// cores is one place of that table.
func (all results) cores(server string, l load, rounds int) string {
	own := all.value(server, l, serverCores, rounds)
	if own.Invalid > 0 || own.Rounds == 0 {
		return own.String()
	}
	return fmt.Sprintf("%.2f + %.2f + %.2f → %.2f", own.Median,
		all.value(server, l, generatorCores, rounds).Median,
		all.value(server, l, othersCores, rounds).Median,
		all.value(server, l, idleCores, rounds).Median)
}

// muchOthers is a share of a core well above what the kernel's own work on a load takes here.
const muchOthers = 0.5

// showOthers says how often the machine was not ours.
func (all results) showOthers(w io.Writer) {
	disturbed := 0
	for _, r := range all {
		if r.problem == nil && r.othersCores() > muchOthers {
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
