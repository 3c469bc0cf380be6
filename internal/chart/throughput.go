package chart

import (
	"slices"
	"strings"

	"labbook/internal/plan"
	"labbook/internal/spec"
)

// throughput draws requests per second against the levels: each clean trial is a small circle, a
// line joins the medians, bars are their intervals, and references are dashed. For an open loop it
// also shows the rate at which requests arrive.
func throughput(c *Chart, s source) error {
	load, rate, x := s.loadWords(), s.throughput(), s.levelAxis()
	c.Title = s.Sprintf("Throughput against %s", load.levels)
	if s.OpenLoop() {
		c.Title += ", " + s.Sprintf(load.loop)
	}

	lines := s.levelLines(x, rate)
	for i := range lines {
		s.addTrials(&lines[i], x, rate)
	}
	references, names := s.references(x)
	lines = append(lines, references...)
	if s.OpenLoop() {
		lines = append(lines, x.guide(s.Sprintf("all that arrives"), arrivals))
	}
	c.table(s, "Clean trials", rate)
	c.Rows = append(c.Rows, s.referenceRows(references)...)

	low, high, err := extent(lines)
	if err != nil {
		return err
	}
	c.Description = s.throughputDescription(lines, rate, names)
	return c.draw(alone(panel{
		form:  largeForm(x.markerRadius()),
		x:     x.axis(),
		y:     newValueAxis(s.Printer, low, high, rate.mayLog).named(s.Printer, rate.unit),
		lines: lines,
	}))
}

// addTrials adds the trials behind a line's medians, which follow them on the right.
func (s source) addTrials(l *line, x levelAxis, m measure) {
	for i, cell := range s.CellsOf(l.name) {
		median, v := &l.marks[i], cell.Of(m.metric)
		if median.kind == gap {
			continue
		}
		for k, value := range v.Values {
			median.reach = x.afterMedian(k, v.N)
			trial := markAt(median.at+median.reach, value)
			trial.hover = s.trialHover(l.name, cell, v.Rounds[k], m, value)
			l.trials = append(l.trials, trial)
		}
	}
}

// arrivals returns the rate at which requests arrive at a level of an open loop.
func arrivals(level plan.Level) float64 { return float64(level.Value) }

// throughputDescription describes the chart.
func (s source) throughputDescription(lines []line, m measure, references []string) string {
	text := s.Sprintf("Requests per second at each %s: each small circle is a clean trial, "+
		"each line joins the medians, and each bar is the interval of a median.",
		s.loadWords().level)
	text += " " + s.lineSpans(lines, m)
	if s.OpenLoop() {
		text += " " + s.Sprintf("The thin dashed line is all that arrives: a server whose "+
			"median is below it does not keep up.")
	}
	if len(references) > 0 {
		text += " " + s.Sprintf("Dashed lines are references, which somebody else measured: %s.",
			strings.Join(references, ", "))
	}
	return text
}

// references returns the lines of the experiment's references, and the names of those references
// that have a value at one of the levels.
func (s source) references(x levelAxis) (lines []line, names []string) {
	for _, r := range s.experiment.References {
		found := s.referenceLines(x, r)
		if len(found) > 0 {
			lines, names = append(lines, found...), append(names, r.Name)
		}
	}
	return lines, names
}

// referenceLines returns a line for each server of a reference that has a value at one of the
// levels. The line of a server that was measured, too, has the server's colour.
func (s source) referenceLines(x levelAxis, r spec.Reference) []line {
	var servers []string
	values := map[plan.Cell]float64{}
	for _, p := range r.Points {
		if !slices.Contains(servers, p.Server) {
			servers = append(servers, p.Server)
		}
		level := plan.Level{Kind: plan.Concurrency, Value: p.Concurrency}
		values[plan.Cell{Server: p.Server, Level: level}] = p.RequestsPerSecond
	}

	var lines []line
	for i, server := range servers {
		l := line{
			style:  lineStyle{index: s.styleIndex(server, i), reference: true},
			name:   server + ", " + r.Name,
			joined: true,
		}
		for _, level := range s.Levels {
			v, ok := values[plan.Cell{Server: server, Level: level}]
			m := markAt(x.place(level), v)
			m.level = level
			if !ok {
				m.kind = gap
			}
			l.marks = append(l.marks, m)
		}
		if _, ok := l.last(); ok {
			lines = append(lines, l)
		}
	}
	return lines
}

// styleIndex returns a server's place in the spec. The i-th server of a reference that was not
// measured comes after all that were.
func (s source) styleIndex(server string, i int) int {
	if place := slices.Index(s.Servers, server); place >= 0 {
		return place
	}
	return len(s.Servers) + i
}

// referenceRows returns the rows of references in the chart's table.
func (s source) referenceRows(references []line) [][]string {
	var rows [][]string
	for _, l := range references {
		name := s.Sprintf("%s (reference)", l.name)
		for _, m := range l.marks {
			if m.kind != gap {
				rows = append(rows, []string{name, m.level.String(), s.Rate(m.value), "–", "–"})
			}
		}
	}
	return rows
}
