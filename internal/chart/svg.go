package chart

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// trialPoints notes where each trial's value lies in the picture. The library cannot write what a
// pointer that rests on a point shows, so the points are added to its SVG.
type trialPoints struct {
	height  float64 // of the picture in points: SVG counts from the top
	pending []trialPoint
	circles []string
}

type trialPoint struct {
	x, y   float64
	colour string
	hover  string
}

// add notes a line's trials.
func (t *trialPoints) add(f figure, s series, shift float64) {
	for _, p := range s.points {
		for i, v := range p.trials {
			hover := fmt.Sprintf("%s, %v, round %d: %s %s", s.label, p.level, p.rounds[i], number(v, f.places), f.unit)
			t.pending = append(t.pending, trialPoint{float64(p.level.Value) + shift, v, s.colour(), hover})
		}
	}
}

const circle = `<circle cx="%.2f" cy="%.2f" r="2.2" style="fill:%s;fill-opacity:0.45">` +
	`<title>%s</title></circle>`

// Plot turns values into places.
func (t *trialPoints) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	for _, trial := range t.pending {
		t.circles = append(t.circles, fmt.Sprintf(circle, toX(trial.x).Points(),
			t.height-toY(trial.y).Points(), trial.colour, escaped(trial.hover)))
	}
}

// withPoints puts the trials' points above everything else.
func withPoints(svg string, t *trialPoints) string {
	return strings.Replace(svg, "</svg>", strings.Join(t.circles, "\n")+"\n</svg>", 1)
}

var (
	prologue   = regexp.MustCompile(`(?s)^.*?<svg[^>]*>`)
	comment    = regexp.MustCompile(`(?s)<!--.*?-->\s*`)
	style      = regexp.MustCompile(`style="[^"]*"`) // no text can look like it: quotes in text are escaped
	fontFamily = regexp.MustCompile(`font-family:[^;"]*`)
	colour     = regexp.MustCompile(`#[0-9a-fA-F]{6}`)
)

// fonts stands for the library's one font name: the metrics are Liberation Sans's, and Arial's are the same.
const fonts = "font-family:'Liberation Sans',Arial,Helvetica,sans-serif"

// body is what lies between the picture's <svg> and </svg>.
func (c Chart) body() string {
	if c.Problem != "" {
		return fmt.Sprintf(`<rect width="%d" height="%d" style="fill:%s;stroke:%s"/>`+"\n"+
			`<text x="%d" y="%d" text-anchor="middle" style="%s;font-size:14px;fill:%s">%s</text>`+"\n",
			pictureWidth, pictureHeight, paper, grid, pictureWidth/2, pictureHeight/2, fonts, ink, escaped(c.Problem))
	}
	text := comment.ReplaceAllString(prologue.ReplaceAllString(c.svg, ""), "")
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "</svg>"))
	return style.ReplaceAllStringFunc(text, func(s string) string {
		return fontFamily.ReplaceAllString(s, fonts)
	}) + "\n"
}

// root begins the picture: its size follows its viewBox, and whoever does not see it is told what it shows.
func (c Chart) root(size string) string {
	return fmt.Sprintf(
		`<svg xmlns="http://www.w3.org/2000/svg" data-labbook="chart" viewBox="0 0 %d %d"%s role="img" `+
			`aria-labelledby="%s-title %s-desc">`+"\n"+
			`<title id="%s-title">%s</title>`+"\n"+`<desc id="%s-desc">%s</desc>`+"\n",
		pictureWidth,
		pictureHeight,
		size,
		c.Name,
		c.Name,
		c.Name,
		escaped(c.Title),
		c.Name,
		escaped(c.Description),
	)
}

// File gives the picture as a file of its own, in fixed colours on an opaque ground.
func (c Chart) File() []byte {
	size := fmt.Sprintf(` width="%d" height="%d"`, pictureWidth*4/3, pictureHeight*4/3)
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + c.root(size) + c.body() + "</svg>\n")
}

// Inline gives the picture for a page, in the colours of the page's custom properties.
func (c Chart) Inline() string {
	names := roles()
	variable := func(hex string) string {
		if name, ok := names[strings.ToLower(hex)]; ok {
			return "var(" + name + "," + strings.ToLower(hex) + ")"
		}
		return hex
	}
	body := style.ReplaceAllStringFunc(c.body(), func(s string) string {
		return colour.ReplaceAllStringFunc(s, variable)
	})
	return c.root("") + body + "</svg>"
}

// escaped makes text safe inside XML; what XML cannot hold becomes the replacement character.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
