package chart

import (
	"bytes"
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"labbook/internal/locale"
)

// multiples is a picture of small panels beside and below each other. The lines have their names
// once, above the panels.
type multiples struct {
	printer     *locale.Printer
	name, title string
	panels      []panel
	keys        []series
	err         error // why there is nothing to draw
}

// panel is one of them.
type panel struct {
	title          string
	xLabel, yLabel string
	low, high      float64 // the ends of the x axis
	ticks          plot.ConstantTicks
	y              valueAxis
	lines          []line
}

// line is what a panel shows of one server.
type line struct {
	series series // its looks
	joined bool
	marks  []mark // in the order of x
}

// mark is one place of a line.
type mark struct {
	x, y      float64 // the y axis's values
	low, high float64 // the ends of its interval; equal where there is none
	bend      bool    // no more than a bend of the line
	cross     bool    // no sound value
	hover     string  // what a pointer that rests on it shows
}

// Sizes of a picture of panels, in points.
const (
	panelText   = 9
	panelRadius = 2.6
	keyRow      = 15
	edgeRoom    = 5
	panelGap    = 16
)

// columns is how many panels lie beside each other.
func (g multiples) columns() int {
	switch n := len(g.panels); {
	case n <= 3:
		return n
	case n == 4:
		return 2
	case n <= 9:
		return 3
	}
	return 4
}

// panelHeight leaves a panel about as high as it is wide, and a lone one lower.
func (g multiples) panelHeight() float64 { return []float64{300, 240, 200, 165}[g.columns()-1] }

func (g multiples) rows() int { return (len(g.panels) + g.columns() - 1) / g.columns() }

// labelLeft names the y axis of the panels at the left, which is that of all.
func (g multiples) labelLeft(text string) {
	for i := range g.panels {
		if i%g.columns() == 0 {
			g.panels[i].yLabel = text
		}
	}
}

// chart draws the panels. What goes wrong becomes a Problem, as it does with a figure.
func (g multiples) chart(description string) Chart {
	return drawn(g.printer, g.name, g.title, func() (string, float64, string, error) {
		svg, height, err := g.draw()
		return svg, height, description, err
	})
}

func (g multiples) draw() (svg string, height float64, err error) {
	if g.err != nil {
		return "", 0, g.err
	}
	o := &panelOverlay{}
	places := g.keyPlaces()
	keyRoom := keyRow*float64(places[len(places)-1].row+1) + 4
	o.height = 2*edgeRoom + keyRoom + g.panelHeight()*float64(g.rows())
	canvas := vgsvg.New(vg.Points(pictureWidth), vg.Points(o.height))
	all := draw.New(canvas)
	all.SetColor(rgb(paper))
	all.Fill(all.Rectangle.Path())
	const room = vg.Length(edgeRoom)
	area := draw.Crop(all, room, -room, room, -room-vg.Points(keyRoom))
	plots := make([][]*plot.Plot, g.rows())
	for i := range plots {
		plots[i] = make([]*plot.Plot, g.columns())
	}
	for i, p := range g.panels {
		if plots[i/g.columns()][i%g.columns()], err = p.plot(o); err != nil {
			return "", 0, err
		}
	}
	tiles := draw.Tiles{
		Rows: g.rows(),
		Cols: g.columns(),
		PadX: panelGap,
		PadY: panelGap / 2,
	}
	for i, row := range plot.Align(plots, tiles, area) {
		for j, c := range row {
			if plots[i][j] != nil {
				plots[i][j].Draw(c)
			}
		}
	}
	o.keys(all, places)
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", 0, err
	}
	return o.addTo(b.String()), o.height, nil
}

// plot makes the panel one of the library's.
func (p panel) plot(o *panelOverlay) (*plot.Plot, error) {
	drawn := plot.New()
	styleAxes(drawn, panelText)
	drawn.Title.Text, drawn.X.Label.Text, drawn.Y.Label.Text = p.title, p.xLabel, p.yLabel
	drawn.Title.TextStyle.Font, drawn.Title.TextStyle.Color = sans(panelText+1), rgb(ink)
	drawn.Title.Padding = vg.Points(3)
	drawn.X.Min, drawn.X.Max = p.low, p.high
	drawn.X.Tick.Marker = p.ticks
	drawn.Y.Min, drawn.Y.Max = p.y.place(p.y.low), p.y.place(p.y.high)
	drawn.Y.Tick.Marker = sparse(p.y.ticks())
	if p.y.log && p.yLabel != "" {
		drawn.Y.Label.Text += p.y.printer.Sprintf(logScale)
	}
	addGridLines(drawn)
	for _, l := range p.lines {
		if err := l.add(drawn, p.y); err != nil {
			return nil, err
		}
	}
	drawn.Add(panelMarks{p, o})
	return drawn, nil
}

// mostPanelTicks is how many labels there is room for on the y axis of a panel.
const mostPanelTicks = 9

// sparse takes the labels from every second tick until there are few enough.
func sparse(ticks plot.ConstantTicks) plot.ConstantTicks {
	for {
		var labelled []int
		for i, tick := range ticks {
			if tick.Label != "" {
				labelled = append(labelled, i)
			}
		}
		if len(labelled) <= mostPanelTicks {
			return ticks
		}
		for k := 1; k < len(labelled); k += 2 {
			ticks[labelled[k]].Label = ""
		}
	}
}

// add draws the line, the intervals and the markers.
func (l line) add(p *plot.Plot, y valueAxis) error {
	var xys, marked plotter.XYs
	var bars struct {
		plotter.XYs
		plotter.YErrors
	}
	for _, m := range l.marks {
		at := plotter.XY{X: m.x, Y: y.place(m.y)}
		xys = append(xys, at)
		if !m.bend && !m.cross {
			marked = append(marked, at)
		}
		if m.high > m.low {
			bars.XYs = append(bars.XYs, at)
			bars.YErrors = append(bars.YErrors,
				struct{ Low, High float64 }{at.Y - y.place(m.low), y.place(m.high) - at.Y})
		}
	}
	if l.joined && len(xys) > 0 {
		joined, err := plotter.NewLine(xys)
		if err != nil {
			return err
		}
		joined.LineStyle = l.series.line()
		p.Add(joined)
	}
	if len(bars.XYs) > 0 {
		drawn, err := plotter.NewYErrorBars(bars)
		if err != nil {
			return err
		}
		drawn.LineStyle = draw.LineStyle{Color: rgb(l.series.colour()), Width: vg.Points(1)}
		drawn.CapWidth = vg.Points(4)
		p.Add(drawn)
	}
	if len(marked) == 0 {
		return nil
	}
	points, err := plotter.NewScatter(marked)
	if err != nil {
		return err
	}
	points.GlyphStyle = l.series.glyph(panelRadius)
	p.Add(points)
	return nil
}

// panelOverlay is what lies above the panels: hover text, crosses, and the names of the lines.
type panelOverlay struct {
	height float64
	marks  strings.Builder // SVG
}

// panelMarks writes one panel's part of the overlay once the library knows where its data lie.
type panelMarks struct {
	panel   panel
	overlay *panelOverlay
}

// Plot turns values into places.
func (m panelMarks) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	b := &m.overlay.marks
	for _, l := range m.panel.lines {
		for _, at := range l.marks {
			x, y := toX(at.x).Points(), m.overlay.height-toY(m.panel.y.place(at.y)).Points()
			if at.cross {
				fmt.Fprintf(
					b,
					`<path d="M%.1f %.1fl6 6m0 -6l-6 6" style="fill:none;stroke:%s;stroke-width:1.6"/>`+"\n",
					x-3,
					y-3,
					l.series.colour(),
				)
			}
			if at.hover != "" {
				fmt.Fprintf(
					b,
					`<circle cx="%.1f" cy="%.1f" r="4" style="fill:transparent"><title>%s</title></circle>`+
						"\n",
					x,
					y,
					escaped(at.hover),
				)
			}
		}
	}
}

func (o *panelOverlay) addTo(svg string) string {
	return strings.TrimSuffix(strings.TrimSpace(svg), "</svg>") + o.marks.String() + "</svg>\n"
}

// keyPlace is where a line's name stands.
type keyPlace struct {
	series series
	name   string // shortened
	x      float64
	row    int
}

// keyPlaces lays the names out in rows.
func (g multiples) keyPlaces() []keyPlace {
	p := plot.New()
	p.X.Tick.Label.Font = sans(textSize)
	const gap = 18
	places := make([]keyPlace, len(g.keys))
	x, row := float64(edgeRoom), 0
	for i, s := range g.keys {
		name := shorten(p, s.label)
		width := keyWidth + textWidth(p, name).Points()
		if x > edgeRoom && x+width > pictureWidth-edgeRoom {
			x, row = edgeRoom, row+1
		}
		places[i] = keyPlace{s, name, x, row}
		x += width + gap
	}
	return places
}

// keys writes the names of the lines, each with a piece of its line.
func (o *panelOverlay) keys(c draw.Canvas, places []keyPlace) {
	for _, k := range places {
		down := edgeRoom + keyRow*(float64(k.row)+0.5)
		x, y := vg.Points(k.x), vg.Points(o.height-down)
		key := vg.Points(keyWidth - 5)
		c.StrokeLine2(k.series.line(), x, y, x+key, y)
		c.DrawGlyphNoClip(k.series.glyph(panelRadius+0.6), vg.Point{X: x + key/2, Y: y})
		fmt.Fprintf(&o.marks, `<text x="%.1f" y="%.1f" style="%s;font-size:%dpx;fill:%s">`,
			k.x+keyWidth, down+0.35*textSize, fonts, textSize, ink)
		fmt.Fprintf(
			&o.marks,
			"<title>%s</title>%s</text>\n",
			escaped(k.series.label),
			escaped(k.name),
		)
	}
}

func sans(size float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
}
