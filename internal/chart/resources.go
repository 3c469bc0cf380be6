package chart

import "labbook/internal/stats"

// usages are the measures of what the servers and the generator used.
func (s source) usages() []measure {
	share := func(v float64) string { return s.Number(v, 3, 2) }
	memory := s.Sprintf("Server: peak memory")
	if s.Memory() == stats.OwnMemory {
		memory = s.Sprintf("Server: own memory")
	}
	return []measure{
		{
			name:   s.Sprintf("Server: CPU a request"),
			unit:   "µs",
			format: s.Milliseconds,
			mayLog: true,
			metric: stats.CPUPerRequest,
		},
		{
			name:   memory,
			unit:   "MB",
			format: s.Milliseconds,
			scale:  1e6,
			mayLog: true,
			metric: s.Memory(),
		},
		{
			name:   s.Sprintf("Server: threads"),
			unit:   s.Sprintf("threads"),
			format: share,
			mayLog: true,
			metric: stats.Threads,
		},
		{
			name:   s.Sprintf("Generator: CPU"),
			unit:   s.Sprintf("of one core"),
			format: share,
			metric: stats.GeneratorShare,
		},
	}
}

// knownUsages returns the usages that some cell has, with a panel each.
func (s source) knownUsages() (measures []measure, panels []panel) {
	for _, m := range s.usages() {
		p := s.levelPanel(m)
		low, high, err := extent(p.lines)
		if err != nil {
			continue
		}
		p.y = newValueAxis(s.Printer, low, high, m.mayLog).named(s.Printer, m.unit)
		measures, panels = append(measures, m), append(panels, p)
	}
	return measures, panels
}

// resources draws what the servers and the generator used against the levels, in a panel for each
// measure that is known.
func resources(c *Chart, s source) error {
	c.Title = s.Sprintf("What servers and generator used")
	measures, panels := s.knownUsages()
	if len(panels) == 0 {
		return errNothing
	}
	c.table(s, "Trials", measures...)
	c.Description = s.Sprintf("What was used at each %s. Each line joins the medians of the "+
		"trials, and each bar is the interval of a median. A generator near 1 is busy all the "+
		"time, and may be the limit.", s.loadWords().level) + " " + s.panelSpans(panels, measures)
	return c.draw(sideBySide(s.serverLines(), panels))
}
