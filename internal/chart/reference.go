package chart

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// This file has the experiment's references: numbers that were measured elsewhere, as dashed lines
// beside the servers' own and as rows of a chart's table.

// references returns the lines of the experiment's references by one measure, and the names of
// those references that have a value at one of the levels.
func (s source) references(
	place func(plan.Level) float64, m measure,
) (lines []line, names []string) {
	for _, r := range s.experiment.References {
		found := s.referenceLines(place, r, m)
		if len(found) > 0 {
			lines, names = append(lines, found...), append(names, r.Name)
		}
	}
	return lines, names
}

// referenceLines returns a line for each server of a reference that has a value at one of the
// levels. The line of a server that was also measured has the server's colour.
func (s source) referenceLines(
	place func(plan.Level) float64, r spec.Reference, m measure,
) []line {
	var lines []line
	for i, server := range referenceServers(r) {
		l := line{
			style:  lineStyle{index: s.styleIndex(server, i), reference: true},
			name:   server + ", " + r.Name,
			joined: true,
		}
		for _, level := range s.Levels {
			point, ok := referencePoint(r, plan.Cell{Server: server, Level: level})
			value := markAt(place(level), m.reference(point))
			value.level = level
			if !ok || value.value == 0 {
				value.kind = gap
			}
			l.marks = append(l.marks, value)
		}
		if _, ok := l.last(); ok {
			lines = append(lines, l)
		}
	}
	return lines
}

// referenceServers returns the servers of a reference, each once.
func referenceServers(r spec.Reference) []string {
	var servers []string
	for _, p := range r.Points {
		if !slices.Contains(servers, p.Server) {
			servers = append(servers, p.Server)
		}
	}
	return servers
}

// referencePoint returns the last row that a reference has of a cell. ok is false if it has none.
func referencePoint(r spec.Reference, cell plan.Cell) (point spec.ReferencePoint, ok bool) {
	if cell.Level.Kind != plan.Concurrency {
		return point, false
	}
	for _, p := range slices.Backward(r.Points) {
		if p.Server == cell.Server && p.Concurrency == cell.Level.Value {
			return p, true
		}
	}
	return point, false
}

// styleIndex returns a server's place in the spec. The i-th server of a reference that was not
// measured comes after all that were.
func (s source) styleIndex(server string, i int) int {
	if place := slices.Index(s.Servers, server); place >= 0 {
		return place
	}
	return len(s.Servers) + i
}

// referenceRows returns the rows of references in a chart's table of some measures.
func (s source) referenceRows(measures ...measure) [][]string {
	var rows [][]string
	for _, r := range s.experiment.References {
		for _, server := range referenceServers(r) {
			name := s.Sprintf("%s (reference)", fmt.Sprintf("%s, %s", server, r.Name))
			for _, level := range s.Levels {
				point, _ := referencePoint(r, plan.Cell{Server: server, Level: level})
				if numbers, known := referenceNumbers(point, measures); known {
					row := append([]string{name, level.String()}, numbers...)
					rows = append(rows, row)
				}
			}
		}
	}
	return rows
}

// referenceNumbers returns the fields of a row: the value of each measure, and nothing for its
// interval and its number of trials. known is false if there is no value.
func referenceNumbers(p spec.ReferencePoint, measures []measure) (fields []string, known bool) {
	for _, m := range measures {
		text := "–"
		if value := m.reference(p); value != 0 {
			text, known = m.format(value), true
		}
		fields = append(fields, text, "–", "–")
	}
	return fields, known
}

// referencesDescription explains the lines of references; "" if there are none.
func (s source) referencesDescription(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " " + s.Sprintf("Dashed: reference measurements from elsewhere (%s).",
		strings.Join(names, ", "))
}

// apartFrom is how many times as large or as small as the servers' values a reference's must be to
// have a panel and an axis of its own: as a line among the others it would lie on the x axis.
const apartFrom = 5

// referenceApart reports whether the references have an axis of their own.
func (s source) referenceApart() bool {
	m := s.throughput()
	here := func(plan.Level) float64 { return 0 }
	lines, _ := s.references(here, m)
	_, elsewhere, _ := extent(lines)
	_, own, err := extent(s.levelLines(here, m))
	if len(lines) == 0 || err != nil {
		return false
	}
	return elsewhere*apartFrom <= own || elsewhere >= own*apartFrom
}

// referencePanels returns a panel for each reference, if they have an axis of their own.
func (s source) referencePanels() ([]Panel, error) {
	if !s.referenceApart() {
		return nil, nil
	}
	var panels []Panel
	m := s.throughput()
	for _, r := range s.experiment.References {
		probe := s.referenceLines(s.levelScale(asideSize, 0, 0).place, r, m)
		if len(probe) == 0 {
			continue
		}
		_, high, _ := extent(probe)
		y := zeroAxis(s.Printer, high)
		x := s.levelScale(asideSize-2*figureEdge, labelsWidth(y)+14, 16)
		g := graph{
			room:  panelRoom(),
			x:     x.axis(),
			y:     y,
			xName: x.name(),
			unit:  m.unit,
			lines: s.referenceLines(x.place, r, m),
		}
		for i := range g.lines {
			g.lines[i].name = strings.TrimSuffix(g.lines[i].name, ", "+r.Name)
		}
		picture := scene{width: asideSize}
		g.top = picture.keys(keysOf(g.lines), figureEdge, figureEdge) + topRoom
		picture.height = g.top + panelHeight + g.bottom
		if _, err := g.draw(&picture); err != nil {
			return nil, err
		}
		panels = append(panels, Panel{
			Title:    s.Sprintf("For reference: %s", r.Name),
			Subtitle: s.Sprintf("Measured elsewhere, on its own scale"),
			Aside:    true,
			picture:  picture,
		})
	}
	return panels, nil
}
