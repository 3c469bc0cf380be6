package chart

import (
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	xfont "golang.org/x/image/font"
)

// font returns the library's font of a text.
func (s *style) font() font.Font {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(s.size)}
	if s.bold {
		f.Weight = xfont.WeightBold
	}
	return f
}

// widthOf returns about the width of a text in pixels. The font's metrics do not cover all scripts:
// the widest letters of the others are about as wide as the text is high.
func widthOf(s *style, t string) float64 {
	style := text.Style{Font: s.font(), Handler: plot.DefaultTextHandler}
	width := style.Width(t).Points()
	for _, r := range t {
		if r >= 0x0590 {
			width += s.size / 2
		}
	}
	return width
}

// fitted returns a name that is at most so wide: its middle is cut out, because its end often tells
// one server from another.
func fitted(s *style, name string, width float64) string {
	runes := []rune(name)
	short := name
	keep := min(len(runes)-1, int(width)) // letters are wider than a pixel
	for ; keep > 0 && widthOf(s, short) > width; keep-- {
		end := min(9, keep/2)
		short = string(runes[:keep-end]) + "…" + string(runes[len(runes)-end:])
	}
	return short
}

// wrapped breaks a text between words into lines that are at most so wide, if no word is wider.
func wrapped(s *style, text string, width float64) (lines []string) {
	for word := range strings.FieldsSeq(text) {
		last := len(lines) - 1
		if last >= 0 && widthOf(s, lines[last]+" "+word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
