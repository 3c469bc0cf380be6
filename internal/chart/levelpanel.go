package chart

import (
	"math"
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// This file draws panels of medians against the levels: one measure of all servers each.

// panelTicks is the maximum number of labels on the y axis of a panel.
const panelTicks = 7

// levelPicture draws a measure of every server against the levels, with further lines if more is
// not nil. It also returns the servers' lines.
func (s source) levelPicture(
	m measure, y axis, more func(levelScale) []line,
) (scene, []line, error) {
	g, x := s.panelGraph(y)
	if g.lower = x.lower(); len(g.lower) > 0 {
		g.bottom += labelStep
	}
	lines := dodged(s.levelLines(x.place, m))
	stackCrosses(lines)
	g.unit, g.lines = m.unit, lines
	if more != nil {
		g.lines = slices.Concat(more(x), lines)
	}
	picture := scene{width: panelSize, height: g.top + panelHeight + g.bottom}
	a, err := g.draw(&picture)
	if err != nil {
		return scene{}, nil, err
	}
	x.hover(&picture, a, a.bottom, func(level plan.Level) []hoverText {
		return s.levelTexts(level, m)
	})
	return picture, lines, nil
}

// levelTexts returns the numbers of a level as a box has them, a line for each server.
func (s source) levelTexts(level plan.Level, m measure) []hoverText {
	texts := []hoverText{{text: s.levelText(level)}}
	for i, name := range s.Servers {
		cell := *s.Cell(plan.Cell{Server: name, Level: level})
		fields := s.tableCells(cell, m)
		text := fields[0]
		if fields[1] != "–" {
			text += " (" + fields[1] + ")"
		}
		if cell.State != stats.Invalid && cell.Of(m.metric).N > 0 {
			text += " " + m.unit
		}
		texts = append(texts, hoverText{
			name:   name,
			series: i%len(lightSeries) + 1,
			text:   text,
		})
	}
	return texts
}

// hover adds a column for each level to a picture, in which a pointer shows the level's texts.
func (x levelScale) hover(
	picture *scene, a area, bottom float64, texts func(plan.Level) []hoverText,
) {
	for i, level := range x.levels {
		at := a.left + x.place(level)
		c := hoverColumn{
			left:   a.left,
			right:  a.right,
			top:    a.top,
			bottom: bottom,
			at:     at,
			texts:  texts(level),
		}
		if i > 0 {
			c.left = (a.left + x.place(x.levels[i-1]) + at) / 2
		}
		if i < len(x.levels)-1 {
			c.right = (a.left + x.place(x.levels[i+1]) + at) / 2
		}
		picture.columns = append(picture.columns, c)
	}
}

// maxDodged is how far from its place a marker may be drawn, in pixels.
const maxDodged = 3

// dodged draws the markers of servers beside each other, so that equal ones can be told apart.
// Their lines stay where they are: moved aside, lines that rise would seem to differ in value.
func dodged(lines []line) []line {
	if len(lines) < 2 {
		return lines
	}
	for i, l := range lines {
		for k := range l.marks {
			l.marks[k].dodge = maxDodged * (2*float64(i)/float64(len(lines)-1) - 1)
		}
	}
	return lines
}

// minLog is the minimum of what an axis of logarithms shows: below it, numbers have no powers of
// ten beside them.
const minLog = 1e-290

// valueAxis returns the axis of a panel for values from low to high: from zero, or of logarithms
// where that is possible and wanted.
func (s source) valueAxis(low, high float64, log bool) axis {
	if log && low >= minLog {
		return newLogAxis(s.Printer, low, high, panelTicks)
	}
	return zeroAxis(s.Printer, high)
}

// sharedAxis returns one axis for the values of some measures, references included.
func (s source) sharedAxis(measures []measure) (axis, error) {
	here := func(plan.Level) float64 { return 0 }
	var lines []line
	for _, m := range measures {
		references, _ := s.references(here, m)
		lines = slices.Concat(lines, s.levelLines(here, m), references)
	}
	low, high, err := extent(lines)
	if err != nil {
		return axis{}, err
	}
	return s.valueAxis(low, high, true), nil
}

// severalKeys returns the keys of lines; none of a single line.
func severalKeys(lines []line) []Key {
	if len(lines) < 2 {
		return nil
	}
	return keysOf(lines)
}

// ratioSpan returns the finding of a panel: how the others' medians compare with the baseline's,
// over all levels. It is "" if nothing is compared by the metric.
func (s source) ratioSpan(metric *stats.Metric, q locale.Quantity) string {
	low, high := math.Inf(1), math.Inf(-1)
	var servers []string
	if !slices.Contains(stats.Measures, metric) {
		return ""
	}
	for _, r := range s.Ratios {
		ratio := s.Analysis.Ratio(r.Cell, metric)
		if ratio.N == 0 || !(ratio.Ratio > 0) || r.Server == s.Control {
			continue
		}
		low, high = min(low, ratio.Ratio), max(high, ratio.Ratio)
		if !slices.Contains(servers, r.Server) {
			servers = append(servers, r.Server)
		}
	}
	switch len(servers) {
	case 0:
		return ""
	case 1:
		return servers[0] + ": " + s.Difference(q, low, high)
	}
	return s.Sprintf("%s, relative to %s", s.Difference(q, low, high), s.Baseline)
}

// lineCaption returns what the marks in panels with a line per server are.
func (s source) lineCaption(references []string) string {
	return s.Sprintf("Lines join medians; bars are their %s confidence intervals.",
		s.Percentage(s.Confidence)) + s.referencesDescription(references)
}

// panelSpans returns the minimum and the maximum of each measure of each server, a sentence for
// each server. The lines of each measure are those of the servers.
func (s source) panelSpans(lines [][]line, measures []measure) string {
	var sentences []string
	for server, name := range s.Servers {
		var spans []string
		for i, m := range measures {
			if low, high, ok := lines[i][server].span(); ok {
				spans = append(spans, m.name+" "+s.Span(low, high, m.format)+" "+m.unit)
			}
		}
		if len(spans) > 0 {
			sentences = append(sentences, name+": "+strings.Join(spans, ", ")+".")
		}
	}
	return strings.Join(sentences, " ")
}
