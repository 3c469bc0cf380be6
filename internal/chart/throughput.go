package chart

import "labbook/internal/plan"

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
	references, names := s.references(x, rate)
	lines = append(lines, references...)
	if s.OpenLoop() {
		lines = append(lines, x.guide(s.Sprintf("all that arrives"), arrivals))
	}
	c.table(s, "Clean trials", rate)
	c.Rows = append(c.Rows, s.referenceRows(rate)...)

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
	text := s.rateWords(
		"Requests per second at each %s: each small circle is a clean trial, "+
			"each line joins the medians, and each bar is the interval of a median.",
		"Good answers per second at each %s: each small circle is a clean trial, "+
			"each line joins the medians, and each bar is the interval of a median.",
		s.loadWords().level)
	text += " " + s.lineSpans(lines, m)
	if s.OpenLoop() {
		text += " " + s.Sprintf("The thin dashed line is all that arrives: a server whose "+
			"median is below it does not keep up.")
	}
	return text + s.referencesDescription(references)
}
