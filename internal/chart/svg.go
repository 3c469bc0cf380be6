package chart

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// fonts replaces libraryFont. The library measures texts in Liberation Sans, and Arial has the same
// metrics.
const (
	libraryFont = "font-family:Liberation Sans"
	fonts       = "font-family:'Liberation Sans',Arial,Helvetica,sans-serif"
)

// styleAttribute begins every style attribute. No text can contain it, because its quotes are
// escaped.
const styleAttribute = `style="`

// document is an SVG picture while it is drawn. The library draws onto its canvas. It cannot write
// titles, which are what a pointer shows, so we write texts and circles ourselves. They are above
// all that is on the canvas.
type document struct {
	height  float64 // in points
	canvas  *vgsvg.Canvas
	overlay strings.Builder // elements
}

func newDocument(height float64) *document {
	return &document{height: height, canvas: vgsvg.New(vg.Points(pictureWidth), vg.Points(height))}
}

// down returns the distance of a height on the canvas from the picture's top, in points.
func (d *document) down(y vg.Length) float64 { return d.height - y.Points() }

// circle writes a circle. The title is what a pointer shows there.
func (d *document) circle(x, y, radius float64, style, title string) {
	if style != "" {
		style = ` style="` + style + `"`
	}
	fmt.Fprintf(&d.overlay, `<circle cx="%.1f" cy="%.1f" r="%v"%s><title>%s</title></circle>`+"\n",
		x, y, radius, style, escaped(title))
}

// cross writes two crossing lines.
func (d *document) cross(x, y float64, colour string) {
	fmt.Fprintf(&d.overlay,
		`<path d="M%.1f %.1fl6 6m0 -6l-6 6" style="fill:none;stroke:%s;stroke-width:1.6"/>`+"\n",
		x-3, y-3, colour)
}

// label is a text in a picture.
type label struct {
	x, y   float64 // where its baseline begins, or ends if it is anchored there; from the top
	anchor string  // value of text-anchor; "": none
	size   string  // "10px"
	style  string  // all else
	title  string  // what a pointer shows; "": nothing
	text   string
}

// label writes a text.
func (d *document) label(l label) {
	anchor, title := "", ""
	if l.anchor != "" {
		anchor = ` text-anchor="` + l.anchor + `"`
	}
	if l.title != "" {
		title = "<title>" + escaped(l.title) + "</title>"
	}
	fmt.Fprintf(&d.overlay, `<text x="%.1f" y="%.1f"%s style="%s;font-size:%s;%s">%s%s</text>`+"\n",
		l.x, l.y, anchor, fonts, l.size, l.style, title, escaped(l.text))
}

// body returns the elements of the picture, without the <svg> around them.
func (d *document) body() (string, error) {
	var whole strings.Builder
	if _, err := d.canvas.WriteTo(&whole); err != nil {
		return "", err
	}
	_, root, _ := strings.Cut(whole.String(), "<svg")
	_, drawn, _ := strings.Cut(root, ">\n")
	drawn = strings.TrimSuffix(drawn, "</svg>\n")
	drawn = strings.ReplaceAll(drawn, styleAttribute+libraryFont, styleAttribute+fonts)
	return drawn + d.overlay.String(), nil
}

// root returns the beginning of the picture. Its size follows its viewBox, and its title and its
// description are for readers who cannot see it.
func (c Chart) root(size string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" data-labbook="chart" `+
		`viewBox="0 0 %d %.0f"%s role="img" `, pictureWidth, c.height, size)
	fmt.Fprintf(&b, `aria-labelledby="chart-%[1]s-title chart-%[1]s-desc">`+"\n", c.Name)
	fmt.Fprintf(&b, `<title id="chart-%s-title">%s</title>`+"\n", c.Name, escaped(c.Title))
	fmt.Fprintf(&b, `<desc id="chart-%s-desc">%s</desc>`+"\n", c.Name, escaped(c.Description))
	return b.String()
}

// File returns the picture as a file of its own, in fixed colours on white, or on a dark ground. It
// is nil if there is none.
func (c Chart) File(onDark bool) []byte {
	switch {
	case len(c.Panels) > 0 && onDark:
		return c.file(dark)
	case len(c.Panels) > 0:
		return c.file(light)
	case c.body == "" || onDark:
		return nil
	}
	size := fmt.Sprintf(` width="%d" height="%d"`, pictureWidth*4/3, int(c.height)*4/3)
	const prologue = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	return []byte(prologue + c.root(size) + c.body + "</svg>\n")
}

// Inline returns the picture for a page, in the colours of the page's custom properties; "" if
// there is none.
func (c Chart) Inline() string {
	if len(c.Panels) > 0 {
		var b strings.Builder
		for _, p := range c.Panels {
			b.WriteString(p.Inline() + "\n")
		}
		return b.String()
	}
	if c.body == "" {
		return ""
	}
	return c.root("") + inProperties(c.body) + "</svg>"
}

// inProperties replaces each colour in a style attribute by the custom property of its role, with
// the colour as the fallback.
func inProperties(svg string) string {
	parts := strings.Split(svg, styleAttribute)
	for i, part := range parts[1:] {
		style, rest, _ := strings.Cut(part, `"`)
		parts[i+1] = properties.Replace(style) + `"` + rest
	}
	return strings.Join(parts, styleAttribute)
}

// escaped returns text that is safe inside XML. Characters that XML does not allow become the
// replacement character.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}

// pixels returns a font size as CSS writes it, with one decimal.
func pixels(size float64) string { return strconv.FormatFloat(size, 'f', 1, 64) + "px" }
