// Package chart draws what an Analysis says as SVG. In come Summaries, out comes a Chart: a picture
// for a page and for a file, a sentence that describes it, and its numbers as a table. It is the
// only importer of gonum/plot. A chart that cannot be drawn says so in its place: it never costs
// the report.
package chart

import (
	"fmt"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// Source is what a chart is drawn from, and the language in which it is described.
type Source struct {
	*stats.Analysis
	*locale.Printer // nil: English
}

// Chart is one picture with what a reader needs who does not see it.
type Chart struct {
	Name        string     // file name stem: "throughput"
	Title       string     // "Throughput against concurrency"
	Description string     // a few sentences
	Columns     []string   // head of its numbers as a table
	Rows        [][]string // its numbers as a table, formatted
	Problem     string     // why it could not be drawn; "" normally
	svg         string     // as gonum drew it, with our marks in it
	height      float64    // of the picture, in points
}

// load says of the levels what charts call them, and which loop they are of.
type load struct{ levels, level, loop, aLoop locale.Message }

func loadOf(a Source) load {
	if a.OpenLoop() {
		return load{"arrival rate", "arrival rate", "open loop", "an open loop"}
	}
	return load{"concurrency", "concurrency level", "closed loop", "a closed loop"}
}

// Throughput draws requests per second against the levels: every clean trial a point, the medians a
// line, the intervals bars, and references dashed. Of an open loop it shows what arrived, too.
func Throughput(a Source, references []spec.Reference) Chart {
	of := func(c stats.Cell) stats.Summary { return c.Of(stats.Throughput) }
	load := loadOf(a)
	f := newFigure(
		a,
		"throughput",
		a.Sprintf("Throughput against %s", load.levels),
		a.Sprintf("requests per second"),
	)
	f.yLabel, f.format = f.unit, a.Rate
	for i, server := range a.Servers {
		f.series = append(f.series, newSeries(a, i, server, of))
	}
	var names []string
	for _, r := range references {
		lines := referenceSeries(a, r)
		f.series = append(f.series, lines...)
		if len(lines) > 0 {
			names = append(names, r.Name)
		}
	}
	if a.OpenLoop() {
		f.title += ", " + a.Sprintf(load.loop)
		f.series = append(f.series, arrivals(a))
	}
	c := f.chart(
		a.Sprintf(
			"Requests per second at each %s: each small circle is a clean trial, each line joins "+
				"the medians, and each bar is the interval of a median.",
			load.level,
		),
	)
	if a.OpenLoop() && c.Problem == "" {
		c.Description += " " + a.Sprintf(
			"The thin dashed line is all that arrives: a server whose median is below it "+
				"does not keep up.",
		)
	}
	if len(names) > 0 && c.Problem == "" {
		c.Description += " " + a.Sprintf(
			"Dashed lines are references, which somebody else measured: %s.",
			strings.Join(names, ", "),
		)
	}
	c.Columns = a.Strings(
		"Server",
		"Level",
		"Requests per second, median",
		"Interval",
		"Clean trials",
	)
	c.Rows = numbers(a, a.Rate, of)
	for _, s := range f.series {
		c.Rows = append(c.Rows, s.referenceRows(a)...)
	}
	return c
}

// join puts tables of the same cells beside each other: what names the cells stands once.
func join(tables ...[][]string) [][]string {
	rows := tables[0]
	for _, table := range tables[1:] {
		for i, row := range table {
			rows[i] = append(rows[i], row[2:]...)
		}
	}
	return rows
}

// numbers gives one summary of each cell as the rows of a table.
func numbers(
	a Source,
	format func(float64) string,
	of func(stats.Cell) stats.Summary,
) [][]string {
	var rows [][]string
	for _, cell := range a.Cells {
		s := of(cell)
		row := []string{cell.Server, cell.Level.String(), "–", "–", fmt.Sprint(s.N)}
		if cell.State == stats.Invalid {
			row[2] = a.Sprintf(locale.Message(stats.Invalid))
		} else if s.N > 0 {
			row[2] = format(s.Median)
			if s.HasInterval() {
				row[3] = a.Range(s.Low, s.High, format)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// referenceRows gives a reference's values as rows of the throughput's table, and nothing for what
// was measured here.
func (s series) referenceRows(a Source) [][]string {
	var rows [][]string
	for _, p := range s.points {
		if s.reference && !s.guide && p.known {
			name := a.Sprintf("%s (reference)", s.label)
			rows = append(rows, []string{name, p.level.String(), a.Rate(p.median), "–", "–"})
		}
	}
	return rows
}

// chart draws the figure.
func (f figure) chart(description string) Chart {
	return drawn(f.printer, f.name, f.title, func() (string, float64, string, error) {
		svg, err := f.draw()
		return svg, pictureHeight, description + " " + f.extremes(), err
	})
}

// problem is why there is nothing to draw.
type problem locale.Message

func (p problem) Error() string { return string(p) }

// drawing gives a picture with its height in points, and what describes it.
type drawing func() (svg string, height float64, says string, err error)

// drawn makes a chart of what is drawn. What goes wrong inside the drawing library, even a panic,
// becomes a Problem.
func drawn(w *locale.Printer, name, title string, draw drawing) (c Chart) {
	c = Chart{Name: name, Title: title, height: pictureHeight}
	fail := func(reason any) {
		c.Problem = w.Sprintf("this chart could not be drawn: %v", reason)
		if known, ok := reason.(problem); ok {
			c.Problem = w.Sprintf(locale.Message(known))
		}
		c.Description = sentence(c.Problem)
	}
	defer func() {
		if r := recover(); r != nil {
			fail(r)
		}
	}()
	svg, height, says, err := draw()
	if err != nil {
		fail(err)
		return c
	}
	c.svg, c.height, c.Description = svg, height, says
	return c
}

// sentence makes a problem one.
func sentence(problem string) string {
	return strings.ToUpper(problem[:1]) + problem[1:] + "."
}

// extremes says between which values each measured line runs.
func (f figure) extremes() string {
	var parts []string
	for _, s := range f.series {
		low, high, found := s.extent()
		if !found || s.reference {
			continue
		}
		parts = append(parts, s.label+": "+f.printer.Span(low, high, f.format)+" "+f.unit)
	}
	return strings.Join(parts, "; ") + "."
}
