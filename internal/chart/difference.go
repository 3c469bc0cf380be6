package chart

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// This file draws how much more or fewer requests per second a server answers than the baseline, at
// each level: on an axis of logarithms, so that a half and a double are equally far from no
// difference, with labels in per cent.

// compared returns the servers that were compared with the baseline at a level at least. The
// control comes last.
func (s source) compared() []string {
	return slices.DeleteFunc(s.comparedServers(), func(server string) bool {
		return !slices.ContainsFunc(s.Levels, func(level plan.Level) bool {
			c := s.Comparison(plan.Cell{Server: server, Level: level})
			return changed(c)
		})
	})
}

// changed reports whether a cell was compared with the baseline's, and the load did not make both
// alike.
func changed(c *stats.Comparison) bool {
	return c != nil && c.N > 0 && c.Verdict != stats.AtArrivalRate
}

// differenceLine returns a server's ratios to the baseline at the places of their levels.
func (s source) differenceLine(server string, place func(plan.Level) float64) line {
	l := line{style: lineStyle{index: s.styleIndex(server, 0), square: true}, name: server}
	for _, level := range s.Levels {
		m := mark{at: place(level), kind: gap, level: level}
		c := s.Comparison(plan.Cell{Server: server, Level: level})
		if changed(c) {
			m = ratioMark(m.at, *c)
			m.level, m.hollow, m.arrow = level, !settled(*c), boundArrow(*c)
		}
		l.marks = append(l.marks, m)
	}
	return l
}

// settled reports whether a comparison has come to a result.
func settled(c stats.Comparison) bool {
	return c.Verdict == stats.Faster || c.Verdict == stats.Slower || c.Verdict == stats.Equivalent
}

// boundArrow returns to which side the true ratio may be further away, because the generator
// limited one of the servers: 1 for up, −1 for down, 0 if that is not known.
func boundArrow(c stats.Comparison) int {
	up := c.Ratio > 1
	switch c.Limited {
	case stats.FasterSide:
	case stats.SlowerSide:
		up = !up
	default:
		return 0
	}
	if up {
		return 1
	}
	return -1
}

// changeText returns a comparison as the row below the ticks has it: "−24%", "−18%*", "1/540?".
func (s source) changeText(c stats.Comparison) string {
	text := s.Change(c.Ratio)
	if s.suspect(c) {
		text += "?"
	}
	if c.Limited == stats.FasterSide {
		text += "*"
	}
	return text
}

// suspect reports whether one of the cells that were compared is suspect.
func (s source) suspect(c stats.Comparison) bool {
	return slices.ContainsFunc([]string{c.Server, s.Baseline}, func(server string) bool {
		cell := s.Cell(plan.Cell{Server: server, Level: c.Level})
		return cell != nil && cell.State == stats.Suspect
	})
}

// differenceGraph returns the graph of lines of ratios, on an axis of so many pixels on which no
// difference has a label of its own. Its room and its x axis are the caller's.
func (s source) differenceGraph(lines []line, height float64, none string) (graph, error) {
	low, high, err := extent(lines)
	if err != nil {
		return graph{}, err
	}
	if low <= 0 || high > 1e300 {
		return graph{}, errInfinite
	}
	y := newChangeAxis(s.Printer, min(low, 1/(1+s.Margin)), max(high, 1+s.Margin), height)
	for i := range y.ticks {
		if y.ticks[i].Value == 0 {
			y.ticks[i].Label = none
		}
	}
	return graph{
		y:    y,
		band: [2]float64{1 / (1 + s.Margin), 1 + s.Margin},
		base: 1,
		bars: thinBar,
		thin: true,
		mark: 4.2,
	}, nil
}

// newChangeAxis returns an axis of so many pixels for ratios from low to high, with labels in per
// cent over its whole range.
func newChangeAxis(w *locale.Printer, low, high, height float64) axis {
	const room = 10 // pixels, for the ends of bars
	reach := math.Pow(10, (math.Log10(high)-math.Log10(low))*room/height)
	a := axis{low: low / reach, high: min(high*reach, math.MaxFloat64), log: true}
	for _, v := range a.changeTicks(height) {
		a.ticks = append(a.ticks, plot.Tick{Value: a.place(v), Label: w.Change(v)})
	}
	return a
}

// changeTicks returns the ratios that have a label: the finest steps whose labels are far enough
// from each other, and which reach to both ends of the axis.
func (a axis) changeTicks(height float64) []float64 {
	const closest = 15 // pixels
	var ticks []float64
	for _, steps := range changeSteps() {
		ticks = slices.DeleteFunc(steps, func(v float64) bool { return v < a.low || v > a.high })
		if len(ticks) < 3 {
			continue
		}
		least, most := math.Inf(1), 0.0
		for i := 1; i < len(ticks); i++ {
			step := a.place(ticks[i]) - a.place(ticks[i-1])
			least, most = min(least, step), max(most, step)
		}
		below, above := a.place(ticks[0])-a.place(a.low), a.place(a.high)-a.place(last(ticks))
		pixels := height / (a.place(a.high) - a.place(a.low))
		if least*pixels >= closest && max(below, above) < 1.3*most {
			break
		}
	}
	return ticks
}

func last(values []float64) float64 { return values[len(values)-1] }

// changeSteps returns sets of ascending ratios, from the finest to the coarsest.
func changeSteps() (sets [][]float64) {
	for _, percent := range []int{1, 2, 5, 10, 20, 25, 50} {
		var set []float64
		for p := 100 - 99/percent*percent; p <= 200; p += percent {
			set = append(set, float64(p)/100)
		}
		sets = append(sets, append(append([]float64{0.01}, set...), 3, 5, 10, 20, 50, 100))
	}
	decades := func(every int, steps ...float64) (set []float64) {
		for exponent := -300; exponent < 300; exponent += every {
			for _, m := range steps {
				set = append(set, round(m, exponent))
			}
		}
		return set
	}
	sets = append(sets, decades(1, 10, 15, 20, 30, 50, 70), decades(1, 1, 2, 3, 5),
		decades(1, 1, 2, 5), decades(1, 1))
	for _, every := range []int{2, 5, 10, 20, 50, 100} {
		sets = append(sets, decades(every, 1))
	}
	return sets
}

// changes writes the row of values below the ticks of a graph of differences: in bold type where
// there is a result.
func (s source) changes(picture *scene, a area, x levelScale, server string) {
	text := func(level plan.Level) string {
		c := s.Comparison(plan.Cell{Server: server, Level: level})
		switch {
		case c == nil || c.N == 0:
			return "–"
		case c.Verdict == stats.AtArrivalRate:
			return "="
		}
		return s.changeText(*c)
	}
	for _, i := range x.apart(boldText, text) {
		level := x.levels[i]
		p := softText.plain()
		c := s.Comparison(plan.Cell{Server: server, Level: level})
		if c != nil && settled(*c) {
			p = boldText.plain()
		}
		at := point{a.left + x.place(level), a.bottom + ticksRoom + lineRoom - 5}
		picture.write(p, at, middle, text(level))
	}
}

// differenceKeys returns the meanings of the marks that a server's comparisons have.
func (s source) differenceKeys(servers []string) (keys []string) {
	var solid, hollow, unjudged, larger, suspect bool
	for _, server := range servers {
		for _, level := range s.Levels {
			c := s.Comparison(plan.Cell{Server: server, Level: level})
			if !changed(c) {
				continue
			}
			solid = solid || settled(*c)
			hollow = hollow || !settled(*c) && c.HasVerdict()
			unjudged = unjudged || !c.HasVerdict()
			larger = larger || c.Limited == stats.FasterSide
			suspect = suspect || s.suspect(*c)
		}
	}
	add := func(shown bool, text locale.Message) {
		if shown {
			keys = append(keys, s.Sprintf(text))
		}
	}
	add(solid, "■ settled")
	add(hollow, "□ inconclusive")
	add(unjudged && !hollow && s.Unfinished == nil, "□ no verdict")
	add(unjudged && s.Unfinished != nil, "□ no verdict yet")
	add(suspect, "? suspect")
	add(larger, "* could be larger")
	return keys
}

// differenceDescription returns what the marks in panels of differences mean.
func (s source) differenceDescription() string {
	if len(s.compared()) == 0 {
		return ""
	}
	return s.Sprintf("Differences from %s: %s; shaded: within ±%s.", s.Baseline,
		strings.Join(s.differenceKeys(s.compared()), ", "), s.Percentage(s.Margin))
}

// differencePanels returns a panel for each server that was compared with the baseline, with the
// same axis in all of them unless that would hide what the smaller differences are.
func (s source) differencePanels() ([]Panel, error) {
	servers := s.compared()
	if len(servers) == 0 {
		return nil, errNothing
	}
	var all []line
	for _, server := range servers {
		all = append(all, s.differenceLine(server, s.levelScale(panelSize, 0, 0).place))
	}
	shared, err := s.differenceGraph(all, panelDifference, s.Change(1))
	if err != nil {
		return nil, err
	}

	var panels []Panel
	for i, server := range servers {
		g := shared
		if shared.y.high/shared.y.low > maxShared {
			if g, err = s.differenceGraph(all[i:i+1], panelDifference, s.Change(1)); err != nil {
				return nil, err
			}
		}
		whole, x := s.panelGraph(g.y)
		g.room, g.x = whole.room, whole.x
		g.bottom += lineRoom
		g.lines = []line{s.differenceLine(server, x.place)}
		picture := scene{width: panelSize, height: g.top + panelDifference + g.bottom}
		a, err := g.draw(&picture)
		if err != nil {
			return nil, err
		}
		s.changes(&picture, a, x, server)
		at := point{(a.left + a.right) / 2, a.bottom + ticksRoom + 2*lineRoom - 5}
		picture.write(tickText.plain(), at, middle, x.name())
		panels = append(panels, Panel{
			Title:    server,
			Subtitle: s.Sprintf("relative to %s", s.Baseline),
			Series:   s.styleIndex(server, 0)%len(lightSeries) + 1,
			picture:  picture,
		})
	}
	return panels, nil
}

const (
	panelDifference = 110 // the height of the data in a panel of differences, in pixels
	maxShared       = 4   // the maximum ratio of the ends of an axis that all panels share
)
