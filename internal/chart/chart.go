// Package chart draws what an Analysis says as SVG. In come Summaries, out comes a Chart: a picture
// for a page and for a file, a sentence that describes it, and its numbers as a table. It is the
// only importer of gonum/plot. A chart that cannot be drawn says so in its place: it never costs
// the report.
package chart

import (
	"fmt"
	"strings"

	"labbook/internal/plan"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// Chart is one picture with what a reader needs who does not see it.
type Chart struct {
	Name        string     // file name stem: "throughput"
	Title       string     // "Throughput against concurrency"
	Description string     // one or two sentences
	Columns     []string   // head of its numbers as a table
	Rows        [][]string // its numbers as a table, formatted
	Problem     string     // why it could not be drawn; "" normally
	svg         string     // as gonum drew it, with our marks in it
}

// Throughput draws requests per second against concurrency: every clean trial a point, the medians
// a line, the intervals bars, and references dashed.
func Throughput(a *stats.Analysis, references []spec.Reference) Chart {
	f := figure{
		name:   "throughput",
		title:  "Throughput against concurrency",
		yLabel: "requests per second",
		unit:   "requests per second",
		places: 0,
		levels: a.Levels,
	}
	for i, server := range a.Servers {
		f.series = append(
			f.series,
			newSeries(a, server, i, server, func(c stats.Cell) stats.Summary { return c.Throughput }),
		)
	}
	for _, r := range references {
		f.series = append(f.series, referenceSeries(a, r)...)
	}
	c := f.chart()
	c.Description = "Requests per second at each concurrency level: each point is a clean trial, each line " +
		"joins the medians, " +
		"and each bar is the interval of a median. " + extremes(
		f.series,
		"requests per second",
		0,
	)
	c.Columns, c.Rows = numbers(
		a,
		"Requests per second",
		0,
		func(c stats.Cell) stats.Summary { return c.Throughput },
	)
	return c
}

// ResponseTime draws the median and the 99th percentile of the response time against concurrency.
func ResponseTime(a *stats.Analysis) Chart {
	f := figure{
		name:   "response-time",
		title:  "Response time against concurrency, closed loop",
		yLabel: "response time in ms",
		unit:   "ms",
		places: 3,
		levels: a.Levels,
		mayLog: true,
	}
	for i, server := range a.Servers {
		p50 := newSeries(a, server, i, server+" p50", func(c stats.Cell) stats.Summary { return c.P50 })
		p99 := newSeries(a, server, i, server+" p99", func(c stats.Cell) stats.Summary { return c.P99 })
		p99.dashed = true
		f.series = append(f.series, p50, p99)
	}
	c := f.chart()
	c.Description = "Response times of a closed loop at each concurrency level: the median of the requests " +
		"(p50, solid) and " +
		"their 99th percentile (p99, dashed), each as the median over the clean trials with its interval. " +
		extremes(
			f.series,
			"ms",
			3,
		)
	columns, rows := numbers(a, "p50 (ms)", 3, func(c stats.Cell) stats.Summary { return c.P50 })
	more, rows99 := numbers(a, "p99 (ms)", 3, func(c stats.Cell) stats.Summary { return c.P99 })
	c.Columns = append(columns, more[2:]...)
	for i := range rows {
		c.Rows = append(c.Rows, append(rows[i], rows99[i][2:]...))
	}
	return c
}

// numbers gives one summary of each cell as a table.
func numbers(
	a *stats.Analysis,
	name string,
	places int,
	of func(stats.Cell) stats.Summary,
) ([]string, [][]string) {
	columns := []string{"Server", "Level", name + ", median", "Interval", "Clean trials"}
	var rows [][]string
	for _, cell := range a.Cells {
		s := of(cell)
		row := []string{cell.Server, cell.Level.String(), "–", "–", fmt.Sprint(s.N)}
		if cell.State == stats.Invalid {
			row[2] = string(stats.Invalid)
		} else if s.N > 0 {
			row[2] = number(s.Median, places)
			if s.HasInterval() {
				row[3] = number(s.Low, places) + " to " + number(s.High, places)
			}
		}
		rows = append(rows, row)
	}
	return columns, rows
}

// extremes says between which values each line runs.
func extremes(all []series, unit string, places int) string {
	var parts []string
	for _, s := range all {
		low, high, found := s.extent()
		if !found || s.reference {
			continue
		}
		parts = append(
			parts,
			fmt.Sprintf("%s: %s to %s %s", s.label, number(low, places), number(high, places), unit),
		)
	}
	if len(parts) == 0 {
		return "There is nothing to draw: no cell is valid."
	}
	return strings.Join(parts, "; ") + "."
}

// series is one line of a figure.
type series struct {
	label     string
	style     int  // index of its colour, marker and dash
	dashed    bool // a second line of the same server
	reference bool // somebody else's numbers
	points    []point
}

// point is what a line has at one level.
type point struct {
	level     plan.Level
	known     bool      // false: the line has a gap here
	median    float64   // or a reference's only value
	low, high float64   // the interval; equal where there is none
	trials    []float64 // in the order of the rounds
	rounds    []int     // the round of each trial
}

func newSeries(
	a *stats.Analysis,
	server string,
	style int,
	label string,
	of func(stats.Cell) stats.Summary,
) series {
	s := series{label: label, style: style}
	for _, cell := range a.Of(server) {
		summary := of(cell)
		p := point{level: cell.Level}
		if cell.State != stats.Invalid && summary.N > 0 {
			p.known, p.median, p.trials = true, summary.Median, summary.Values
			p.rounds = summary.Rounds
			p.low, p.high = summary.Median, summary.Median
			if summary.HasInterval() {
				p.low, p.high = summary.Low, summary.High
			}
		}
		s.points = append(s.points, p)
	}
	return s
}

// referenceSeries gives a line for each server of a reference that has a value at one of the
// levels. A line of a server that was measured too has its colour.
func referenceSeries(a *stats.Analysis, r spec.Reference) []series {
	var all []series
	index := map[string]int{}
	for _, p := range r.Points {
		i, found := index[p.Server]
		if !found {
			i = len(all)
			index[p.Server] = i
			s := series{label: p.Server + ", " + r.Name, style: styleOf(a, p.Server, i), dashed: true, reference: true}
			for _, level := range a.Levels {
				s.points = append(s.points, point{level: level})
			}
			all = append(all, s)
		}
		for j, level := range a.Levels {
			if level.Kind == plan.Concurrency && level.Value == p.Concurrency {
				v := p.RequestsPerSecond
				all[i].points[j] = point{level: level, known: true, median: v, low: v, high: v}
			}
		}
	}
	var seen []series
	for _, s := range all {
		if _, _, found := s.extent(); found {
			seen = append(seen, s)
		}
	}
	return seen
}

func styleOf(a *stats.Analysis, server string, otherwise int) int {
	for i, name := range a.Servers {
		if name == server {
			return i
		}
	}
	return len(a.Servers) + otherwise
}

// extent gives the least and the greatest median of a line, and whether it has one.
func (s series) extent() (low, high float64, found bool) {
	for _, p := range s.points {
		if !p.known {
			continue
		}
		if !found {
			low, high, found = p.median, p.median, true
		}
		low, high = min(low, p.median), max(high, p.median)
	}
	return low, high, found
}
