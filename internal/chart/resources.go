package chart

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// usage is what a server or the generator used, as a panel shows it.
type usage struct {
	measure
	title    string
	subtitle string
	panel    bool // it has a panel; all are in the table
}

// usages are all that servers and the generator used.
func (s source) usages() []usage {
	var memory locale.Message = "Peak memory of the server"
	if s.Memory() == stats.OwnMemory {
		memory = "Own memory of the server"
	}
	share := func(v float64) string { return s.Number(v, 3, 2) }
	return []usage{
		{
			title:    s.Sprintf("CPU time per request"),
			subtitle: s.ratioSpan(stats.CPUPerRequest, locale.ByAmount),
			panel:    true,
			measure: measure{
				unit:   "µs",
				format: s.Milliseconds,
				mayLog: true,
				metric: stats.CPUPerRequest,
			},
		},
		{
			title:    s.Sprintf(memory),
			subtitle: s.ratioSpan(s.Memory(), locale.ByAmount),
			panel:    true,
			measure: measure{
				unit:   "MB",
				format: s.Milliseconds,
				scale:  1e6,
				mayLog: true,
				metric: s.Memory(),
			},
		},
		{
			title: s.Sprintf("Threads of the server"),
			measure: measure{
				unit:   s.Sprintf("threads"),
				format: share,
				metric: stats.Threads,
			},
		},
		{
			title:    s.Sprintf("CPU used by the load generator"),
			subtitle: s.Sprintf("From 90% on, the generator may be the bottleneck"),
			panel:    true,
			measure: measure{
				unit:   s.Sprintf("of one core"),
				format: func(v float64) string { return s.Number(v, 3, 1) + "%" },
				scale:  0.01,
				metric: stats.GeneratorShare,
			},
		},
	}
}

// knownUsages returns the usages that some cell has.
func (s source) knownUsages() []usage {
	return slices.DeleteFunc(s.usages(), func(u usage) bool {
		return !slices.ContainsFunc(s.Cells, func(c stats.Cell) bool {
			return c.State != stats.Invalid && c.Of(u.metric).N > 0
		})
	})
}

// busyGenerator is the share of a core in per cent from which on a generator may be the bottleneck.
const busyGenerator = 90

// resources draws what the servers and the generator used against the levels, in a panel for each
// measure that is known.
func resources(c *Chart, s source) error {
	c.Title = s.Sprintf("Resources used by servers and load generator")
	var measures []measure
	var drawn [][]line
	for _, u := range s.knownUsages() {
		u.name = u.title
		lines := s.levelLines(s.levelScale(panelSize, 0, 0).place, u.measure)
		measures, drawn = append(measures, u.measure), append(drawn, lines)
		if !u.panel {
			continue
		}
		low, high, err := extent(lines)
		if err != nil {
			return err
		}
		picture, err := s.usagePicture(u, low, high)
		if err != nil {
			return err
		}
		c.Panels = append(c.Panels, Panel{
			Title:    u.title,
			Subtitle: u.subtitle,
			picture:  picture,
		})
	}
	if len(c.Panels) == 0 {
		return errNothing
	}
	c.Keys = severalKeys(s.serverLines())
	c.table(s, "Trials", measures...)
	c.Caption = s.lineCaption(nil)
	c.Description = s.Sprintf("What was used at each %s. Each line joins the medians of the "+
		"trials, and each bar is the confidence interval of a median. A load generator near 100%% "+
		"of one core is busy all the time, and may be the bottleneck.",
		s.loadWords().level) + " " + s.panelSpans(drawn, measures)
	return nil
}

// usagePicture draws a usage whose values are from low to high. That of the generator has a line at
// the share from which on it may be the bottleneck.
func (s source) usagePicture(u usage, low, high float64) (scene, error) {
	const manyTimes = 10 // from zero, the small values would be on the axis
	if u.metric != stats.GeneratorShare {
		y := s.valueAxis(low, high, u.mayLog && low > 0 && high/low > manyTimes)
		picture, _, err := s.levelPicture(u.measure, y, nil)
		return picture, err
	}
	y := zeroAxis(s.Printer, max(high, 100))
	for i := range y.ticks {
		y.ticks[i].Label += "%"
	}
	picture, _, err := s.levelPicture(u.measure, y, func(x levelScale) []line {
		busy := line{style: guide, joined: true}
		for _, at := range []float64{0, x.width} {
			m := markAt(at, busyGenerator)
			m.kind = bend
			busy.marks = append(busy.marks, m)
		}
		return []line{busy}
	})
	return picture, err
}
