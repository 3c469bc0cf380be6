package chart

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// comparison draws the ratio of each server's throughput to the baseline's at each level, with its
// interval and its verdict. The margin within which differences do not matter is shaded. The
// control comes last, if there is one.
func comparison(c *Chart, s source) error {
	c.Title = s.Sprintf("Throughput against %s", s.Baseline)
	c.Columns = s.Strings("Server", "Level", "Ratio", "Interval", "Verdict")
	cells := s.comparedCells()
	y := axis{low: 0.4, high: float64(len(cells)) + 0.6}
	lines := []line{noDifference(y)}
	for i, cell := range cells {
		ratio := s.Comparison(cell)
		c.Rows = append(c.Rows, s.comparisonRow(cell, ratio))
		// The first row is at the top.
		lines = append(lines, s.comparisonLine(cell, ratio, float64(len(cells)-i)))
	}

	x, err := s.comparisonAxis(lines)
	if err != nil {
		return err
	}
	c.Description = s.comparisonDescription(cells)
	return c.draw(inRows(panel{
		form:  rowsForm,
		x:     x,
		y:     y,
		band:  s.Margin,
		lines: lines,
	}))
}

// comparedServers returns the servers that have rows: the control comes last.
func (s source) comparedServers() []string {
	servers := s.Compared()
	if s.Control != "" {
		servers = append(servers, s.Control)
	}
	return servers
}

// comparedCells returns the cells that have a row, from the top to the bottom.
func (s source) comparedCells() []plan.Cell {
	var cells []plan.Cell
	for _, server := range s.comparedServers() {
		for _, level := range s.Levels {
			cells = append(cells, plan.Cell{Server: server, Level: level})
		}
	}
	return cells
}

// noDifference returns the line at which servers answer as many requests as the baseline.
func noDifference(y axis) line {
	bottom, top := markAt(y.low, 1), markAt(y.high, 1)
	bottom.kind, top.kind = bend, bend
	return line{style: guide, joined: true, marks: []mark{bottom, top}}
}

// comparisonLine returns the row of a cell's ratio, which is nil where the cell was not compared.
func (s source) comparisonLine(cell plan.Cell, ratio *stats.Comparison, at float64) line {
	texts := row{left: cell.Level.String(), right: s.Sprintf("not compared")}
	if len(s.comparedServers()) > 1 {
		texts.left = cell.String()
	}
	texts.hover = cell.String() + ": " + texts.right
	m := mark{at: at, kind: gap}

	if ratio != nil {
		m = ratioMark(at, *ratio)
		texts.right = s.ratioText(*ratio)
		if ratio.Verdict != stats.NoVerdict {
			texts.right += " " + s.verdictText(*ratio)
		}
		interval := ""
		if ratio.HasInterval() {
			interval = " (" + s.Range(ratio.Low, ratio.High, s.Times) + ")"
		}
		texts.hover = s.Sprintf("%s: %s×%s %s, %d rounds",
			cell, s.Times(ratio.Ratio), interval, locale.Message(ratio.Verdict), ratio.N)
	}
	m.hover = texts.hover
	return line{
		style: lineStyle{index: s.styleIndex(cell.Server, 0)},
		name:  cell.String(),
		marks: []mark{m},
		row:   &texts,
	}
}

func (s source) ratioText(c stats.Comparison) string { return s.Times(c.Ratio) + "×" }

func (s source) verdictText(c stats.Comparison) string {
	return s.Sprintf(locale.Message(c.Verdict))
}

// comparisonRow returns a cell's row of the table.
func (s source) comparisonRow(cell plan.Cell, c *stats.Comparison) []string {
	ratio, interval, verdict := "–", "–", "–"
	if c != nil {
		ratio = s.ratioText(*c)
		if c.HasInterval() && c.High > c.Low {
			interval = s.Range(c.Low, c.High, s.Times)
		}
		if c.Verdict != stats.NoVerdict {
			verdict = s.verdictText(*c)
		}
	}
	return []string{cell.Server, cell.Level.String(), ratio, interval, verdict}
}

// comparisonAxis returns the axis for the ratios and the margin.
func (s source) comparisonAxis(lines []line) (axis, error) {
	low, high, err := extent(lines)
	if err != nil {
		return axis{}, err
	}
	if low <= 0 || high > 1e300 {
		return axis{}, errInfinite
	}
	reach := max(1+s.Margin, minReach)
	x := newRatioAxis(s.Printer, min(low, 1/reach)/1.03, max(high, reach)*1.03)
	x.name = s.rateWords("requests per second ÷ the baseline's, log scale",
		"good answers per second ÷ the baseline's, log scale")
	return x, nil
}

// comparisonDescription describes the chart.
func (s source) comparisonDescription(cells []plan.Cell) string {
	text := s.rateWords(
		"How many times as many requests per second as %s each server answers, a "+
			"row for each level, with the interval of the ratio. The shaded band is the margin "+
			"of %s%%: an interval within it is called equivalent.",
		"How many times as many good answers per second as %s each server gives, a "+
			"row for each level, with the interval of the ratio. The shaded band is the margin "+
			"of %s%%: an interval within it is called equivalent.",
		s.Baseline, s.General(100*s.Margin, 3))

	var verdicts []stats.Verdict
	counts := map[stats.Verdict]int{}
	for _, cell := range cells {
		if c := s.Comparison(cell); c != nil && c.Verdict != stats.NoVerdict {
			if counts[c.Verdict] == 0 {
				verdicts = append(verdicts, c.Verdict)
			}
			counts[c.Verdict]++
		}
	}
	if len(verdicts) == 0 {
		return text
	}
	var parts []string
	for _, v := range verdicts {
		parts = append(parts, fmt.Sprintf("%s: %d", s.Sprintf(locale.Message(v)), counts[v]))
	}
	return text + " " + s.Sprintf("Verdicts: %s.", strings.Join(parts, ", "))
}

// The sizes of a picture of rows, in points.
const (
	frameHeight = 52  // the axis and the edges
	maxRow      = 22  // the height of a row where there are few
	minRow      = 12  // and where there are many
	fewRows     = 24  // the maximum number of rows of the maximum height
	rightRoom   = 128 // for the texts to the right of the rows
)

// inRows returns a picture of a panel whose lines are rows with texts beside them.
func inRows(p panel) picture {
	widest, rows := vg.Length(0), 0
	for _, l := range p.lines {
		if l.row != nil {
			widest, rows = max(widest, textWidth(shorten(l.row.left))), rows+1
		}
	}
	height := float64(maxRow)
	if rows > fewRows {
		height = max(minRow, maxRow*fewRows/float64(rows))
	}
	return picture{
		panels:  []panel{p},
		columns: 1,
		height:  frameHeight + height*float64(rows),
		left:    widest.Points() + 8,
		right:   rightRoom,
		ground:  true,
	}
}
