package terminal

import (
	"io"
	"os"
	"strings"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// maxColumns is the width of a paragraph that reads well. A wider terminal does not change it.
const maxColumns = 100

// widthOf returns the width of a terminal, or the usual 80 columns if it does not tell.
func widthOf(file *os.File) int {
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 {
		return 80
	}
	return columns
}

// terminalOf returns the terminal that a text goes to; nil if it goes elsewhere, such as into a
// file or to another program.
func terminalOf(out io.Writer) *os.File {
	if o, ok := out.(*Output); ok {
		out = o.out
	}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return file
	}
	return nil
}

// forTerminal returns a paragraph as it is printed: wrapped at words if it goes to a terminal, on a
// single line otherwise, which programs can search.
func forTerminal(out io.Writer, text string) string {
	file, text := terminalOf(out), plain(text)
	if file == nil {
		return text
	}
	return wrap(text, min(maxColumns, widthOf(file)))
}

// hanging is forTerminal of a paragraph whose later lines are indented.
func hanging(out io.Writer, text, indent string) string {
	file, text := terminalOf(out), plain(text)
	if file == nil {
		return text
	}
	return Hang(text, indent, min(maxColumns, widthOf(file)))
}

// Hang returns a paragraph that is wrapped to so many columns, of which its later lines leave an
// indent empty.
func Hang(text, indent string, columns int) string {
	return strings.ReplaceAll(wrap(text, columns-len(indent)), "\n", "\n"+indent)
}

// Wrapped returns a writer of paragraphs, a line each, which wraps them where the terminal ends. It
// is out itself if that is no terminal. What is written ends with a line break.
func Wrapped(out io.Writer) io.Writer {
	file := terminalOf(out)
	if file == nil {
		return out
	}
	return &wrapped{out: out, columns: func() int { return min(maxColumns, widthOf(file)) }}
}

// wrapped wraps complete lines, and keeps the beginning of one that is not.
type wrapped struct {
	out     io.Writer
	columns func() int
	rest    string
}

// Write writes the lines that are complete. Later lines of a paragraph are indented by two columns
// more than its first.
func (w *wrapped) Write(p []byte) (int, error) {
	w.rest += string(p)
	for {
		line, after, complete := strings.Cut(w.rest, "\n")
		if !complete {
			return len(p), nil
		}
		w.rest = after
		words := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(words)]
		text := indent + Hang(plain(words), indent+"  ", w.columns())
		if _, err := io.WriteString(w.out, text+"\n"); err != nil {
			return 0, err
		}
	}
}

// oneLine returns a text that is cut where the line of a terminal ends.
func oneLine(out io.Writer, text string) string {
	text = plain(text)
	if terminalOf(out) == nil {
		return text
	}
	return shorten(text, Columns(out))
}

// Columns returns how wide a text is at most, wherever it goes.
func Columns(out io.Writer) int {
	if file := terminalOf(out); file != nil {
		return min(maxColumns, widthOf(file))
	}
	return maxColumns
}

// wrap breaks a line between words so that no part is wider than so many columns, unless a word is.
func wrap(text string, columns int) string {
	var b strings.Builder
	used := 0
	for word := range strings.SplitSeq(text, " ") {
		width := uniseg.StringWidth(word)
		switch {
		case b.Len() == 0:
		case used+1+width > columns:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += width
	}
	return b.String()
}

// shorten returns text that is at most so many columns wide.
func shorten(text string, columns int) string {
	if uniseg.StringWidth(text) <= columns {
		return text
	}
	var b strings.Builder
	used := 1 // the ellipsis
	for graphemes := uniseg.NewGraphemes(text); graphemes.Next(); {
		used += graphemes.Width()
		if used > columns {
			break
		}
		b.WriteString(graphemes.Str())
	}
	return b.String() + "…"
}
