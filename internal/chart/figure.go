package chart

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"labbook/internal/plan"
)

// The picture's size in points. It scales to the width of its page.
const (
	pictureWidth  = 640
	pictureHeight = 380
)

// figure is a chart before it is drawn.
type figure struct {
	name, title, yLabel string
	unit                string // of a value, as hover text says it
	places              int    // decimals of a value in hover text
	levels              []plan.Level
	series              []series
	mayLog              bool // a logarithmic axis where the values exceed a decade
}

// chart draws the figure. What goes wrong inside the drawing library, even a panic, becomes a Problem.
func (f figure) chart() (c Chart) {
	c = Chart{Name: f.name, Title: f.title}
	defer func() {
		if r := recover(); r != nil {
			c.Problem = fmt.Sprintf("this chart could not be drawn: %v", r)
		}
	}()
	svg, err := f.draw()
	if err != nil {
		c.Problem = err.Error()
		return c
	}
	c.svg = svg
	return c
}

var errNothing = errors.New("there is nothing to draw: no cell is valid")

// draw gives the picture as gonum writes it, with the trials' points and their hover text added.
func (f figure) draw() (string, error) {
	low, high, found := f.yRange()
	if !found {
		return "", errNothing
	}
	p := plot.New()
	f.setStyle(p)
	f.setX(p)
	f.setY(p, low, high)
	trials := &trialPoints{height: pictureHeight}
	f.addGrid(p)
	labels := &endLabels{style: p.Y.Tick.Label}
	for i, s := range f.series {
		shift := f.dodge(i)
		if err := s.addTo(p, shift); err != nil {
			return "", fmt.Errorf("this chart could not be drawn: %w", err)
		}
		trials.add(f, s, shift)
		labels.add(s, shift)
	}
	p.Add(trials, labels)
	canvas := vgsvg.New(vg.Points(pictureWidth), vg.Points(pictureHeight))
	const room = vg.Length(5)
	p.Draw(draw.Crop(draw.New(canvas), room, -room, room, -room))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", fmt.Errorf("this chart could not be drawn: %w", err)
	}
	return withPoints(b.String(), trials), nil
}

// setStyle makes all text sans serif and all lines of the frame thin, for this picture alone: the library's
// defaults belong to everybody.
func (f figure) setStyle(p *plot.Plot) {
	sans := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(10)}
	p.BackgroundColor = rgb(paper)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font, axis.Label.TextStyle.Color = sans, rgb(ink)
		axis.Tick.Label.Font, axis.Tick.Label.Color = sans, rgb(ink)
		axis.LineStyle.Color, axis.LineStyle.Width = rgb(soft), vg.Points(0.8)
		axis.Tick.LineStyle.Color, axis.Tick.LineStyle.Width = rgb(soft), vg.Points(0.8)
		axis.Tick.Length = vg.Points(4)
		axis.Label.Padding = vg.Points(6)
	}
	p.Y.Label.Text, p.X.Label.Text = f.yLabel, "concurrency level (clients)"
}

func (f figure) setX(p *plot.Plot) {
	low, high := levelRange(f.levels)
	room := math.Max(0.5, (high-low)*0.03)
	p.X.Min, p.X.Max = low-room, high+room
	p.X.Tick.Marker = levelTicks(f.levels, pictureWidth*0.7)
}

// setY gives the axis its range: from zero, unless it is logarithmic.
func (f figure) setY(p *plot.Plot, low, high float64) {
	if f.mayLog && low > 0 && high/low > 10 {
		p.Y.Scale = plot.LogScale{}
		p.Y.Min, p.Y.Max = low/1.15, high*1.15
		p.Y.Tick.Marker = logTicks(p.Y.Min, p.Y.Max)
		p.Y.Label.Text += " (log scale)"
		return
	}
	top := high * 1.06
	if !(top > 0) {
		top = 1
	}
	p.Y.Min, p.Y.Max = 0, top
	p.Y.Tick.Marker = linearTicks(top)
}

// addGrid draws a line at each labelled tick of the y axis.
func (f figure) addGrid(p *plot.Plot) {
	lines := plotter.NewGrid()
	lines.Vertical.Color = nil
	lines.Horizontal.Color, lines.Horizontal.Width = rgb(grid), vg.Points(0.6)
	p.Add(lines)
}

// yRange gives the least and the greatest value that is drawn.
func (f figure) yRange() (low, high float64, found bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, s := range f.series {
		for _, p := range s.points {
			if !p.known {
				continue
			}
			found = true
			for _, v := range append([]float64{p.median, p.low, p.high}, p.trials...) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high, found
}

// dodge moves what belongs to one line a little aside, so that points and bars of different lines at the same
// level do not cover each other.
func (f figure) dodge(i int) float64 {
	low, high := levelRange(f.levels)
	step := math.Max(1, high-low) * 0.007
	return (float64(i) - float64(len(f.series)-1)/2) * step
}

func levelRange(levels []plan.Level) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, l := range levels {
		low, high = min(low, float64(l.Value)), max(high, float64(l.Value))
	}
	return low, high
}

func sorted(levels []plan.Level) []plan.Level {
	copied := slices.Clone(levels)
	slices.SortFunc(copied, func(a, b plan.Level) int { return cmp.Compare(a.Value, b.Value) })
	return copied
}

// addTo draws the medians, the line that joins them and the bars of their intervals.
func (s series) addTo(p *plot.Plot, shift float64) error {
	for _, run := range s.runs() {
		xys := make(plotter.XYs, len(run))
		for i, at := range run {
			xys[i] = plotter.XY{X: float64(at.level.Value) + shift, Y: at.median}
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			return err
		}
		line.LineStyle = s.line()
		p.Add(line)
		if s.reference {
			continue
		}
		points, err := plotter.NewScatter(xys)
		if err != nil {
			return err
		}
		points.GlyphStyle = draw.GlyphStyle{Color: rgb(s.colour()), Radius: vg.Points(3.6), Shape: s.marker()}
		if err := s.addBars(p, run, xys); err != nil {
			return err
		}
		p.Add(points)
	}
	return nil
}

func (s series) addBars(p *plot.Plot, run []point, xys plotter.XYs) error {
	errs := make(plotter.YErrors, len(run))
	bars := false
	for i, at := range run {
		errs[i].Low, errs[i].High = at.median-at.low, at.high-at.median
		bars = bars || at.high > at.low
	}
	if !bars {
		return nil
	}
	drawn, err := plotter.NewYErrorBars(struct {
		plotter.XYs
		plotter.YErrors
	}{xys, errs})
	if err != nil {
		return err
	}
	drawn.LineStyle = draw.LineStyle{Color: rgb(s.colour()), Width: vg.Points(1.2)}
	drawn.CapWidth = vg.Points(6)
	p.Add(drawn)
	return nil
}

// runs gives the line's points from gap to gap, in the order of their levels.
func (s series) runs() [][]point {
	points := slices.Clone(s.points)
	slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.level.Value, b.level.Value) })
	var runs [][]point
	var run []point
	for _, p := range points {
		if p.known {
			run = append(run, p)
		} else if len(run) > 0 {
			runs, run = append(runs, run), nil
		}
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}

// last gives the line's rightmost point.
func (s series) last() (point, bool) {
	runs := s.runs()
	if len(runs) == 0 {
		return point{}, false
	}
	run := runs[len(runs)-1]
	return run[len(run)-1], true
}
