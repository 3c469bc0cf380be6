package chart

import (
	"math"
	"slices"

	"gonum.org/v1/plot"

	"labbook/internal/stats"
)

// runOrder draws the trials in the order in which they ran, each divided by its cell's median.
// Across servers and levels, it shows what changed in the course of the run. Trials that are not
// clean are crosses.
func runOrder(c *Chart, s source) error {
	c.Title = s.Sprintf("Trials in the order they ran")
	if len(s.RunOrder) == 0 {
		return errNothing
	}
	c.Description = s.orderDescription()
	lines, last := s.orderLines()
	_, high, err := extent(lines)
	if err != nil {
		return err
	}
	if high == 0 {
		return errNothing // all trials are crosses
	}

	whole := panel{
		form: smallForm,
		x: axis{
			name:  s.Sprintf("place in the order of the run"),
			high:  float64(last) * 1.01,
			ticks: s.wholeTicks(last),
		},
		y:     newValueAxis(s.Printer, 0, max(high, 1), false),
		parts: s.runParts(),
	}
	whole.y.name = s.Sprintf("throughput ÷ its cell's median")
	var panels []panel
	for _, group := range orderGroups(lines, len(s.RunOrder)) {
		p := whole
		p.lines = group
		panels = append(panels, p)
	}
	nameLeft(panels)
	return c.draw(sideBySide(s.serverLines(), panels))
}

// orderLines returns the trials of each server, and the last place in the order of the run.
func (s source) orderLines() (lines []line, last int) {
	lines, last = s.serverLines(), 1
	for i := range lines {
		lines[i].joined = false
	}
	for _, trial := range s.RunOrder {
		last = max(last, trial.Order)
		m := markAt(float64(trial.Order), trial.Share)
		m.hover = s.orderHover(trial)
		if trial.Trouble != "" {
			m.kind = cross
		} else if !(trial.Share > 0) {
			continue
		}
		l := &lines[slices.Index(s.Servers, trial.Server)]
		l.marks = append(l.marks, m)
	}
	return lines, last
}

// orderHover returns what a pointer shows of a trial.
func (s source) orderHover(trial stats.OrderedTrial) string {
	text := s.Sprintf("not known")
	if trial.Share > 0 {
		text = s.Sprintf("%s times its cell's median", s.Number(trial.Share, 3, 3))
	}
	if trial.Trouble != "" {
		text += ", " + string(trial.Trouble)
	}
	if trial.Run > 0 {
		return s.Sprintf("Trial %d, %s, run %d, round %d: %s",
			trial.Order, trial.Cell, trial.Run, trial.Round, text)
	}
	return s.Sprintf("Trial %d, %s, round %d: %s", trial.Order, trial.Cell, trial.Round, text)
}

// orderDescription describes the chart.
func (s source) orderDescription() string {
	text := s.Sprintf("Every trial at its place in the order of the run, by its throughput " +
		"divided by the median of its cell: where nothing changed in the course of the run, the " +
		"points lie about 1 everywhere.")
	if s.SeveralRuns() {
		text += " " + s.Sprintf("Upright lines part the runs.")
	}
	unclean := 0
	for _, trial := range s.RunOrder {
		if trial.Trouble != "" {
			unclean++
		}
	}
	if unclean > 0 {
		text += " " + s.Sprintf("Crosses are trials that are not clean: %d.", unclean)
	}
	return text
}

// maxInPanel is the maximum number of trials of several servers that one panel can show apart.
const maxInPanel = 500

// orderGroups puts all servers into one panel, or, where that would be crowded, each server into a
// panel of its own.
func orderGroups(lines []line, trials int) [][]line {
	if trials <= maxInPanel {
		return [][]line{lines}
	}
	groups := make([][]line, len(lines))
	for i := range lines {
		groups[i] = lines[i : i+1]
	}
	return groups
}

// wholeTicks returns round steps from zero, without those between two trials.
func (s source) wholeTicks(last int) plot.ConstantTicks {
	ticks := linearTicks(s.Printer, float64(last))
	return slices.DeleteFunc(ticks, func(tick plot.Tick) bool {
		return tick.Value != math.Trunc(tick.Value)
	})
}
