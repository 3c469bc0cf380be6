package chart

// responseTime draws the median, the 90th and the 99th percentile of the response time against the
// levels, in a panel each with the same y axis.
func responseTime(c *Chart, s source) error {
	load := s.loadWords()
	c.Title = s.Sprintf("Response time against %s, %s", load.levels, load.loop)
	measures := []measure{s.p50(), s.p90(), s.p99()}
	c.table(s, "Clean trials", measures...)

	var panels []panel
	for _, m := range measures {
		panels = append(panels, s.levelPanel(m))
	}
	if err := s.shareAxis(panels, s.Sprintf("response time in ms")); err != nil {
		return err
	}

	c.Description = s.Sprintf("Response times of %s at each %s: the time within which half of a "+
		"trial's requests were answered (p50), nine of ten (p90) and 99 of a hundred (p99). Each "+
		"line joins the medians of the clean trials, and each bar is the interval of a median.",
		load.aLoop, load.level) + " " + s.panelSpans(panels, measures)
	return c.draw(sideBySide(s.serverLines(), panels))
}

// shareAxis gives all panels one y axis for all of their values, which may be logarithmic. Only the
// panels at the left have its name.
func (s source) shareAxis(panels []panel, name string) error {
	var lines []line
	for _, p := range panels {
		lines = append(lines, p.lines...)
	}
	low, high, err := extent(lines)
	if err != nil {
		return err
	}
	y := newValueAxis(s.Printer, low, high, true).named(s.Printer, name)
	for i := range panels {
		panels[i].y = y
	}
	nameLeft(panels)
	return nil
}
