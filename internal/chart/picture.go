package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The width of every picture, and the height of most, in points. A picture scales to the width of
// its page.
const (
	pictureWidth  = 640
	pictureHeight = 380
)

// picture is one or more panels, and their places.
type picture struct {
	panels      []panel // row by row
	columns     int
	keys        []keyPlace // above the panels
	height      float64    // of the picture, in points
	left, right float64    // the room beside the panels
	above       float64    // the room above them
	ground      bool       // the picture is white up to its edge
}

// The room around and between panels, in points.
const (
	edgeRoom = 5
	panelGap = 16
)

// alone returns a picture of one panel.
func alone(p panel) picture {
	return picture{
		panels:  []panel{p},
		columns: 1,
		height:  pictureHeight,
	}
}

// sideBySide returns a picture of small panels beside and below each other. The lines have their
// names once, above the panels.
func sideBySide(names []line, panels []panel) picture {
	p := picture{
		panels:  panels,
		columns: columns(len(panels)),
		keys:    keyPlaces(names),
		ground:  true,
	}
	// A panel is about as high as it is wide, and a single one lower.
	panelHeight := []float64{300, 240, 200, 165}[p.columns-1]
	p.above = keyRow*float64(p.keys[len(p.keys)-1].row+1) + 4
	p.height = 2*edgeRoom + p.above + panelHeight*float64(p.rows())
	return p
}

// columns returns how many of n panels are beside each other.
func columns(n int) int {
	switch {
	case n <= 3:
		return n
	case n == 4:
		return 2
	case n <= 9:
		return 3
	}
	return 4
}

// nameLeft names the y axis of all panels once in each row: at the left.
func nameLeft(panels []panel) {
	for i := range panels {
		if i%columns(len(panels)) != 0 {
			panels[i].y.name = ""
		}
	}
}

func (p picture) rows() int { return (len(p.panels) + p.columns - 1) / p.columns }

// draw returns the elements of the picture's SVG.
func (p picture) draw() (body string, err error) {
	d := newDocument(p.height)
	canvas := draw.New(d.canvas)
	if p.ground {
		canvas.SetColor(rgb(paper))
		canvas.Fill(canvas.Rectangle.Path())
	}

	plots := make([][]*plot.Plot, p.rows())
	for i := range plots {
		plots[i] = make([]*plot.Plot, p.columns)
	}
	for i, panel := range p.panels {
		if plots[i/p.columns][i%p.columns], err = panel.plot(d); err != nil {
			return "", err
		}
	}

	tiles := draw.Tiles{
		Rows: p.rows(),
		Cols: p.columns,
		PadX: panelGap,
		PadY: panelGap / 2,
	}
	room := draw.Crop(canvas,
		vg.Points(edgeRoom+p.left), -vg.Points(edgeRoom+p.right),
		vg.Points(edgeRoom), -vg.Points(edgeRoom+p.above))
	for i, row := range plot.Align(plots, tiles, room) {
		for j, tile := range row {
			if plots[i][j] != nil {
				plots[i][j].Draw(tile)
			}
		}
	}
	d.keys(canvas, p.keys)
	return d.body()
}

// keyRow is the height of a row of names above panels, in points.
const keyRow = 15

// keyPlace is the place of a line's name above panels.
type keyPlace struct {
	line line
	x    float64
	row  int
}

// keyPlaces lays the names of lines out in rows.
func keyPlaces(lines []line) []keyPlace {
	const gap = 18
	places := make([]keyPlace, len(lines))
	x, row := float64(edgeRoom), 0
	for i, l := range lines {
		width := keyWidth + textWidth(shorten(l.name)).Points()
		if x > edgeRoom && x+width > pictureWidth-edgeRoom {
			x, row = edgeRoom, row+1
		}
		places[i] = keyPlace{line: l, x: x, row: row}
		x += width + gap
	}
	return places
}

// keys writes the names of lines, each with a piece of its line.
func (d *document) keys(c draw.Canvas, places []keyPlace) {
	for _, k := range places {
		down := edgeRoom + keyRow*(float64(k.row)+0.5)
		key(c, k.line.style, smallForm.marker+0.6, vg.Points(k.x), vg.Points(d.height-down))
		d.name(label{
			x:    k.x + keyWidth,
			y:    down + 0.35*textSize,
			size: "10px",
			text: k.line.name,
		})
	}
}
