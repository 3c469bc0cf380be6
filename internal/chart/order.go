package chart

import (
	"gonum.org/v1/plot"
)

// Order draws the trials in the order in which they ran, each by its cell's median, so that what
// changed in the course of the run shows across servers and levels. Trials that are not clean are
// crosses.
func Order(a Source) Chart {
	m := multiples{
		printer: a.Printer,
		name:    "order",
		title:   a.Sprintf("Trials in the order they ran"),
		keys:    serverKeys(a),
		err:     errNothing,
	}
	lines := make([]line, len(a.Servers))
	places := map[string]int{}
	for i, key := range m.keys {
		lines[i].series, places[key.label] = key, i
	}
	high, last, unclean := 0.0, 1, 0
	for _, trial := range a.RunOrder {
		l := &lines[places[trial.Server]]
		at := mark{x: float64(trial.Order), y: trial.Share, cross: trial.Trouble != ""}
		said := a.Sprintf("not known")
		if trial.Share > 0 {
			said = a.Sprintf("%s times its cell's median", a.Number(trial.Share, 3, 3))
		}
		if at.cross {
			said += ", " + string(trial.Trouble)
			unclean++
		}
		at.hover = a.Sprintf(
			"Trial %d, %s, round %d: %s",
			trial.Order,
			trial.Cell,
			trial.Round,
			said,
		)
		if trial.Share > 0 || at.cross {
			l.marks = append(l.marks, at)
		}
		high, last = max(high, at.y), max(last, trial.Order)
	}
	y := newValueAxis(a.Printer, 0, max(high, 1), false)
	if high > 0 {
		m.err = nil
		whole := panel{
			low:    0,
			high:   float64(last) * 1.01,
			ticks:  placeTicks(a, last),
			y:      y,
			xLabel: a.Sprintf("place in the order of the run"),
		}
		for _, group := range orderGroups(lines, len(a.RunOrder)) {
			p := whole
			p.lines = group
			m.panels = append(m.panels, p)
		}
		m.labelLeft(a.Sprintf("throughput ÷ its cell's median"))
	}
	text := a.Sprintf(
		"Every trial at its place in the order of the run, by its throughput divided by the median of " +
			"its cell: where nothing changed in the course of the run, the points lie about 1 everywhere.",
	)
	if unclean > 0 {
		text += " " + a.Sprintf("Crosses are trials that are not clean: %d.", unclean)
	}
	return m.chart(text)
}

// mostInPanel is how many trials of several servers can be told apart in one panel.
const mostInPanel = 500

// orderGroups puts all servers into one panel, or where that would be crowded, each into one of its
// own.
func orderGroups(lines []line, trials int) [][]line {
	if trials <= mostInPanel {
		return [][]line{lines}
	}
	groups := make([][]line, len(lines))
	for i := range lines {
		groups[i] = lines[i : i+1]
	}
	return groups
}

// placeTicks are round steps from zero.
func placeTicks(a Source, last int) plot.ConstantTicks {
	ticks := linearTicks(a.Printer, float64(last))
	kept := ticks[:0]
	for _, tick := range ticks {
		if tick.Value == float64(int(tick.Value)) {
			kept = append(kept, tick)
		}
	}
	return kept
}
