package chart

// throughput draws requests per second against the levels: each clean trial is a small dot, a line
// joins the medians, bars are their intervals, and references are dashed. For an open loop it also
// shows the rate at which requests arrive.
func throughput(c *Chart, s source) error {
	load, rate := s.loadWords(), s.throughput()
	c.Title = s.Sprintf("Throughput against %s", load.levels)
	if s.OpenLoop() {
		c.Title += ", " + s.Sprintf(load.loop)
	}
	c.table(s, "Clean trials", rate)
	c.Rows = append(c.Rows, s.referenceRows(rate)...)

	main := Panel{Whole: true, narrow: new(scene)}
	lines, names, err := s.throughputPicture(&main.picture, wideForm)
	if err != nil {
		return err
	}
	if _, _, err := s.throughputPicture(main.narrow, narrowForm); err != nil {
		return err
	}
	c.Description = s.throughputDescription(lines, rate, names)
	c.Panels = []Panel{main}
	return nil
}

// figureForm is a form of the main figure: one for wide pages, one for phones. All sizes are in
// pixels.
type figureForm struct {
	width, height float64 // of the upper graph's picture
	right         float64 // the room for names beside the lines
	edge          float64 // from the y axis to the first level
	dots          float64 // from a median to its first trial
}

var (
	wideForm = figureForm{
		width:  wholeWidth,
		height: 300,
		right:  156,
		edge:   66,
	}
	narrowForm = figureForm{
		width:  narrowWidth,
		height: 240,
		right:  10,
		edge:   56,
	}
)

// throughputPicture draws the figure in a form. It returns the lines, and the names of the
// references among them.
func (s source) throughputPicture(picture *scene, f figureForm) ([]line, []string, error) {
	rate := s.throughput()
	x := s.levelScale(f.width-4-f.right, f.edge, 22)
	lines := s.levelLines(x.place, rate)
	for i := range lines {
		s.addTrials(&lines[i], i, x, rate)
	}
	references, names := s.references(x.place, rate)
	lines = append(lines, references...)
	if s.OpenLoop() {
		lines = append(lines, x.guide(s.Sprintf("all that arrives"), arrivals))
	}
	_, high, err := extent(lines)
	if err != nil {
		return nil, nil, err
	}

	*picture = scene{width: f.width, height: f.height}
	named := f.right > 100
	top := 22.0
	if !named {
		keys := keysOf(lines)
		top += picture.keys(keys, f.width-2*fileEdge)
		picture.height += top - 22
	}
	g := graph{
		room: room{
			left:   4,
			right:  f.right,
			top:    top,
			bottom: ticksRoom + lineRoom,
		},
		x:     x.axis(),
		y:     zeroAxis(s.Printer, high),
		xName: x.name(),
		unit:  rate.unit,
		lines: lines,
	}
	a, err := g.draw(picture)
	if err != nil {
		return nil, nil, err
	}
	if named {
		a.names(picture, func(l line, last mark) string {
			return ""
		})
	}
	return lines, names, nil
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
	const nearest, lane, step = 7, 7, 2.2
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

// throughputDescription describes the chart.
func (s source) throughputDescription(lines []line, m measure, references []string) string {
	text := s.rateWords(
		"Requests per second at each %s: each small circle is a clean trial, "+
			"each line joins the medians, and each bar is the interval of a median.",
		"Good answers per second at each %s: each small circle is a clean trial, "+
			"each line joins the medians, and each bar is the interval of a median.",
		s.loadWords().level)
	text += " " + s.lineSpans(lines, m)
	if s.OpenLoop() {
		text += " " + s.Sprintf("The thin dashed line is all that arrives: a server whose "+
			"median is below it does not keep up.")
	}
	return text + s.referencesDescription(references)
}
