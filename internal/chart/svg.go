package chart

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	prologue = regexp.MustCompile(`(?s)^.*?<svg[^>]*>`)
	comment  = regexp.MustCompile(`(?s)<!--.*?-->\s*`)
	style    = regexp.MustCompile(
		`style="[^"]*"`,
	) // no text can look like it: quotes in text are escaped
	fontFamily = regexp.MustCompile(`font-family:[^;"]*`)
	colour     = regexp.MustCompile(`#[0-9a-fA-F]{6}`)
)

// fonts stands for the library's one font name: the metrics are Liberation Sans's, and Arial's are
// the same.
const fonts = "font-family:'Liberation Sans',Arial,Helvetica,sans-serif"

// body is what lies between the picture's <svg> and </svg>.
func (c Chart) body() string {
	if c.Problem != "" {
		return c.placeholder()
	}
	text := comment.ReplaceAllString(prologue.ReplaceAllString(c.svg, ""), "")
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "</svg>"))
	return style.ReplaceAllStringFunc(text, func(s string) string {
		return fontFamily.ReplaceAllString(s, fonts)
	}) + "\n"
}

// The room for a problem's text: a longer one is cut, its whole is in the description.
const (
	problemColumns = 80
	problemLines   = 12
)

// placeholder stands where a picture should be, and says why there is none.
func (c Chart) placeholder() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rect width="%d" height="%d" style="fill:%s;stroke:%s"/>`+"\n",
		pictureWidth, pictureHeight, paper, grid)
	lines := wrap(c.Problem, problemColumns)
	lines = lines[:min(len(lines), problemLines)]
	for i, line := range lines {
		y := pictureHeight/2 + 18*i - 9*(len(lines)-1)
		fmt.Fprintf(
			&b,
			`<text x="%d" y="%d" text-anchor="middle" style="%s;font-size:13px;fill:%s">`,
			pictureWidth/2,
			y,
			fonts,
			ink,
		)
		b.WriteString(escaped(line) + "</text>\n")
	}
	return b.String()
}

// wrap breaks text into lines of at most so many characters, between words where it can.
func wrap(text string, columns int) (lines []string) {
	var line []rune
	for word := range strings.FieldsSeq(text) {
		if len(line) > 0 && len(line)+1+utf8.RuneCountInString(word) > columns {
			lines, line = append(lines, string(line)), nil
		}
		if len(line) > 0 {
			line = append(line, ' ')
		}
		line = append(line, []rune(word)...)
		for len(line) > columns {
			lines, line = append(lines, string(line[:columns])), line[columns:]
		}
	}
	return append(lines, string(line))
}

// root begins the picture: its size follows its viewBox, and whoever does not see it is told what
// it shows.
func (c Chart) root(size string) string {
	const opening = `<svg xmlns="http://www.w3.org/2000/svg" data-labbook="chart" viewBox="0 0 %d %.0f"%s ` +
		`role="img" aria-labelledby="chart-%[4]s-title chart-%[4]s-desc">` + "\n" +
		`<title id="chart-%[4]s-title">%[5]s</title>` + "\n" + `<desc id="chart-%[4]s-desc">%[6]s</desc>` + "\n"
	return fmt.Sprintf(opening, pictureWidth, c.height, size, c.Name, escaped(c.Title),
		escaped(c.Description))
}

// File gives the picture as a file of its own, in fixed colours on an opaque ground.
func (c Chart) File() []byte {
	size := fmt.Sprintf(` width="%d" height="%d"`, pictureWidth*4/3, int(c.height)*4/3)
	return []byte(
		`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + c.root(size) + c.body() + "</svg>\n",
	)
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
