package chart

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
)

// pointsPerPixel is the size of a pixel of CSS in points: a picture has the same size on paper as
// in a page.
const pointsPerPixel = 0.75

// PDF returns the picture as a PDF of one page for papers: with its texts as texts, in the letters
// of Liberation Sans that it has. It is nil if there is no picture.
func (c Chart) PDF() ([]byte, error) {
	if len(c.Panels) == 0 {
		return nil, nil
	}
	s := c.whole()
	d := pdf{fpdf.NewCustom(&fpdf.InitType{
		UnitStr: "pt",
		Size:    fpdf.SizeType{Wd: inPoints(s.width), Ht: inPoints(s.height)},
	})}
	// Nothing in the file may depend on when it is written, nor on the order of a map.
	d.SetCreationDate(time.Unix(0, 0).UTC())
	d.SetModificationDate(time.Unix(0, 0).UTC())
	d.SetCatalogSort(true)
	d.SetProducer("Labbook", false)
	d.SetTitle(c.Title, true)
	d.SetMargins(0, 0, 0)
	d.SetAutoPageBreak(false, 0)
	d.AddUTF8FontFromBytes("Sans", "", liberationsansregular.TTF)
	d.AddUTF8FontFromBytes("Sans", "B", liberationsansbold.TTF)
	d.AddPage()
	for _, i := range s.items {
		d.item(i)
	}
	var b bytes.Buffer
	err := d.Output(&b)
	return b.Bytes(), err
}

// pdf is a PDF while it is drawn.
type pdf struct{ *fpdf.Fpdf }

// inPoints returns a length in points.
func inPoints(pixels float64) float64 { return rounded(pixels) * pointsPerPixel }

// item draws an item.
func (d pdf) item(i item) {
	p := i.paint
	if p.opacity > 0 {
		d.SetAlpha(p.opacity, "Normal")
		defer d.SetAlpha(1, "Normal")
	}
	switch {
	case p.size > 0:
		d.text(i)
	case i.dots != nil:
		for _, dot := range i.dots { // a line without a length and with round ends
			i.path = append(i.path, segment{kind: moveTo, to: dot.at},
				segment{kind: lineTo, to: dot.at})
		}
		d.path(i)
	default:
		d.path(i)
	}
}

// path draws a shape.
func (d pdf) path(i item) {
	p := i.paint
	how := ""
	if p.fill != none && p.fill != transparent {
		d.SetFillColor(rgbOf(p.fill, p.series))
		how += "F"
	}
	if p.stroke != none {
		d.SetDrawColor(rgbOf(p.stroke, p.series))
		d.SetLineWidth(p.width * pointsPerPixel)
		how += "D"
	}
	var dashes []float64
	for _, length := range p.dashes {
		dashes = append(dashes, length*pointsPerPixel)
	}
	d.SetDashPattern(dashes, 0)
	d.SetLineJoinStyle("round")
	d.SetLineCapStyle("butt")
	if p.round {
		d.SetLineCapStyle("round")
	}

	open := false
	for _, g := range i.path {
		x, y := inPoints(g.to.x), inPoints(g.to.y)
		switch g.kind {
		case moveTo:
			d.MoveTo(x, y)
		case lineTo:
			d.LineTo(x, y)
		case closed:
			d.ClosePath()
		case circle:
			d.Circle(x, y, inPoints(g.radius), how)
			continue
		}
		open = true
	}
	if open {
		d.DrawPath(how)
	}
}

// text draws a text.
func (d pdf) text(i item) {
	weight := ""
	if i.paint.bold {
		weight = "B"
	}
	d.SetFont("Sans", weight, i.paint.size*pointsPerPixel)
	d.SetTextColor(rgbOf(i.paint.fill, i.paint.series))
	x, width := i.at.x, widthOf(i.paint.style, i.text)
	switch i.anchor {
	case middle:
		x -= width / 2
	case end:
		x -= width
	}
	d.Text(inPoints(x), inPoints(i.at.y), printed(i.text))
}

// rgbOf returns a colour on white.
func rgbOf(r role, series int) (red, green, blue int) {
	n, _ := strconv.ParseUint(light.colour(r, series)[1:], 16, 32) // of our own colours
	return int(n >> 16), int(n >> 8 & 255), int(n & 255)
}

// sansFont is what tells which letters the PDF's font has.
var sansFont = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(liberationsansregular.TTF)
	if err != nil {
		panic(err) // it is a part of the program
	}
	return f
})

// printed returns a text in the order in which its letters stand from left to right. A letter that
// the font does not have becomes a question mark.
func printed(text string) string {
	var b strings.Builder
	var buffer sfnt.Buffer
	for _, r := range visual(text) {
		if glyph, err := sansFont().GlyphIndex(&buffer, r); err != nil || glyph == 0 || r > 0xffff {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// visual returns a text with its parts from left to right.
func visual(text string) string {
	var p bidi.Paragraph
	if _, err := p.SetString(text); err != nil {
		return text
	}
	order, err := p.Order()
	if err != nil {
		return text
	}
	parts := make([]string, order.NumRuns())
	fromRight := false // the first part, and so the whole, is written from right to left
	for i := range parts {
		run := order.Run(i)
		parts[i] = run.String()
		if run.Direction() == bidi.RightToLeft {
			parts[i] = bidi.ReverseString(parts[i])
			fromRight = fromRight || i == 0
		}
	}
	if fromRight {
		slices.Reverse(parts)
	}
	return strings.Join(parts, "")
}
