package chart

import (
	"bytes"
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// forest is a picture of ratios with their intervals, a row each, beside the margin within which
// differences do not matter.
type forest struct {
	name, title, xLabel string
	printer             *locale.Printer
	rows                []ratioRow
	margin              float64
	x                   valueAxis
	height              float64
	marks               strings.Builder // SVG
}

// ratioRow is one ratio.
type ratioRow struct {
	series    series
	name      string // left of it
	says      string // right of it
	hover     string
	known     bool // there is a ratio
	ratio     float64
	low, high float64 // equal where there is no interval
}

// Comparison draws the ratio of each server's throughput to the baseline's at each level, with its
// interval, its verdict, and the margin shaded. The control, where there is one, comes last.
func Comparison(a Source) Chart {
	f := &forest{
		name:    "comparison",
		title:   a.Sprintf("Throughput against %s", a.Baseline),
		margin:  a.Margin,
		printer: a.Printer,
		xLabel:  a.Sprintf("requests per second ÷ the baseline's, log scale"),
	}
	servers := a.Compared()
	if a.Control != "" {
		servers = append(servers, a.Control)
	}
	c := Chart{}
	for _, server := range servers {
		for _, level := range a.Levels {
			row := newRatioRow(a, plan.Cell{Server: server, Level: level}, len(servers) > 1)
			f.rows = append(f.rows, row)
			c.Rows = append(c.Rows, row.numbers(a, server, level))
		}
	}
	drawn := f.chart(
		a.Sprintf("How many times as many requests per second as %s each server answers, a row "+
			"for each level, with the interval of the ratio. The shaded band is the margin of %s %%: an interval "+
			"within it is called equivalent.", a.Baseline, a.General(100*a.Margin, 3)),
	)
	drawn.Columns = a.Strings("Server", "Level", "Ratio", "Interval", "Verdict")
	drawn.Rows = c.Rows
	return drawn
}

func newRatioRow(a Source, place plan.Cell, several bool) ratioRow {
	row := ratioRow{series: series{label: place.Server, style: styleOf(a, place.Server, 0)},
		name: place.Level.String(), says: "–"}
	if several {
		row.name = place.String()
	}
	c := a.Comparison(place)
	if c == nil {
		row.says = a.Sprintf("not compared")
		row.hover = place.String() + ": " + row.says
		return row
	}
	row.known, row.ratio, row.low, row.high = true, c.Ratio, c.Ratio, c.Ratio
	row.says = a.Times(c.Ratio) + "×"
	around := ""
	if c.HasInterval() {
		row.low, row.high = c.Low, c.High
		around = " (" + a.Range(c.Low, c.High, a.Times) + ")"
	}
	if c.Verdict != stats.NoVerdict {
		row.says += " " + a.Sprintf(locale.Message(c.Verdict))
	}
	row.hover = a.Sprintf(
		"%s: %s×%s %s, %d rounds",
		place,
		a.Times(c.Ratio),
		around,
		locale.Message(c.Verdict),
		c.N,
	)
	return row
}

// numbers gives the row of the picture's table.
func (r ratioRow) numbers(a Source, server string, level plan.Level) []string {
	cells := []string{server, level.String(), "–", "–", "–"}
	if !r.known {
		return cells
	}
	ratio, verdict, _ := strings.Cut(r.says, " ")
	cells[2] = ratio
	if verdict != "" {
		cells[4] = verdict
	}
	if r.high > r.low {
		cells[3] = a.Range(r.low, r.high, a.Times)
	}
	return cells
}

// Sizes of the picture, in points.
const (
	forestFrame = 52  // what the axis and the edges take
	mostRow     = 22  // the height of a row where there are few
	leastRow    = 12  // and where there are many
	fewRows     = 24  // so many still have the greatest height
	saysRoom    = 128 // to the right of the rows
)

func (f *forest) chart(description string) Chart {
	return drawn(f.printer, f.name, f.title, func() (string, float64, string, error) {
		svg, err := f.draw()
		return svg, f.height, description + f.verdicts(), err
	})
}

// verdicts counts what is said.
func (f *forest) verdicts() string {
	counts := map[string]int{}
	var said []string
	for _, row := range f.rows {
		if _, verdict, found := strings.Cut(row.says, " "); found && row.known {
			if counts[verdict] == 0 {
				said = append(said, verdict)
			}
			counts[verdict]++
		}
	}
	if len(said) == 0 {
		return ""
	}
	for i, word := range said {
		said[i] = fmt.Sprintf("%s: %d", word, counts[word])
	}
	return " " + f.printer.Sprintf("Verdicts: %s.", strings.Join(said, ", "))
}

func (f *forest) draw() (string, error) {
	if err := f.setAxis(); err != nil {
		return "", err
	}
	each := float64(mostRow)
	if n := len(f.rows); n > fewRows {
		each = max(leastRow, mostRow*fewRows/float64(n))
	}
	f.height = forestFrame + each*float64(len(f.rows))
	p := plot.New()
	styleAxes(p, textSize)
	p.X.Label.Text = f.xLabel
	p.X.Min, p.X.Max = f.x.place(f.x.low), f.x.place(f.x.high)
	p.X.Tick.Marker = f.x.ticks()
	p.Y.Min, p.Y.Max = 0.4, float64(len(f.rows))+0.6
	p.Y.Tick.Marker, p.Y.Tick.Length, p.Y.LineStyle.Width = plot.ConstantTicks{}, 0, 0
	if err := f.add(p); err != nil {
		return "", err
	}
	p.Add(f)
	canvas := vgsvg.New(vg.Points(pictureWidth), vg.Points(f.height))
	const room = vg.Length(5)
	area := draw.New(canvas)
	area.SetColor(rgb(paper))
	area.Fill(area.Rectangle.Path())
	p.Draw(draw.Crop(area, room+f.namesRoom(p), -room-saysRoom, room, -room))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", err
	}
	return strings.TrimSuffix(
		strings.TrimSpace(b.String()),
		"</svg>",
	) + f.marks.String() + "</svg>\n", nil
}

// setAxis takes in all intervals and the margin.
func (f *forest) setAxis() error {
	reach := max(1+f.margin, leastSpread)
	low, high := 1/reach, reach
	known := false
	for _, row := range f.rows {
		if !row.known {
			continue
		}
		known = true
		if !(row.low > 0) || row.high > 1e300 {
			return errInfinite
		}
		low, high = min(low, row.low), max(high, row.high)
	}
	if !known {
		return errNothing
	}
	f.x = valueAxis{
		printer: f.printer,
		low:     low / 1.03,
		high:    high * 1.03,
		log:     true,
		ratios:  true,
	}
	return nil
}

// at is the place of a row: the first is at the top.
func (f *forest) at(i int) float64 { return float64(len(f.rows) - i) }

// namesRoom is what the names to the left of the rows need.
func (f *forest) namesRoom(p *plot.Plot) vg.Length {
	widest := vg.Length(0)
	for _, row := range f.rows {
		widest = max(widest, textWidth(p, shorten(p, row.name)))
	}
	return widest + vg.Points(8)
}

// add draws the margin, the line of no difference, and the rows.
func (f *forest) add(p *plot.Plot) error {
	top := float64(len(f.rows)) + 0.6
	side := func(ratio float64) (low, high plotter.XY) {
		return plotter.XY{X: f.x.place(ratio), Y: 0.4}, plotter.XY{X: f.x.place(ratio), Y: top}
	}
	leftLow, leftHigh := side(1 / (1 + f.margin))
	rightLow, rightHigh := side(1 + f.margin)
	band, err := plotter.NewPolygon(plotter.XYs{leftLow, leftHigh, rightHigh, rightLow})
	if err != nil {
		return err
	}
	band.Color, band.LineStyle.Width = rgb(shade), 0
	oneLow, oneHigh := side(1)
	one, err := plotter.NewLine(plotter.XYs{oneLow, oneHigh})
	if err != nil {
		return err
	}
	one.LineStyle = series{guide: true}.line()
	p.Add(band, one)
	for i, row := range f.rows {
		if !row.known {
			continue
		}
		at := plotter.XYs{{X: f.x.place(row.ratio), Y: f.at(i)}}
		if row.high > row.low {
			bar, err := plotter.NewLine(plotter.XYs{{X: f.x.place(row.low), Y: f.at(i)},
				{X: f.x.place(row.high), Y: f.at(i)}})
			if err != nil {
				return err
			}
			bar.LineStyle = draw.LineStyle{Color: rgb(row.series.colour()), Width: vg.Points(1.8)}
			p.Add(bar)
		}
		point, err := plotter.NewScatter(at)
		if err != nil {
			return err
		}
		point.GlyphStyle = row.series.glyph(3.4)
		p.Add(point)
	}
	return nil
}

// Plot writes what each row says and what a pointer shows.
func (f *forest) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	for i, row := range f.rows {
		y := toY(f.at(i))
		down := f.height - y.Points()
		label := func(x vg.Length, anchor, whole, shown string) {
			fmt.Fprintf(
				&f.marks,
				`<text x="%.1f" y="%.1f" text-anchor="%s" style="%s;font-size:%dpx;fill:%s">`,
				x.Points(),
				down+0.35*textSize,
				anchor,
				fonts,
				textSize,
				ink,
			)
			fmt.Fprintf(&f.marks, "<title>%s</title>%s</text>\n", escaped(whole), escaped(shown))
		}
		label(c.Min.X-vg.Points(6), "end", row.name, shorten(p, row.name))
		label(c.Max.X+vg.Points(8), "start", row.hover, row.says)
		x := c.Max.X
		if row.known {
			x = toX(f.x.place(row.ratio))
		}
		fmt.Fprintf(
			&f.marks,
			`<circle cx="%.1f" cy="%.1f" r="6" style="fill:transparent"><title>%s</title></circle>`+
				"\n",
			x.Points(),
			down,
			escaped(row.hover),
		)
	}
}
