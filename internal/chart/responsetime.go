package chart

import "slices"

// responseTime draws the median, the 90th and the 99th percentile of the response time against the
// levels, in a panel each with the same y axis.
func responseTime(c *Chart, s source) error {
	load := s.loadWords()
	c.Title = s.Sprintf("Response time against %s, %s", load.levels, load.loop)
	measures := []measure{s.p50(), s.p90(), s.p99()}
	c.table(s, "Clean trials", measures...)
	c.Rows = append(c.Rows, s.referenceRows(measures...)...)

	var panels []panel
	keys := s.serverLines()
	var references []string
	for _, m := range measures {
		p := s.levelPanel(m)
		lines, names := s.references(s.levelAxis().place, m)
		p.lines = append(p.lines, lines...)
		panels = append(panels, p)
		keys = appendNew(keys, lines, func(a, b line) bool { return a.name == b.name })
		references = appendNew(references, names, func(a, b string) bool { return a == b })
	}
	if err := s.shareAxis(panels, s.Sprintf("response time in ms")); err != nil {
		return err
	}

	c.Description = s.Sprintf("Response times of %s at each %s: the time within which half of a "+
		"trial's requests were answered (p50), nine of ten (p90) and 99 of a hundred (p99). Each "+
		"line joins the medians of the clean trials, and each bar is the interval of a median.",
		load.aLoop, load.level) + " " + s.panelSpans(panels, measures) +
		s.referencesDescription(references)
	return c.draw(sideBySide(keys, panels))
}

// appendNew appends the items that a list does not have yet.
func appendNew[T any](list, items []T, same func(a, b T) bool) []T {
	for _, item := range items {
		if !slices.ContainsFunc(list, func(has T) bool { return same(has, item) }) {
			list = append(list, item)
		}
	}
	return list
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
