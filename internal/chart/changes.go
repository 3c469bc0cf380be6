package chart

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// This file draws a comparison of two records as a forest: a row for each server at each level,
// with what it did relative to the yardstick and, hollow, what its number did by itself.

// forestForm is a form of the picture: one for wide pages, one for phones. All sizes are in pixels.
type forestForm struct {
	width float64
	left  float64 // where the data begin: beside the names of the levels
	right float64 // where they end: beside the changes
	short bool    // the changes have no intervals
}

var (
	wideForest   = forestForm{width: wholeWidth, left: 92, right: 470}
	narrowForest = forestForm{
		width: narrowWidth,
		left:  44,
		right: 262,
		short: true,
	}
)

// The heights of the parts of a forest in pixels.
const (
	forestHead   = 22 // above the first server, for the name of the line of the machine
	forestServer = 26 // a server's name
	forestRow    = 24 // a level
	forestGap    = 6  // after a server's last level
	markAside    = 5  // from the middle of a row to either mark
)

// forest is the picture in one form while it is drawn.
type forest struct {
	*locale.Printer
	*compare.Comparison
	forestForm
	picture *scene
	axis    axis
}

// Changes returns the chart of a comparison of two records. It has no picture if nothing was
// compared.
func Changes(w *locale.Printer, c *compare.Comparison) Chart {
	chart := Chart{
		Name:    "changes",
		Title:   w.Sprintf("What changed, for each server at each level"),
		Caption: changesCaption(w, c),
		Main:    true,
	}
	chart.Description = chart.Caption
	low, high, ok := forestExtent(c)
	if !ok {
		return chart
	}
	wide, narrow := newForest(w, c, wideForest, low, high), newForest(w, c, narrowForest, low, high)
	chart.Panels = []Panel{{Whole: true, picture: wide, narrow: &narrow}}
	chart.labelPanels()
	return chart
}

// changesCaption returns what the marks are.
func changesCaption(w *locale.Printer, c *compare.Comparison) string {
	confidence := w.Percentage(c.Confidence)
	text := w.Sprintf("○ the number by itself, which has no verdict; bars: %s confidence "+
		"intervals.", confidence)
	switch {
	case c.Yardstick != "" && c.AcrossMachines:
		text = w.Sprintf("■ relative to %s; bars: %s confidence intervals.", c.Yardstick,
			confidence)
	case c.Yardstick != "":
		text = w.Sprintf("■ relative to %s, ○ the number by itself, which has no verdict; bars: "+
			"%s confidence intervals.", c.Yardstick, confidence)
	}
	if machineShift(c) != 0 {
		text += " " + w.Sprintf("Dotted: what the yardstick did, and with it the machine.")
	}
	return text + " " + w.Sprintf("Shaded: within ±%s.", w.Percentage(c.Margin))
}

// machineShift returns by what the yardstick moved; 0 if that is not known.
func machineShift(c *compare.Comparison) float64 {
	if c.Shift == nil || c.Yardstick == "" {
		return 0
	}
	return c.Shift.Yardstick
}

// forestExtent returns the smallest and the largest ratio that is drawn, and whether there is one.
func forestExtent(c *compare.Comparison) (low, high float64, ok bool) {
	low, high = 1/(1+c.Margin), 1+c.Margin
	include := func(ratio float64) bool {
		if ratio <= 0 || math.IsInf(ratio, 0) || math.IsNaN(ratio) {
			return false
		}
		low, high = min(low, ratio), max(high, ratio)
		return true
	}
	for _, cell := range c.Cells {
		shifts := []stats.Shift{cell.Moved}
		if cell.Relative != nil {
			shifts = append(shifts, cell.Relative.Shift)
		}
		for _, s := range shifts {
			ok = include(s.Ratio) || ok
			if s.HasInterval() {
				include(s.Low)
				include(s.High)
			}
		}
	}
	include(machineShift(c))
	return low, high, ok
}

func newForest(
	w *locale.Printer, c *compare.Comparison, form forestForm, low, high float64,
) scene {
	const tickRoom = 3.4 // times the height of a tick's label is its width
	f := forest{
		Printer:    w,
		Comparison: c,
		forestForm: form,
		picture:    &scene{width: form.width},
		axis:       newChangeAxis(w, low, high, (form.right-form.left)/tickRoom),
	}
	bottom := f.height()
	f.ground(bottom)
	y := float64(forestHead)
	for i, cell := range c.Cells {
		if i == 0 || cell.Server != c.Cells[i-1].Server {
			if i > 0 {
				y += forestGap
			}
			f.server(cell.Server, y)
			y += forestServer
		}
		f.row(cell, y+forestRow/2)
		y += forestRow
	}
	f.picture.height = bottom + ticksRoom + 4
	return *f.picture
}

// height returns where the data end.
func (f forest) height() float64 {
	y := float64(forestHead)
	for i, cell := range f.Cells {
		if i == 0 || cell.Server != f.Cells[i-1].Server {
			y += forestServer
			if i > 0 {
				y += forestGap
			}
		}
		y += forestRow
	}
	return y
}

// x returns the place of a ratio.
func (f forest) x(ratio float64) float64 {
	low, high := f.axis.place(f.axis.low), f.axis.place(f.axis.high)
	return f.left + (f.axis.place(ratio)-low)/(high-low)*(f.right-f.left)
}

// ground draws what is behind the marks: the margin, the ticks, no change, and the machine.
func (f forest) ground(bottom float64) {
	const top = forestHead - 4
	low, high := f.x(1/(1+f.Margin)), f.x(1+f.Margin)
	f.picture.rect(bandArea.plain(), low, top, high-low, bottom-top)
	for _, tick := range f.axis.ticks {
		ratio := math.Pow(10, tick.Value)
		paint := gridLine.plain()
		if math.Abs(ratio-1) < 1e-9 {
			paint = axisLine.plain()
		}
		f.picture.stroke(paint, point{f.x(ratio), top}, point{f.x(ratio), bottom})
		below := point{f.x(ratio), bottom + ticksRoom - 4}
		f.picture.write(tickText.plain(), below, middle, tick.Label)
	}
	if shift := machineShift(f.Comparison); shift > 0 {
		x := f.x(shift)
		f.picture.stroke(guideLine.plain(), point{x, top}, point{x, bottom})
		text := f.Sprintf("machine %s×", f.Ratio(shift))
		half := widthOf(tickText, text) / 2
		x = min(max(x, f.left+half-20), f.width-half)
		f.picture.write(tickText.plain(), point{x, top - 5}, middle, text)
	}
}

// series returns the index of a server's colour.
func (f forest) series(server string) int {
	return max(0, slices.Index(f.New.Analysis.Servers, server))
}

// server writes the name of a server above its rows.
func (f forest) server(name string, y float64) {
	shown := name
	if name == f.Yardstick {
		shown = f.Sprintf("%s (yardstick)", name)
	}
	f.picture.name(nameText.of(f.series(name)), point{0, y + 17}, start, shown, f.width)
}

// row draws a server at a level around the middle of its row.
func (f forest) row(cell compare.Cell, y float64) {
	level := f.Integer(cell.Level.Value)
	if !f.short {
		level = source{Printer: f.Printer}.levelText(cell.Level)
	}
	f.picture.write(tickText.plain(), point{f.left - 10, y + 4}, end, level)

	at := y
	if cell.Relative != nil && cell.Moved.Ratio > 0 {
		at = y + markAside
	}
	series := f.series(cell.Server)
	if f.bar(cell.Moved, series, at) {
		path := []segment{{kind: circle, to: point{f.x(cell.Moved.Ratio), at}, radius: 3.4}}
		f.picture.add(item{paint: hollowMark.of(series), path: path})
	}
	if cell.Relative == nil {
		f.change(f.movedText(cell), softText.plain(), y)
		return
	}
	if cell.Moved.Ratio > 0 {
		at = y - markAside
	}
	if f.bar(cell.Relative.Shift, series, at) {
		l := lineStyle{index: series, square: true}
		f.picture.marker(l, solidMark, point{f.x(cell.Relative.Ratio), at}, 4.2)
	}
	paint := softText.plain()
	if v := cell.Relative.Verdict; v == stats.Faster || v == stats.Slower {
		paint = boldText.plain()
	}
	f.change(f.changeText(cell), paint, y)
}

// bar draws the interval of a shift, and reports whether its ratio can be drawn.
func (f forest) bar(s stats.Shift, series int, y float64) bool {
	isFinite := func(ratio float64) bool { return ratio > 0 && !math.IsInf(ratio, 0) }
	if !isFinite(s.Ratio) {
		return false
	}
	if s.HasInterval() && isFinite(s.Low) && isFinite(s.High) {
		f.picture.stroke(thinBar.of(series), point{f.x(s.Low), y}, point{f.x(s.High), y})
	}
	return true
}

// change writes what a row comes to.
func (f forest) change(text string, p paint, y float64) {
	f.picture.name(p, point{f.right + 14, y + 4}, start, text, f.width-f.right-14)
}

// movedText returns what a number did by itself.
func (f forest) movedText(cell compare.Cell) string {
	if cell.Moved.Ratio == 0 {
		return "–"
	}
	text := f.Times(cell.Moved.Ratio) + "×"
	if f.short || !cell.Moved.HasInterval() {
		return text
	}
	return text + " (" + f.Span(cell.Moved.Low, cell.Moved.High, f.Times) + ")"
}

// changeText returns what a server did relative to the yardstick.
func (f forest) changeText(cell compare.Cell) string {
	change := cell.Relative
	text := f.Change(change.Ratio)
	if change.Limited == stats.FasterSide {
		text += "*"
	}
	if f.short || !change.HasInterval() {
		return text
	}
	return text + " (" + f.Changes(change.Low, change.High) + ")"
}
