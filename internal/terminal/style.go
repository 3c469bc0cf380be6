package terminal

import (
	"io"
	"os"
)

// The styles of text, as the codes that a terminal takes. Colours are the terminal's own, which
// suit its background.
const (
	bold = "1"
	dim  = "2"
	red  = "31"
)

// styled returns text in a style if it goes to a terminal that has styles, and to a person who
// wants them (no-color.org).
func styled(out io.Writer, style, text string) string {
	term := os.Getenv("TERM")
	if text == "" || terminalOf(out) == nil || os.Getenv("NO_COLOR") != "" || term == "dumb" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// emphasize returns text that is to be read first.
func emphasize(out io.Writer, text string) string { return styled(out, bold, text) }
