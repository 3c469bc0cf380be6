// Package chart draws an Analysis as SVG. An analysis and its experiment come in, and Charts go
// out. Each Chart is a picture for a page and for a file, a description for readers who cannot see
// it, and its numbers as a table. Nothing is refused: a chart that cannot be drawn has a sentence
// that says why instead of a picture, and the report is still written. Only this package imports
// gonum/plot, which the comments call the library.
package chart

import (
	"errors"
	"fmt"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Chart is one picture, with its content in words and in numbers.
type Chart struct {
	Name        string     // stem of its file's name: "throughput"
	Title       string     // "Throughput against concurrency"
	Caption     string     // a sentence below the panels: what their marks are
	Description string     // a few sentences more, for readers who cannot see the chart
	Columns     []string   // head of the table
	Rows        [][]string // of the table, formatted
	Problem     string     // a sentence that says why there is no picture; "" if there is one
	Keys        []Key      // above the panels
	Panels      []Panel    // the pictures
	Main        bool       // it is one of the main figures of a report, which papers print
}

// source is what charts are drawn from.
type source struct {
	*locale.Printer
	*stats.Analysis
	experiment *spec.Experiment
}

// kind is one of the charts that a report can have.
type kind struct {
	name     string
	draw     func(*Chart, source) error  // sets all of a Chart but its name
	possible func(*spec.Experiment) bool // whether an experiment can have one; nil: it always can
	main     bool                        // a main figure of the report
	none     func(source) string         // why there is nothing to draw; nil, "": it is left out
}

// Comparison is the name of the chart of the throughputs' ratios, which a report shows apart from
// the others.
const Comparison = "comparison"

// kinds are all kinds of charts, in the order of the report. A new chart is a file of its own and
// an entry here.
var kinds = []kind{
	{
		name:     "capacity",
		draw:     capacity,
		possible: seeksCapacity,
		main:     true,
		none:     source.noCapacity,
	},
	{
		name:     "throughput",
		draw:     throughput,
		possible: hasLevels,
		main:     true,
		none:     source.noThroughput,
	},
	{
		name:     "response-time",
		draw:     responseTime,
		possible: hasLevels,
		main:     true,
		none:     source.noLatency,
	},
	{
		name:     "distribution",
		draw:     distribution,
		possible: hasLevels,
		none:     source.noLatency,
	},
	{
		name:     "latency-throughput",
		draw:     latencyThroughput,
		possible: hasLevels,
		none:     source.noLatency,
	},
	{name: "resources", draw: resources},
	{name: "order", draw: runOrder, none: source.noOrder},
	{name: Comparison, draw: comparison, possible: compares},
	{
		name:     "calibration",
		draw:     calibration,
		possible: calibrates,
		none:     source.noCalibration,
	},
}

func compares(e *spec.Experiment) bool { return len(e.Servers) > 1 }

// hasLevels reports whether the results are of levels of a load. A capacity is one number per
// server, and the latency there is what the objective makes it.
func hasLevels(e *spec.Experiment) bool { return e.Load.Capacity == nil }

func calibrates(e *spec.Experiment) bool { return e.Design.Calibrate }

// Names returns the names of the charts that a report on an experiment can have. All may return
// fewer, because some of them depend on what was measured.
func Names(e *spec.Experiment) []string {
	var names []string
	for _, k := range kinds {
		if k.possible == nil || k.possible(e) {
			names = append(names, k.name)
		}
	}
	return names
}

// All returns the charts of an experiment's analysis in the language of w.
func All(w *locale.Printer, a *stats.Analysis, e *spec.Experiment) []Chart {
	s := source{w, a, e}
	var charts []Chart
	for _, k := range kinds {
		if k.possible != nil && !k.possible(e) {
			continue
		}
		c, err := k.chart(s)
		if !errors.Is(err, errNothing) || c.Problem != "" {
			charts = append(charts, c)
		}
	}
	return charts
}

// chart draws a chart of this kind. An error is returned and becomes the chart's Problem, and so
// does a panic of the drawing library.
func (k kind) chart(s source) (c Chart, err error) {
	c.Name, c.Main = k.name, k.main
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
		if err != nil {
			c.Keys, c.Panels = nil, nil
			c.Problem = s.problem(k, c.Title, err)
			c.Description = c.Problem
		}
		c.labelPanels()
	}()
	err = k.draw(&c, s)
	return c, err
}

// loadWords are what charts call the levels of a load and its loop.
type loadWords struct{ levels, level, loop, aLoop locale.Message }

func (s source) loadWords() loadWords {
	if s.Objective != nil {
		return loadWords{"capacity", "capacity", "open loop", "an open loop"}
	}
	if s.OpenLoop() {
		return loadWords{"arrival rate", "arrival rate", "open loop", "an open loop"}
	}
	return loadWords{"concurrency", "concurrency level", "closed loop", "a closed loop"}
}
