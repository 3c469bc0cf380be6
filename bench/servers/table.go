//go:build linux

package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"

	"labbook.example/labbook/bench/rig"
)

// titles describe how each kind of load is made.
var titles = map[bool]string{
	true:  "with keep-alive (wrk, HTTP/1.1)",
	false: "one connection per request (ab, HTTP/1.0)",
}

// show writes every table and then what was wrong.
func show(w io.Writer, found rig.Results, o options) error {
	for _, m := range []struct {
		name string
		of   rig.Metric
	}{
		{"requests per second", rig.Throughput},
		{"CPU time of the server per request", rig.CPU},
	} {
		for _, keepAlive := range []bool{true, false} {
			title := m.name + ", server ÷ peer, " + titles[keepAlive]
			if err := showRatios(w, title, found, m.of, keepAlive, o); err != nil {
				return err
			}
		}
	}
	for _, keepAlive := range []bool{true, false} {
		if err := showCores(w, found, keepAlive, o); err != nil {
			return err
		}
	}
	return found.ShowProblems(w)
}

// measurable returns the pairs of which both servers were measured, by their row of a table.
func measurable(of []server) (rows []string, byRow map[string]pair) {
	known := names(of)
	byRow = map[string]pair{}
	for _, p := range pairs {
		if slices.Contains(known, p.server) && slices.Contains(known, p.peer) {
			row := p.server + " ÷ " + p.peer
			rows = append(rows, row)
			byRow[row] = p
		}
	}
	return rows, byRow
}

func showRatios(
	w io.Writer,
	title string,
	found rig.Results,
	metric rig.Metric,
	keepAlive bool,
	o options,
) error {
	rows, byRow := measurable(o.servers)
	return rig.ByLevel{
		Title: title,
		Rows:  "server ÷ peer",
		Names: rows,
		Cell: func(row string, level int) string {
			p := byRow[row]
			load := rig.Load{KeepAlive: keepAlive, Concurrency: level}
			return found.Ratio(p.server, p.peer, load, metric).String()
		},
	}.Show(w, o.Levels)
}

// showCores shows what the cores did. A generator that uses all of a core measures itself, not the
// server. What other processes use makes every number doubtful.
func showCores(w io.Writer, found rig.Results, keepAlive bool, o options) error {
	return rig.ByLevel{
		Title: fmt.Sprintf(
			"cores in use: server + generator + others → idle, of %d; %s; medians",
			runtime.NumCPU(),
			titles[keepAlive],
		),
		Rows:  "server",
		Names: names(o.servers),
		Cell: func(name string, level int) string {
			load := rig.Load{KeepAlive: keepAlive, Concurrency: level}
			return coresOf(found, name, load)
		},
	}.Show(w, o.Levels)
}

// coresOf returns one cell of that table.
func coresOf(found rig.Results, name string, l rig.Load) string {
	value := func(of rig.Metric) rig.Cell { return found.Value(name, l, of) }
	own := value(func(r rig.Result) float64 { return r.Cores.Server })
	if own.Invalid > 0 || own.Rounds == 0 {
		return own.String()
	}
	return fmt.Sprintf(
		"%.2f + %.2f + %.2f → %.2f",
		own.Median,
		value(func(r rig.Result) float64 { return r.Cores.Generator }).Median,
		value(func(r rig.Result) float64 { return r.Cores.Others() }).Median,
		value(func(r rig.Result) float64 { return r.Cores.Idle }).Median,
	)
}
