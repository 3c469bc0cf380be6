package chart

import (
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// This file draws the main figure: the medians of all servers against the levels, and below them,
// on the same x axis, the difference between two servers, if there are two.

// figureForm is a form of the main figure: one for wide pages, one for phones. All sizes are in
// pixels.
type figureForm struct {
	width      float64 // of the picture
	height     float64 // of the throughputs' data
	difference float64 // of the differences' data
	right      float64 // the room for names beside the lines; 0: they are above them
}

var (
	wideForm = figureForm{
		width:      wholeWidth,
		height:     252,
		difference: 118,
		right:      158,
	}
	narrowForm = figureForm{
		width:      narrowWidth,
		height:     190,
		difference: 110,
	}
)

// The room in the figure in pixels.
const (
	figureEdge  = 4  // beside the data
	topRoom     = 18 // above the data, for the label of the top line
	betweenRoom = 58 // from one graph's data to the other's: ticks, title and label
	lastLevel   = 26 // from the last level to the end of the axis
)

// figure is the main figure in one form while it is drawn.
type figure struct {
	source
	figureForm
	picture *scene
	x       levelScale
	y       axis
	lines   []line
	server  string // whose difference is drawn; "": there is none
}

// mainFigure draws the main figure in a form.
func (s source) mainFigure(f figureForm) (scene, error) {
	values := s.mainLines(s.levelScale(f.width, 0, 0))
	_, high, err := extent(values)
	if err != nil {
		return scene{}, err
	}
	d := figure{
		source:     s,
		figureForm: f,
		picture:    &scene{width: f.width},
		y:          zeroAxis(s.Printer, high),
	}
	if compared := s.compared(); len(compared) == 1 {
		d.server = compared[0]
	}
	if !d.hasRoom(len(values)) {
		d.right = 0
	}
	d.x = s.levelScale(f.width-figureEdge-max(f.right, figureEdge), d.edge(), lastLevel)
	d.lines = s.mainLines(d.x)
	return d.draw()
}

// hasRoom reports whether so many names have room beside the lines.
func (d figure) hasRoom(names int) bool { return d.right > 0 && names*aloneStep <= int(d.height) }

// edge returns the room that the labels of the y axis need before the first level, with the dots
// of its trials.
func (d figure) edge() float64 {
	widest := 0.0
	for _, tick := range d.y.ticks {
		widest = max(widest, widthOf(tickText, tick.Label))
	}
	if d.server != "" {
		widest = max(widest, widthOf(tickText, d.none()))
	}
	return widest + 26
}

// none returns the label of no difference.
func (d figure) none() string {
	if d.right > 0 {
		return d.Sprintf("no difference")
	}
	return d.Change(1)
}

// mainLines returns the lines of the main figure on a scale.
func (s source) mainLines(x levelScale) []line {
	rate := s.throughput()
	lines := s.levelLines(x.place, rate)
	for i := range lines {
		s.addTrials(&lines[i], i, x, rate)
	}
	stackCrosses(lines)
	lines = dodged(lines)
	if !s.referenceApart() {
		references, _ := s.references(x.place, rate)
		lines = append(lines, references...)
	}
	if s.OpenLoop() {
		lines = append(lines, x.guide(s.Sprintf("all that arrives"), arrivals))
	}
	return lines
}

// stackCrosses puts the crosses of several lines at one place beside each other.
func stackCrosses(lines []line) {
	count := map[float64]int{}
	for _, l := range lines {
		for i := range l.marks {
			if m := &l.marks[i]; m.invalid {
				m.stack = count[m.at]
				count[m.at]++
			}
		}
	}
}

// draw draws the figure from the top to the bottom.
func (d figure) draw() (scene, error) {
	top := 0.0
	if d.right == 0 {
		top = d.picture.keys(keysOf(d.lines), figureEdge, figureEdge)
	}
	g := graph{
		room:  d.room(top + topRoom),
		x:     d.x.axis(),
		y:     d.y,
		unit:  d.throughput().unit,
		lines: d.lines,
	}
	bottom := top + topRoom + d.height
	end := bottom + ticksRoom + lineRoom
	if d.server == "" {
		g.xName = d.x.name()
	} else {
		end = bottom + betweenRoom + d.difference + ticksRoom + 2*lineRoom
	}
	keys := d.differenceKeys([]string{d.server})
	if d.right == 0 && len(keys) > 0 {
		end += lineRoom + 4
	}
	d.picture.height = end
	g.bottom = end - bottom

	a, err := g.draw(d.picture)
	if err != nil {
		return scene{}, err
	}
	if d.right > 0 {
		a.names(d.picture, d.endText)
	}
	if d.server != "" {
		if err := d.drawDifference(bottom+betweenRoom, keys); err != nil {
			return scene{}, err
		}
	}
	d.hover(a, end)
	return *d.picture, nil
}

// room returns the room of a graph whose data begin at a height. Its bottom is not set.
func (d figure) room(top float64) room {
	right := d.width - figureEdge - d.x.width
	return room{left: figureEdge, right: right, top: top}
}

// endText returns what is below a line's name: its last value.
func (d figure) endText(l line, last mark) string {
	if l.style.guide {
		return ""
	}
	return d.Sprintf("%s at %s", d.Rate(last.value), d.levelText(last.level))
}

// levelText returns a level as people say it: "3 clients", "24,000/s".
func (s source) levelText(level plan.Level) string {
	switch level.Kind {
	case plan.Rate:
		return s.Sprintf("%s/s", s.Integer(level.Value))
	case plan.Capacity:
		return s.Sprintf("capacity")
	}
	return s.Clients(level.Value)
}

// drawDifference draws the lower graph, whose data begin at a height.
func (d figure) drawDifference(top float64, keys []string) error {
	lines := []line{d.differenceLine(d.server, d.x.place)}
	g, err := d.differenceGraph(lines, d.difference, d.none())
	if err != nil {
		return err
	}
	g.room = d.room(top)
	g.bottom = d.picture.height - top - d.difference
	g.x, g.lines = d.x.axis(), lines
	a, err := g.draw(d.picture)
	if err != nil {
		return err
	}

	d.changes(d.picture, a, d.x, d.server)
	title := d.Sprintf("Difference: %s relative to %s", d.server, d.Baseline)
	if d.right == 0 {
		title = d.Sprintf("Difference from %s", d.Baseline)
	}
	d.picture.name(titleText.plain(), point{a.left, top - 22}, start, title, d.width-2*figureEdge)
	middleX := (a.left + a.right) / 2
	at := point{middleX, a.bottom + ticksRoom + 2*lineRoom - 5}
	d.picture.write(tickText.plain(), at, middle, d.x.name())

	p := keyText.of(d.styleIndex(d.server, 0))
	if d.right == 0 {
		at := point{middleX, a.bottom + ticksRoom + 3*lineRoom - 4}
		d.picture.write(p, at, middle, strings.Join(keys, "   "))
		return nil
	}
	band := d.Sprintf("shaded: within ±%s", d.Percentage(d.Margin))
	at = point{a.right + 14, a.place(0, 1).y}
	d.picture.write(tickText.plain(), at.plus(0, 4), start, band)
	at.y = min(at.y+24, a.bottom-16*float64(len(keys)-1))
	for i, key := range keys {
		d.picture.write(p, at.plus(0, 4+16*float64(i)), start, key)
	}
	return nil
}

// maxNarrowHover is the maximum number of cells whose numbers are in a phone's picture. Those of
// more would only make the page large: the table has them.
const maxNarrowHover = 40

// hover adds a column for each level, in which a pointer shows the level's numbers.
func (d figure) hover(a area, bottom float64) {
	if d.width == narrowWidth && len(d.Cells) > maxNarrowHover {
		return
	}
	d.x.hover(d.picture, a, bottom-lineRoom, func(level plan.Level) []hoverText {
		texts := []hoverText{{text: d.levelText(level)}}
		for server, name := range d.Servers {
			cell := d.Cell(plan.Cell{Server: name, Level: level})
			texts = append(texts, hoverText{
				name:   name,
				series: server%len(lightSeries) + 1,
				text:   d.cellText(*cell),
			})
		}
		if own := d.Comparison(plan.Cell{Server: d.server, Level: level}); changed(own) {
			texts = append(texts, hoverText{text: d.differenceText(*own)})
		}
		return texts
	})
}

// cellText returns the numbers of a cell as a box has them: its median with the interval, and the
// difference from the baseline if there are several.
func (d figure) cellText(cell stats.Cell) string {
	fields := d.tableCells(cell, d.throughput())
	text := fields[0]
	if fields[1] != "–" {
		text += " (" + fields[1] + ")"
	}
	if c := d.Comparison(cell.Cell); d.server == "" && changed(c) {
		text += ", " + d.changeText(*c)
	}
	return text
}

// differenceText returns a difference as a box has it.
func (d figure) differenceText(c stats.Comparison) string {
	text := d.changeText(c)
	if c.HasInterval() {
		text += " (" + d.Changes(c.Low, c.High) + ")"
	}
	return d.Sprintf("Difference: %s", text)
}
