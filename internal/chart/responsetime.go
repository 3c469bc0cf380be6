package chart

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// responseTime draws percentiles of the response time against the levels, in a panel each with the
// same logarithmic axis: the median, the 90th and the 99th, and where histograms were recorded the
// 95th and p99.9 as well.
func responseTime(c *Chart, s source) error {
	load := s.loadWords()
	c.Title = s.Sprintf("Latency against %s, %s", load.levels, load.loop)
	shown := s.shownPercentiles()
	measures := make([]measure, len(shown))
	for i, p := range shown {
		measures[i] = p.measure
	}
	c.table(s, "Valid trials", measures...)
	c.Rows = append(c.Rows, s.referenceRows(measures...)...)

	y, err := s.sharedAxis(measures)
	if err != nil {
		return err
	}
	keys := s.serverLines()
	var drawn [][]line
	var names []string
	for _, p := range shown {
		var references []line
		picture, lines, err := s.levelPicture(p.measure, y, func(x levelScale) []line {
			var found []string
			references, found = s.references(x.place, p.measure)
			names = appendNew(names, found, func(a, b string) bool { return a == b })
			return references
		})
		if err != nil {
			return err
		}
		keys = appendNew(keys, references, func(a, b line) bool { return a.name == b.name })
		drawn = append(drawn, lines)
		c.Panels = append(c.Panels, Panel{
			Title:    s.Sprintf(p.title),
			Subtitle: s.ratioSpan(p.metric, locale.ByLength),
			picture:  picture,
		})
	}
	c.Keys = severalKeys(keys)
	c.Caption = s.lineCaption(names)
	c.Description = s.Sprintf("Latency (response time) in %s at each %s: the time within which "+
		"half of a trial's requests were answered (p50), 90%% (p90) and 99%% (p99). Each line "+
		"joins the medians of the valid trials, and each bar is the confidence interval of a "+
		"median.",
		load.aLoop, load.level) + " " + s.panelSpans(drawn, measures) +
		s.referencesDescription(names)
	return nil
}

// shownPercentile is a percentile that has a panel.
type shownPercentile struct {
	measure
	title locale.Message
}

func (s source) shownPercentiles() []shownPercentile {
	unknown := func(spec.ReferencePoint) float64 { return 0 }
	all := []shownPercentile{
		{s.p50(), "p50: the typical request"},
		{s.p90(), "p90: the slowest 10%"},
		{s.percentile("p95", stats.P95, unknown), "p95: the slowest 5%"},
		{s.p99(), "p99: the slowest 1%"},
		{s.percentile("p99.9", stats.P999, unknown), "p99.9: the slowest 0.1%"},
	}
	recorded := func(c stats.Cell) bool {
		return c.State != stats.Invalid && c.Of(stats.P999).N > 0
	}
	if slices.ContainsFunc(s.Cells, recorded) {
		return all
	}
	return []shownPercentile{all[0], all[1], all[3]}
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
