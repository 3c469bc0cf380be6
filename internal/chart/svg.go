package chart

import (
	"encoding/xml"
	"strings"
)

// File returns the chart as a file of its own, in fixed colours on white, or on a dark ground. It
// is nil if there is no picture.
func (c Chart) File(onDark bool) []byte {
	t := light
	if onDark {
		t = dark
	}
	if len(c.Panels) == 0 {
		return nil
	}
	return c.file(t)
}

// Inline returns the panels for a page, in the colours of the page's custom properties; "" if there
// are none.
func (c Chart) Inline() string {
	var b strings.Builder
	for _, p := range c.Panels {
		b.WriteString(p.Inline() + "\n")
	}
	return b.String()
}

// escaped returns text that is safe inside XML. Characters that XML does not allow become the
// replacement character.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}
