package chart

import (
	"math"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// measure is one metric of a cell, as a panel shows it against the levels.
type measure struct {
	title, unit string               // in the words of the report
	format      func(float64) string // of the values
	of          func(stats.Cell) stats.Summary
	scale       float64 // what the values are divided by; 0: nothing
}

// panelWidth is about the width of a panel's axis in points, by which the levels are arranged.
const panelWidth = 150

// levelPanel draws a measure of every server against the levels: the medians, joined, with their
// intervals.
func levelPanel(a Source, m measure, y valueAxis) panel {
	x := newLevelAxis(a.Printer, a.Levels, len(a.Servers)).narrow(panelWidth)
	p := panel{
		title:  m.title,
		low:    0,
		high:   axisWidth,
		ticks:  x.ticks(),
		xLabel: x.shortLabel(),
		yLabel: m.unit,
		y:      y,
	}
	for style, server := range a.Servers {
		s := series{label: server, style: style}
		var run line
		for _, cell := range sortedByLevel(a.CellsOf(server)) {
			v := m.of(cell)
			if cell.State == stats.Invalid || v.N == 0 {
				if len(run.marks) > 0 {
					p.lines = append(p.lines, run)
				}
				run = line{}
				continue
			}
			run.series, run.joined = s, true
			run.marks = append(run.marks, m.mark(a, x.median(s, cell.Level), cell, v))
		}
		if len(run.marks) > 0 {
			p.lines = append(p.lines, run)
		}
	}
	return p
}

func (m measure) mark(a Source, x float64, cell stats.Cell, v stats.Summary) mark {
	scale := m.scale
	if scale == 0 {
		scale = 1
	}
	at := mark{x: x, y: v.Median / scale}
	at.low, at.high = at.y, at.y
	around := ""
	if v.HasInterval() {
		at.low, at.high = v.Low/scale, v.High/scale
		around = " (" + a.Range(at.low, at.high, m.format) + ")"
	}
	at.hover = a.Sprintf(
		"%s, %s: %s %s%s, median of %d trials",
		cell.Cell,
		m.title,
		m.format(at.y),
		m.unit,
		around,
		v.N,
	)
	return at
}

// extent gives the least and the greatest value that the measures have anywhere.
func extent(a Source, measures ...measure) (low, high float64, err error) {
	low, high, err = math.Inf(1), math.Inf(-1), errNothing
	for _, m := range measures {
		for _, cell := range a.Cells {
			v := m.of(cell)
			if cell.State == stats.Invalid || v.N == 0 {
				continue
			}
			at := m.mark(a, 0, cell, v)
			for _, y := range []float64{at.y, at.low, at.high} {
				if math.IsNaN(y) || math.IsInf(y, 0) {
					return 0, 0, errInfinite
				}
			}
			low, high, err = min(low, at.low), max(high, at.high), nil
		}
	}
	return low, high, err
}

// ResponseTime draws the median, the 90th and the 99th percentile of the response time against the
// levels, a panel each with the same axis.
func ResponseTime(a Source) Chart {
	load := loadOf(a)
	measures := []measure{
		{title: "p50", of: func(c stats.Cell) stats.Summary { return c.Of(stats.P50) }},
		{title: "p90", of: func(c stats.Cell) stats.Summary { return c.Of(stats.P90) }},
		{title: "p99", of: func(c stats.Cell) stats.Summary { return c.Of(stats.P99) }},
	}
	m := multiples{
		name:    "response-time",
		title:   a.Sprintf("Response time against %s, %s", load.levels, load.loop),
		keys:    serverKeys(a),
		printer: a.Printer,
	}
	for i := range measures {
		measures[i].unit, measures[i].format = "ms", a.Milliseconds
	}
	low, high, err := extent(a, measures...)
	m.err = err
	for _, measure := range measures {
		if err != nil {
			break
		}
		p := levelPanel(a, measure, newValueAxis(a.Printer, low, high, true))
		p.yLabel = ""
		m.panels = append(m.panels, p)
	}
	m.labelLeft(a.Sprintf("response time in ms"))
	says := a.Sprintf(
		"Response times of %s at each %s: the time within which half of a trial's requests were "+
			"answered (p50), nine of ten (p90) and 99 of a hundred (p99). Each line joins the medians of the clean "+
			"trials, and each bar is the interval of a median.",
		load.aLoop,
		load.level,
	)
	c := m.chart(says + " " + extremesOf(a, measures))
	c.Columns = a.Strings("Server", "Level")
	var tables [][][]string
	for _, measure := range measures {
		c.Columns = append(c.Columns, medianColumns(a, measure, "Clean trials")...)
		tables = append(tables, numbers(a, a.Milliseconds, measure.of))
	}
	c.Rows = join(tables...)
	return c
}

// medianColumns are the heads of a measure's columns.
func medianColumns(a Source, m measure, trials locale.Message) []string {
	return []string{
		a.Sprintf("%s (%s), median", m.title, m.unit),
		a.Sprintf("Interval"),
		a.Sprintf(trials),
	}
}

// Resources draws what the servers and the generator used against the levels: a panel for each
// measure that is known. Without any it has a Problem.
func Resources(a Source) Chart {
	ofOneCore := a.Sprintf("of one core")
	share := func(v float64) string { return a.Number(v, 3, 2) }
	measures := []measure{
		{
			title:  a.Sprintf("Server: CPU a request"),
			unit:   "µs",
			format: a.Milliseconds,
			of:     func(c stats.Cell) stats.Summary { return c.Of(stats.CPUPerRequest) },
		},
		{
			title:  a.Sprintf("Server: peak memory"),
			unit:   "MB",
			format: a.Milliseconds,
			scale:  1e6,
			of:     func(c stats.Cell) stats.Summary { return c.Of(stats.PeakMemory) },
		},
		{
			title:  a.Sprintf("Server: threads"),
			unit:   a.Sprintf("threads"),
			format: share,
			of:     func(c stats.Cell) stats.Summary { return c.Of(stats.Threads) },
		},
		{
			title:  a.Sprintf("Generator: CPU"),
			unit:   ofOneCore,
			format: share,
			of:     func(c stats.Cell) stats.Summary { return c.Of(stats.GeneratorShare) },
		},
	}
	m := multiples{
		name:    "resources",
		title:   a.Sprintf("What servers and generator used"),
		keys:    serverKeys(a),
		printer: a.Printer,
		err:     errNothing,
	}
	var known []measure
	for _, measure := range measures {
		if low, high, err := extent(a, measure); err == nil {
			y := newValueAxis(a.Printer, low, high, measure.unit != ofOneCore)
			m.panels, m.err = append(m.panels, levelPanel(a, measure, y)), nil
			known = append(known, measure)
		}
	}
	c := m.chart(
		a.Sprintf(
			"What was used at each %s. Each line joins the medians of the trials, and each bar is the "+
				"interval of a median. A generator near 1 is busy all the time, and may be the limit.",
			loadOf(a).level,
		) + " " + extremesOf(
			a,
			known,
		),
	)
	if c.Problem != "" {
		return c
	}
	c.Columns = a.Strings("Server", "Level")
	var tables [][][]string
	for _, measure := range known {
		c.Columns = append(c.Columns, medianColumns(a, measure, "Trials")...)
		tables = append(tables, numbers(a, measure.scaled, measure.of))
	}
	c.Rows = join(tables...)
	return c
}

// scaled formats a value as the panel shows it.
func (m measure) scaled(v float64) string {
	if m.scale > 0 {
		v /= m.scale
	}
	return m.format(v)
}

// extremesOf says between which values each measure of each server runs.
func extremesOf(a Source, measures []measure) string {
	text := ""
	for _, server := range a.Servers {
		said := ""
		for _, m := range measures {
			low, high := math.Inf(1), math.Inf(-1)
			for _, cell := range a.CellsOf(server) {
				if v := m.of(cell); cell.State != stats.Invalid && v.N > 0 {
					low, high = min(low, v.Median), max(high, v.Median)
				}
			}
			if low > high {
				continue
			}
			if said != "" {
				said += ", "
			}
			said += m.title + " " + a.Span(low, high, m.scaled) + " " + m.unit
		}
		if said != "" {
			text += server + ": " + said + ". "
		}
	}
	if text == "" {
		return ""
	}
	return text[:len(text)-1]
}
