// Package printable makes text from outside fit to be shown in a file: the names that a user chose,
// and what ab, servers and the system wrote. In: any text. Out: text without what no file of ours
// can show. It escapes nothing: that depends on the format of the file.
package printable

import (
	"fmt"
	"strings"
	"unicode"
)

// Text returns text without control characters, except line breaks and tabs, and without the
// invisible characters that change the direction of the text after them.
func Text(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r),
			r == unicode.ReplacementChar,
			unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
}

// Line returns text on one line, shortened to the length of a sentence or two.
func Line(text string) string {
	const maxLength = 240
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxLength {
		return string(runes[:maxLength-1]) + "…"
	}
	return text
}

// Names are names that are in use.
type Names map[string]bool

// Unique adds a name and returns it, with a number if it is in use already.
func (n Names) Unique(wanted string) string {
	name := wanted
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s-%d", wanted, i)
	}
	n[name] = true
	return name
}
