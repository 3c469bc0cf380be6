package chart

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// comparison draws the ratio of each server's throughput to the baseline's at each level, with its
// interval and its verdict, a panel for each server. The margin within which differences do not
// matter is shaded. The control comes last, if there is one.
func comparison(c *Chart, s source) error {
	c.Title = s.Sprintf("Throughput against %s", s.Baseline)
	c.Columns = s.Strings("Server", "Level", "Ratio", "Interval", "Verdict")
	cells := s.comparedCells()
	for _, cell := range cells {
		c.Rows = append(c.Rows, s.comparisonRow(cell, s.Comparison(cell)))
	}
	c.Description = s.comparisonDescription(cells)
	var err error
	c.Panels, err = s.differencePanels()
	return err
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
		if c.HasVerdict() {
			verdict = s.verdictText(*c)
		}
	}
	return []string{cell.Server, cell.Level.String(), ratio, interval, verdict}
}

// comparisonDescription describes the chart.
func (s source) comparisonDescription(cells []plan.Cell) string {
	text := s.rateWords(
		"Difference in requests per second from %s, with %s confidence intervals.",
		"Difference in good answers per second from %s, with %s confidence intervals.",
		s.Baseline, s.Percentage(s.Confidence))
	text += " " + s.differenceDescription()

	var verdicts []stats.Verdict
	counts := map[stats.Verdict]int{}
	for _, cell := range cells {
		if c := s.Comparison(cell); c != nil && c.HasVerdict() {
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
