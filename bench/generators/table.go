//go:build linux

package main

import (
	"io"

	"labbook.example/labbook/bench/rig"
)

// titles describe how each kind of load is made.
var titles = map[bool]string{
	false: "one connection per request",
	true:  "with keep-alive",
}

// quantity is a table of numbers as they were measured.
type quantity struct {
	title    string
	of       rig.Metric
	decimals int
}

var quantities = []quantity{
	{"requests per second", rig.Throughput, 0},
	{"CPU time of the generator per request, in µs", rig.CPU, 2},
	{"peak memory of the generator, in MiB", peakMemory, 1},
}

func peakMemory(r rig.Result) float64 { return rig.Mebibytes(r.PeakMemory) }

// show writes every table, the targets, and then what was wrong.
func show(w io.Writer, found rig.Results, o options) error {
	for _, keepAlive := range []bool{false, true} {
		for _, q := range quantities {
			if err := showValues(w, found, q, keepAlive, o); err != nil {
				return err
			}
		}
	}
	for _, keepAlive := range []bool{false, true} {
		for _, m := range []metric{throughput, cpu} {
			if err := showRatios(w, found, m, keepAlive, o); err != nil {
				return err
			}
		}
	}
	if err := showTargets(w, found, o); err != nil {
		return err
	}
	return found.ShowProblems(w)
}

func showValues(w io.Writer, found rig.Results, q quantity, keepAlive bool, o options) error {
	return rig.ByLevel{
		Title: q.title + ", " + titles[keepAlive],
		Rows:  "generator",
		Names: names(able(o.generators, keepAlive)),
		Cell: func(name string, level int) string {
			load := rig.Load{KeepAlive: keepAlive, Concurrency: level}
			return found.Value(name, load, q.of).Format(q.decimals)
		},
	}.Show(w, o.Levels)
}

func showRatios(w io.Writer, found rig.Results, m metric, keepAlive bool, o options) error {
	const prefix = "labbook ÷ "
	var rows []string
	for _, peer := range peers(able(o.generators, keepAlive)) {
		rows = append(rows, prefix+peer)
	}
	return rig.ByLevel{
		Title: m.name + ", labbook ÷ peer, " + titles[keepAlive],
		Rows:  "labbook ÷ peer",
		Names: rows,
		Cell: func(row string, level int) string {
			load := rig.Load{KeepAlive: keepAlive, Concurrency: level}
			return found.Ratio("labbook", row[len(prefix):], load, m.of).String()
		},
	}.Show(w, o.Levels)
}
