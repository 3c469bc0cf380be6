package chart

import (
	"slices"

	"gonum.org/v1/plot"

	"labbook.example/labbook/internal/stats"
)

// runOrder draws the trials in the order in which they ran, each relative to the median of its
// cell, with a running median of each server. Across servers and levels, it shows what changed
// during the run. Trials that are not clean are crosses.
func runOrder(c *Chart, s source) error {
	c.Title = s.Sprintf("Trials in the order they ran")
	if len(s.RunOrder) == 0 {
		return errNothing
	}
	lines := s.orderLines()
	low, high, err := extent(lines)
	if err != nil {
		return err
	}
	if low <= 0 || high > 1e300 {
		return errInfinite
	}
	c.Description = s.orderDescription()
	c.Keys = severalKeys(s.serverLines())

	const reach = 1.33 // small changes look small
	y := newChangeAxis(s.Printer, min(low, 1/reach), max(high, reach), orderHeight)
	if len(s.Servers) <= maxTogether {
		wide, err := s.orderPicture(lines, y, wholeWidth)
		if err != nil {
			return err
		}
		narrow, err := s.orderPicture(lines, y, narrowWidth)
		if err != nil {
			return err
		}
		c.Panels = []Panel{{Whole: true, picture: wide, narrow: &narrow}}
		return nil
	}
	c.Keys = nil
	for i, name := range s.Servers {
		picture, err := s.orderPicture(lines[i:i+1], y, panelSize)
		if err != nil {
			return err
		}
		c.Panels = append(c.Panels, Panel{
			Title:   name,
			Series:  i%len(lightSeries) + 1,
			picture: picture,
		})
	}
	return nil
}

const (
	orderHeight = 190 // of the data, in pixels
	maxTogether = 3   // the maximum number of servers whose trials can be told apart in one picture
)

// orderPicture draws the trials of some servers in a picture of some width.
func (s source) orderPicture(lines []line, y axis, width float64) (scene, error) {
	last := 1
	for _, trial := range s.RunOrder {
		last = max(last, trial.Order)
	}
	x := newValueScale(width, y, float64(last))
	g := graph{
		room:  panelRoom(),
		x:     x.axis(s.wholeTicks(last, int((x.width-x.left)/55))),
		y:     y,
		xName: s.Sprintf("place in the order of the run"),
		base:  1,
		thin:  true,
		mark:  3.4,
		parts: s.orderParts(x),
	}
	for _, l := range lines {
		l.marks, l.trials = slices.Clone(l.marks), slices.Clone(l.trials)
		for _, marks := range [][]mark{l.marks, l.trials} {
			for i := range marks {
				marks[i].at = x.place(marks[i].at)
			}
		}
		running := line{style: l.style, name: l.name, joined: true}
		running.marks = runningMedian(l.trials, s.medianWindow())
		crosses := line{style: l.style, marks: l.marks}
		trials := line{style: l.style, trials: l.trials}
		g.lines = append(g.lines, trials, crosses, running)
	}
	picture := scene{width: width, height: g.top + orderHeight + g.bottom}
	_, err := g.draw(&picture)
	return picture, err
}

// orderLines returns the trials of each server: the clean ones as trials, and the others as crosses
// among the marks, on the x axis where their throughput is not known.
func (s source) orderLines() []line {
	lines := s.serverLines()
	for i := range lines {
		lines[i].joined = false
	}
	for _, trial := range s.RunOrder {
		l := &lines[slices.Index(s.Servers, trial.Server)]
		m := markAt(float64(trial.Order), trial.Share)
		m.hover = s.orderHover(trial)
		switch {
		case trial.Trouble != "" && trial.Share > 0:
			m.kind = cross
			l.marks = append(l.marks, m)
		case trial.Trouble != "":
			m.kind, m.invalid = gap, true
			l.marks = append(l.marks, m)
		case trial.Share > 0:
			l.trials = append(l.trials, m)
		}
	}
	return lines
}

// medianWindow returns over how many trials of a server a running median is: about two rounds of
// them, but never fewer than five.
func (s source) medianWindow() int { return max(5, 2*len(s.Levels)+1) }

// runningMedian returns the line of the medians over so many trials around each trial. A few of its
// marks have a marker, so that lines are told apart without colours.
func runningMedian(trials []mark, window int) []mark {
	const markers = 6
	half := window / 2
	var marks []mark
	for i, t := range trials {
		reach := min(half, i, len(trials)-1-i) // as many before as after it
		var values []float64
		for _, near := range trials[i-reach : i+reach+1] {
			values = append(values, near.value)
		}
		slices.Sort(values)
		m := markAt(t.at, values[len(values)/2])
		if reach < min(half, 2) {
			continue // the ends would be single trials
		}
		m.kind = bend
		marks = append(marks, m)
	}
	for i := range min(markers, len(marks)) {
		marks[(2*i+1)*len(marks)/(2*min(markers, len(marks)))].kind = dot
	}
	return marks
}

// maxNamedParts is the maximum number of runs whose names have room.
const maxNamedParts = 12

// orderParts returns where a run or a round begins. Rounds that would be too close to each other
// are left out.
func (s source) orderParts(x valueScale) []part {
	const closest = 14 // pixels
	var parts []part
	for i, trial := range s.RunOrder {
		newRun := i == 0 || trial.Run != s.RunOrder[i-1].Run
		if !newRun && trial.Round == s.RunOrder[i-1].Round {
			continue
		}
		p := part{from: x.place(float64(trial.Order) - 0.5)}
		switch {
		case newRun && s.SeveralRuns():
			p.strong = i > 0
			if s.Runs <= maxNamedParts {
				p.name = s.Sprintf("run %d", trial.Run)
			}
		case len(parts) > 0 && p.from-parts[len(parts)-1].from < closest:
			continue
		}
		parts = append(parts, p)
	}
	return parts
}

// orderHover returns what a pointer shows of a trial.
func (s source) orderHover(trial stats.OrderedTrial) string {
	text := s.Sprintf("not known")
	if trial.Share > 0 {
		text = s.Sprintf("%s times the median of its server and level", s.Number(trial.Share, 3, 3))
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
	text := s.Sprintf("Each dot is a trial at its place in the order of the run: its " +
		"throughput relative to the median of its server and level. Lines are running medians. " +
		"Where nothing changed during the run, they stay near 0%.")
	if s.SeveralRuns() {
		text += " " + s.Sprintf("Vertical lines separate the runs.")
	} else {
		text += " " + s.Sprintf("Vertical lines separate the rounds.")
	}
	unclean := 0
	for _, trial := range s.RunOrder {
		if trial.Trouble != "" {
			unclean++
		}
	}
	if unclean > 0 {
		text += " " + s.Sprintf("Crosses are failed trials: %d.", unclean)
	}
	return text
}

// wholeTicks returns round steps from zero, at most so many and without those between two trials.
func (s source) wholeTicks(last, most int) plot.ConstantTicks {
	step := max(1, roundUp(float64(last)/float64(max(1, most))))
	return axisTicks(s.Printer, step, float64(last))
}
