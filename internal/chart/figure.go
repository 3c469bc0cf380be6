package chart

import (
	"bytes"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"labbook/internal/locale"
)

// The picture's size in points. It scales to the width of its page.
const (
	pictureWidth  = 640
	pictureHeight = 380
)

// figure is a chart before it is drawn.
type figure struct {
	printer             *locale.Printer
	name, title, yLabel string
	unit                string               // of a value, as hover text says it
	format              func(float64) string // of a value in hover text and sentences
	x                   axis
	y                   valueAxis
	series              []series
	mayLog              bool // a logarithmic y axis where the values exceed a decade
	ratios              bool // an axis for ratios
	namesLevels         bool // beside each median of a solid line, where there is room
}

// axis places what a line has at a level on the x axis.
type axis interface {
	medianX(s series, at point) float64
	trialX(s series, at point, i int) float64 // the i-th trial
	endX(s series, at point) float64          // the right end of all that the line has there
	radius() float64                          // of a median's marker, in points
	ticks() plot.ConstantTicks
	label() string
}

func newFigure(a Source, name, title, unit string) figure {
	return figure{
		printer: a.Printer,
		name:    name,
		title:   title,
		unit:    unit,
		x:       newLevelAxis(a.Printer, a.Levels, len(a.Servers)),
	}
}

// draw gives the picture as gonum writes it, with the trials' points, the names and their hover
// text added.
func (f figure) draw() (string, error) {
	low, high, err := valueRange(f.series)
	if err != nil {
		return "", err
	}
	f.y = newValueAxis(f.printer, low, high, f.mayLog)
	if f.ratios {
		f.y = newRatioAxis(f.printer, low, high)
	}
	p := plot.New()
	styleAxes(p, textSize)
	f.setAxes(p)
	addGridLines(p)
	marks := &overlay{figure: f}
	for _, s := range f.series {
		if err := f.add(p, s); err != nil {
			return "", err
		}
	}
	p.Add(marks)
	canvas := vgsvg.New(vg.Points(pictureWidth), vg.Points(pictureHeight))
	const room = vg.Length(5)
	p.Draw(draw.Crop(draw.New(canvas), room, -room, room, -room))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", err
	}
	return marks.addTo(b.String()), nil
}

// styleAxes makes all text sans serif and all lines of the frame thin, for this picture alone: the
// library's defaults belong to everybody.
func styleAxes(p *plot.Plot, size float64) {
	p.BackgroundColor = rgb(paper)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font, axis.Label.TextStyle.Color = sans(size), rgb(ink)
		axis.Tick.Label.Font, axis.Tick.Label.Color = sans(size), rgb(ink)
		axis.LineStyle.Color, axis.LineStyle.Width = rgb(soft), vg.Points(0.8)
		axis.Tick.LineStyle.Color, axis.Tick.LineStyle.Width = rgb(soft), vg.Points(0.8)
		axis.Tick.Length = vg.Points(4)
		axis.Label.Padding = vg.Points(6)
		axis.Padding = 0
	}
}

// setAxes gives the axes their ranges and ticks.
func (f figure) setAxes(p *plot.Plot) {
	p.Y.Label.Text, p.X.Label.Text = f.yLabel, f.x.label()
	p.X.Min, p.X.Max = 0, axisWidth
	p.X.Tick.Marker = f.x.ticks()
	p.Y.Min, p.Y.Max = f.y.place(f.y.low), f.y.place(f.y.high)
	p.Y.Tick.Marker = f.y.ticks()
	if f.y.log {
		p.Y.Label.Text += f.y.printer.Sprintf(logScale)
	}
}

// addGridLines draws a line at each labelled tick of the y axis.
func addGridLines(p *plot.Plot) {
	lines := plotter.NewGrid()
	lines.Vertical.Color = nil
	lines.Horizontal.Color, lines.Horizontal.Width = rgb(grid), vg.Points(0.6)
	p.Add(lines)
}

// add draws the medians, the line that joins them and the bars of their intervals.
func (f figure) add(p *plot.Plot, s series) error {
	for _, run := range s.runs() {
		xys := make(plotter.XYs, len(run))
		for i, at := range run {
			xys[i] = plotter.XY{X: f.x.medianX(s, at), Y: f.y.place(at.median)}
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			return err
		}
		line.LineStyle = s.line()
		p.Add(line)
		if s.guide {
			continue
		}
		points, err := plotter.NewScatter(xys)
		if err != nil {
			return err
		}
		points.GlyphStyle = s.glyph(f.x.radius())
		if err := f.addBars(p, s, run, xys); err != nil {
			return err
		}
		p.Add(points)
	}
	return nil
}

// addBars draws the intervals of those points that have one.
func (f figure) addBars(p *plot.Plot, s series, run []point, xys plotter.XYs) error {
	var bars struct {
		plotter.XYs
		plotter.YErrors
	}
	for i, at := range run {
		if at.high > at.low {
			bars.XYs = append(bars.XYs, xys[i])
			bars.YErrors = append(bars.YErrors, struct{ Low, High float64 }{
				xys[i].Y - f.y.place(at.low), f.y.place(at.high) - xys[i].Y})
		}
	}
	if len(bars.XYs) == 0 {
		return nil
	}
	drawn, err := plotter.NewYErrorBars(bars)
	if err != nil {
		return err
	}
	drawn.LineStyle = draw.LineStyle{Color: rgb(s.colour()), Width: vg.Points(1.2)}
	drawn.CapWidth = vg.Points(5)
	p.Add(drawn)
	return nil
}
