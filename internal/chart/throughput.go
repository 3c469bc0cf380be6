package chart

import (
	"slices"

	"labbook.example/labbook/internal/stats"
)

// throughput draws requests per second against the levels: each clean trial is a small dot, a line
// joins the medians, bars are their intervals, and references are dashed. For an open loop it also
// shows the rate at which requests arrive.
func throughput(c *Chart, s source) error {
	load, rate := s.loadWords(), s.throughput()
	c.Title = s.Sprintf("Throughput against %s", load.levels)
	if s.OpenLoop() {
		c.Title += ", " + s.Sprintf(load.loop)
	}
	c.table(s, "Valid trials", rate)
	c.Rows = append(c.Rows, s.referenceRows(rate)...)

	wide, err := s.mainFigure(wideForm)
	if err != nil {
		return err
	}
	narrow, err := s.mainFigure(narrowForm)
	if err != nil {
		return err
	}
	c.Panels = []Panel{{Whole: true, picture: wide, narrow: &narrow}}
	references, err := s.referencePanels()
	if err != nil {
		return err
	}
	c.Panels = append(c.Panels, references...)
	if len(s.compared()) > 1 {
		differences, err := s.differencePanels()
		if err != nil {
			return err
		}
		c.Panels = append(c.Panels, differences...)
	}

	x := s.levelScale(wholeWidth, 0, 0)
	_, names := s.references(x.place, rate)
	marks := ""
	if len(s.compared()) > 1 {
		marks = " " + s.differenceDescription()
	}
	c.Description = s.throughputDescription(names) + marks
	if s.referenceApart() { // their panels say what they are
		c.Caption = s.throughputDescription(nil) + marks
	}
	return nil
}

// addTrials adds the trials behind a line's medians, beside them.
func (s source) addTrials(l *line, server int, x levelScale, m measure) {
	for i, cell := range s.CellsOf(l.name) {
		median, v := &l.marks[i], cell.Of(m.metric)
		if median.kind == gap {
			continue
		}
		for k, value := range v.Values {
			trial := markAt(median.at, value)
			trial.aside = x.aside(server, len(s.Servers), k)
			trial.hover = s.trialHover(l.name, cell, v.Rounds[k], m, value)
			l.trials = append(l.trials, trial)
		}
	}
}

// aside returns how far a trial is drawn from its level: the trials of a server have a lane of
// their own, on either side of the medians.
func (x levelScale) aside(server, servers, trial int) float64 {
	const nearest, lane, step = 9.5, 7, 2.2
	side, place := 1.0, server/2
	if server%2 == 0 {
		side = -1
	}
	distance := nearest + lane*float64(place) + step*float64(trial%3)
	widest := nearest + lane*float64((servers-1)/2) + 2*step
	return side * distance * min(1, 0.45*x.closest()/widest)
}

// arrivals returns the rate at which requests arrive at a level of an open loop.
func arrivals(level float64) float64 { return level }

// hasInterval reports whether the throughput of a cell has a confidence interval.
func hasInterval(c stats.Cell) bool { return c.Of(stats.Throughput).HasInterval() }

// throughputDescription describes the chart.
func (s source) throughputDescription(references []string) string {
	text := s.rateWords(
		"Median requests per second, with %s confidence intervals; dots are single trials.",
		"Median good answers per second, with %s confidence intervals; dots are single trials.",
		s.Percentage(s.Confidence))
	if !slices.ContainsFunc(s.Cells, hasInterval) {
		text = s.rateWords("Median requests per second; dots are single trials.",
			"Median good answers per second; dots are single trials.")
	}
	if s.OpenLoop() {
		text += " " + s.Sprintf("A server whose median is below the dotted line does not keep "+
			"up with the arrivals.")
	}
	has := func(state stats.State) bool {
		return slices.ContainsFunc(s.Cells, func(c stats.Cell) bool {
			return c.State == state && !c.Unknown
		})
	}
	if has(stats.Suspect) {
		text += " " + s.Sprintf("Hollow markers are suspect values.")
	}
	if has(stats.Invalid) {
		text += " " + s.Sprintf("Crosses on the axis are invalid data.")
	}
	return text + s.referencesDescription(references)
}
