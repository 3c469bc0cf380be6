package spec

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// syntaxError returns the parser's error and its line. What is missing at the end of something long
// is reported where that begins, because its end may be the end of the file. Where the parser names
// a line end or a character outside of ASCII by the number of its first byte, the error is put into
// words.
func (l *locator) syntaxError(err error) (line int, _ error) {
	syntax, ok := errors.AsType[*unstable.ParserError](err)
	if !ok {
		return l.line, err
	}

	at := int(l.parser.Range(syntax.Highlight).Offset)
	line = l.lineAt(at)

	rest := l.text[at:]
	lineEnds := strings.HasPrefix(rest, "\n") || strings.HasPrefix(rest, "\r\n")
	if lineEnds && strings.Contains(syntax.Message, "U+00") {
		return line, errors.New("not valid TOML: the line ends too early")
	}
	if r, _ := utf8.DecodeRuneInString(rest); r >= utf8.RuneSelf {
		return line, fmt.Errorf("not valid TOML: the character %q is not allowed here", r)
	}

	line, hint := l.explain(syntax.Message, line)
	return line, fmt.Errorf("not valid TOML: %w%s", err, hint)
}

// explain returns the line on which a syntax error is reported, and the end of its message. The
// messages are those of the parser.
func (l *locator) explain(message string, line int) (_ int, hint string) {
	begins := l.nextKey()
	switch {
	case strings.Contains(message, `not terminated by """`):
		return l.lineAt(l.lastOpening(`"""`)), ", and begins here"
	case strings.Contains(message, `not terminated by '''`):
		return l.lineAt(l.lastOpening(`'''`)), ", and begins here"
	case strings.HasSuffix(message, "is incomplete"): // an array or an inline table
		return begins, "; it begins here"
	case strings.HasPrefix(message, "expected ','") && begins < line:
		return line, fmt.Sprintf("; the value begins on line %d", begins)
	case strings.Contains(message, "escape"):
		return line, `; write '…' instead of "…", or \\ for each \, or / in a path`
	}
	return line, ""
}

// lastOpening returns where the last quotes of three begin that no backslash precedes: those of a
// string that does not end.
func (l *locator) lastOpening(quotes string) int {
	for end := len(l.text); ; {
		at := strings.LastIndex(l.text[:end], quotes)
		if at <= 0 || l.text[at-1] != '\\' || quotes == `'''` {
			return max(0, at)
		}
		end = at + len(quotes) - 1
	}
}

// nextKey returns the line of the first key or header that the walk has not passed.
func (l *locator) nextKey() int {
	at := l.passed
	for line := range strings.Lines(l.text[at:]) {
		text := strings.TrimLeft(line, " \t\r\n]},") // what ends the value that was passed
		rest := at > 0 && at == l.passed             // of the line of that value
		if !rest && text != "" && text[0] != '#' {
			return l.lineAt(at)
		}
		at += len(line)
	}
	return l.lineAt(l.passed)
}

// lineAt returns the line of a position.
func (l *locator) lineAt(position int) int { return 1 + strings.Count(l.text[:position], "\n") }
