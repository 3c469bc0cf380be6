package chart

import (
	"fmt"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// calibration draws how much more or fewer requests per second the embedded ab measured than the
// installed one, a panel for each server with the same axis.
func calibration(c *Chart, s source) error {
	c.Title = s.Sprintf("The embedded ab compared with the installed one")
	c.Columns = s.Strings("Server", "Level", "Ratio", "Interval", "Rounds")
	for _, cell := range s.Calibration {
		c.Rows = append(c.Rows, s.calibrationRow(cell))
	}

	here := func(plan.Level) float64 { return 0 }
	var all []line
	for i := range s.Servers {
		all = append(all, s.calibrationLine(i, here))
	}
	low, high, err := extent(all)
	if err != nil {
		return err
	}
	if low <= 0 || high > 1e300 {
		return errInfinite
	}
	const reach = 1.05 // small differences look small
	y := newChangeAxis(s.Printer, min(low, 1/reach), max(high, reach), panelHeight)
	for i, l := range all {
		lowest, highest, ok := l.span()
		if !ok {
			continue
		}
		g, x := s.panelGraph(y)
		g.base, g.bars, g.thin = 1, thinBar, true
		g.lines = []line{s.calibrationLine(i, x.place)}
		picture := panelScene(g.room)
		a, err := g.draw(&picture)
		if err != nil {
			return err
		}
		x.hover(&picture, a, a.bottom, func(level plan.Level) []hoverText {
			return s.calibrationTexts(l.name, level)
		})
		c.Panels = append(c.Panels, Panel{
			Title:    l.name,
			Subtitle: s.Sprintf("%s with the embedded ab", s.Changes(lowest, highest)),
			Series:   i%len(lightSeries) + 1,
			picture:  picture,
		})
	}
	c.Description = s.Sprintf("How many more or fewer requests per second the embedded ab "+
		"measured than the installed one, for each server and level. Each bar is the confidence "+
		"interval of the difference. Where it contains 0%, no difference was found.") + " " +
		s.lineSpans(all, measure{unit: s.Sprintf("times"), format: s.Times})
	return nil
}

// calibrationLine returns the ratios of a server at the places of their levels.
func (s source) calibrationLine(server int, place func(plan.Level) float64) line {
	l := s.serverLines()[server]
	l.joined = false
	for _, cell := range s.Calibration {
		if cell.Server == l.name {
			m := ratioMark(place(cell.Level), cell.Throughput)
			m.level = cell.Level
			l.marks = append(l.marks, m)
		}
	}
	return l
}

// calibrationTexts returns the numbers of a cell as a box has them.
func (s source) calibrationTexts(server string, level plan.Level) []hoverText {
	text := "–"
	for _, cell := range s.Calibration {
		if r := cell.Throughput; cell.Server == server && cell.Level == level && r.N > 0 {
			text = s.Change(r.Ratio)
			if r.HasInterval() {
				text += " (" + s.Changes(r.Low, r.High) + ")"
			}
		}
	}
	return []hoverText{{text: s.levelText(level)}, {text: text}}
}

// ratioMark returns a ratio at a place, or a gap where there is none.
func ratioMark(at float64, c stats.Comparison) mark {
	m := markAt(at, c.Ratio)
	if c.HasInterval() {
		m.low, m.high = c.Low, c.High
	}
	if c.N == 0 {
		m.kind = gap
	}
	return m
}

func (s source) calibrationRow(c stats.Calibrated) []string {
	row := []string{c.Server, c.Level.String(), "–", "–", fmt.Sprint(c.Throughput.N)}
	if c.Throughput.N > 0 {
		row[2] = s.Times(c.Throughput.Ratio)
	}
	if c.Throughput.HasInterval() {
		row[3] = s.Range(c.Throughput.Low, c.Throughput.High, s.Times)
	}
	return row
}
