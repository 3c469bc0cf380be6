package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rivo/uniseg"
)

// line is the last line of a terminal, which is drawn again and again. It is never as wide as the
// terminal, so that it does not wrap.
type line struct {
	out     io.Writer
	columns func() int // of the terminal now
	width   int        // of what is shown; 0: nothing is
}

// newLine returns nil if the output cannot be drawn over: it is no terminal, or one without cursor
// movements.
func newLine(out io.Writer) *line {
	file := terminalOf(out)
	if file == nil || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &line{out: out, columns: func() int { return widthOf(file) }}
}

// draw shows a text instead of the last one.
func (l *line) draw(text string) {
	fmt.Fprint(l.out, l.erase()+text)
	l.width = uniseg.StringWidth(text)
}

// clear removes what is shown, so that other text can be printed.
func (l *line) clear() {
	if l.width > 0 {
		fmt.Fprint(l.out, l.erase())
	}
	l.width = 0
}

// erase returns what removes the shown text. On a terminal that has become narrower, that has
// several lines.
func (l *line) erase() string {
	up := ""
	if columns := max(1, l.columns()); l.width > columns {
		up = fmt.Sprintf("\x1b[%dA", (l.width-1)/columns)
	}
	return "\r" + up + "\x1b[J"
}

// bar returns a bar of a width in columns, of which a share is filled.
func bar(width, done, all int) string {
	filled := 0
	if all > 0 {
		filled = width * done / all
	}
	return "[" + strings.Repeat("█", filled) + strings.Repeat("·", width-filled) + "]"
}

// padLeft and padRight add spaces up to a width in columns.
func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-uniseg.StringWidth(text))) + text
}

func padRight(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-uniseg.StringWidth(text)))
}
