package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// panel is one coordinate system with its lines.
type panel struct {
	form
	title string
	x, y  axis
	lines []line
	parts []part // of the x axis; nil if it is not divided
	// In a panel of rows, the ratios from 1 ÷ (1 + band) to 1 + band are shaded.
	band float64
	// The room for a level beside a mark, in points; 0: levels are not written.
	levelRoom float64
}

// form is how a panel looks. Its sizes are in points.
type form struct {
	text   float64 // size of the font
	marker float64 // radius of a marker
	bar    float64 // width of the bars of intervals
	caps   float64 // width of their ends
	hover  float64 // radius around a mark in which a pointer shows what the mark is
	named  bool    // the lines have their names at the right
	sparse bool    // few labels on the y axis
	rows   bool    // values run to the right, and each line is a row with texts beside it
}

// largeForm returns the form of a panel that is a chart of its own.
func largeForm(marker float64) form {
	return form{
		text:   textSize,
		marker: marker,
		bar:    1.2,
		caps:   5,
		named:  true,
	}
}

// smallForm is the form of a panel beside others, and rowsForm that of a panel of rows.
var (
	smallForm = form{
		text:   9,
		marker: 2.6,
		bar:    1,
		caps:   4,
		hover:  4,
		sparse: true,
	}
	rowsForm = form{
		text:   textSize,
		marker: 3.4,
		bar:    1.8,
		hover:  6,
		rows:   true,
	}
)

// plot returns the panel as one of the library's plots. What is above it goes into the document.
func (p panel) plot(d *document) (*plot.Plot, error) {
	drawn := plot.New()
	styleAxes(drawn, p.text)
	drawn.Title.Text = p.title
	drawn.X.Label.Text, drawn.Y.Label.Text = p.x.name, p.y.name
	drawn.X.Min, drawn.X.Max = p.x.place(p.x.low), p.x.place(p.x.high)
	drawn.Y.Min, drawn.Y.Max = p.y.place(p.y.low), p.y.place(p.y.high)
	drawn.X.Tick.Marker, drawn.Y.Tick.Marker = p.x.ticks, p.y.ticks
	if p.sparse {
		drawn.Y.Tick.Marker = sparse(p.y)
	}

	if p.rows {
		drawn.Y.Tick.Length, drawn.Y.LineStyle.Width = 0, 0
		if err := p.addBand(drawn); err != nil {
			return nil, err
		}
	} else {
		addGridLines(drawn)
	}
	if err := p.addParts(drawn); err != nil {
		return nil, err
	}
	for _, l := range p.lines {
		for _, run := range l.runs() {
			if err := p.add(drawn, l, run); err != nil {
				return nil, err
			}
		}
	}
	drawn.Add(overlay{p, d})
	return drawn, nil
}

// addGridLines draws a line at each labelled tick of the y axis.
func addGridLines(p *plot.Plot) {
	lines := plotter.NewGrid()
	lines.Vertical.Color = nil
	lines.Horizontal.Color, lines.Horizontal.Width = rgb(grid), vg.Points(0.6)
	p.Add(lines)
}

// addBand shades the ratios around 1.
func (p panel) addBand(drawn *plot.Plot) error {
	left, right := p.x.place(1/(1+p.band)), p.x.place(1+p.band)
	bottom, top := p.y.low, p.y.high
	band, err := plotter.NewPolygon(plotter.XYs{
		{X: left, Y: bottom},
		{X: left, Y: top},
		{X: right, Y: top},
		{X: right, Y: bottom},
	})
	if err != nil {
		return err
	}
	band.Color, band.LineStyle.Width = rgb(shade), 0
	drawn.Add(band)
	return nil
}

// point returns the place of a value in the plot.
func (p panel) point(at, value float64) plotter.XY {
	if p.rows {
		return plotter.XY{X: p.x.place(value), Y: p.y.place(at)}
	}
	return plotter.XY{X: p.x.place(at), Y: p.y.place(value)}
}

// add draws a run of a line: what joins its marks, then the intervals, then the markers.
func (p panel) add(drawn *plot.Plot, l line, run []mark) error {
	var all, marked plotter.XYs
	for _, m := range run {
		at := p.point(m.at, m.value)
		all = append(all, at)
		if m.kind == dot {
			marked = append(marked, p.point(m.at+m.dodge, m.value))
		}
	}

	if l.joined {
		joined, err := plotter.NewLine(all)
		if err != nil {
			return err
		}
		joined.LineStyle = l.style.line()
		drawn.Add(joined)
	}
	if err := p.addBars(drawn, l.style, run); err != nil {
		return err
	}
	if len(marked) > 0 {
		points, err := plotter.NewScatter(marked)
		if err != nil {
			return err
		}
		points.GlyphStyle = l.style.marker(p.marker)
		drawn.Add(points)
	}
	return nil
}

// addBars draws the intervals of the marks that have one.
func (p panel) addBars(drawn *plot.Plot, style lineStyle, run []mark) error {
	var bars struct {
		plotter.XYs
		plotter.YErrors
	}
	for _, m := range run {
		if m.high <= m.low {
			continue
		}
		x := m.at + m.dodge
		at, low, high := p.point(x, m.value), p.point(x, m.low), p.point(x, m.high)
		if p.rows {
			bar, err := plotter.NewLine(plotter.XYs{low, high})
			if err != nil {
				return err
			}
			bar.LineStyle = style.stroke(p.bar)
			drawn.Add(bar)
			continue
		}
		bars.XYs = append(bars.XYs, at)
		bars.YErrors = append(bars.YErrors,
			struct{ Low, High float64 }{Low: at.Y - low.Y, High: high.Y - at.Y})
	}
	if len(bars.XYs) == 0 {
		return nil
	}

	upright, err := plotter.NewYErrorBars(bars)
	if err != nil {
		return err
	}
	upright.LineStyle = style.stroke(p.bar)
	upright.CapWidth = vg.Points(p.caps)
	drawn.Add(upright)
	return nil
}
