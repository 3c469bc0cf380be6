package spec

import (
	"errors"
	"strings"

	"github.com/BurntSushi/toml"
)

// The TOML reader gives values, but no lines for them. So the text is gone through a second time,
// for the lines alone: what is a key, a table or an item, and on which line it stands. That needs
// no value to be understood, only where each one ends.

// maxDepth bounds how deep keys, tables and arrays may nest. An experiment needs 3; the TOML
// reader's time grows with the square of the depth, so a file of dots alone would keep it busy for
// hours.
const maxDepth = 16

var errDepth = errors.New("keys, tables or arrays nest too deep")

// place is where a key's value, a table or an item stands, with the places below it.
type place struct {
	line  int               // from 1: of the key, of the table's header, or of the item itself
	text  int               // of a string: the line on which what it says begins; else 0
	keys  []string          // of a table, in the file's order, none twice
	under map[string]*place // of a table: by key
	items []*place          // of an array, in the file's order
}

// key gives the place of a key, and makes it, on the given line, where there is none.
func (p *place) key(name string, line int) *place {
	if below, ok := p.under[name]; ok {
		return below
	}
	if p.under == nil {
		p.under = map[string]*place{}
	}
	below := &place{line: line}
	p.under[name], p.keys = below, append(p.keys, name)
	return below
}

// find gives the place of a key, or the table's own where it has no such key.
func (p *place) find(name string) *place {
	if below, ok := p.under[name]; ok {
		return below
	}
	return p
}

// nth gives the place of an item, from 0, or the array's own where it has no such item.
func (p *place) nth(i int) *place {
	if i < len(p.items) {
		return p.items[i]
	}
	return p
}

// item adds the place of one more item.
func (p *place) item(line int) *place {
	below := &place{line: line}
	p.items = append(p.items, below)
	return below
}

// table follows a table's name. A part that names an array of tables means its newest one.
func (p *place) table(name []string, line int) *place {
	for _, part := range name {
		p = p.key(part, line)
		if n := len(p.items); n > 0 {
			p = p.items[n-1]
		}
	}
	return p
}

// scanner walks over TOML. It is made for text that the TOML reader accepts. On other text it ends
// too, with places that mean nothing.
type scanner struct {
	text  string
	pos   int
	line  int
	depth int // of the values that are open
}

// locate gives the places of a whole file, or errDepth with the line that goes too deep.
func locate(text string) (root *place, tooDeep int, err error) {
	s := &scanner{text: strings.TrimPrefix(text, byteOrderMark), line: 1}
	root = &place{line: 1}
	table := root
	for {
		s.skip(" \t\r\n")
		if s.pos == len(s.text) {
			return root, 0, nil
		}
		start := s.pos
		if s.peek() == '[' {
			table, err = s.header(root)
		} else {
			err = s.keyValue(table)
		}
		if err != nil {
			return nil, s.line, err
		}
		if s.pos == start { // nothing that TOML allows here
			s.advance()
		}
	}
}

// header reads [name] or [[name]], and gives the place of the table that it opens.
func (s *scanner) header(root *place) (*place, error) {
	line := s.line
	s.advance()
	array := s.take('[')
	name, err := s.name()
	if err != nil {
		return root, err
	}
	s.take(']')
	if !array {
		return root.table(name, line), nil
	}
	s.take(']')
	last := len(name) - 1
	return root.table(name[:last], line).key(name[last], line).item(line), nil
}

// keyValue reads one "key = value" into the place of its table.
func (s *scanner) keyValue(table *place) error {
	line := s.line
	name, err := s.name()
	if err != nil {
		return err
	}
	s.take('=')
	last := len(name) - 1
	return s.value(table.table(name[:last], line).key(name[last], line))
}

// name reads a key with its dots. It has at least one part, which may be empty.
func (s *scanner) name() ([]string, error) {
	var parts []string
	for {
		s.blanks()
		parts = append(parts, s.part())
		s.blanks()
		if len(parts)+s.depth > maxDepth {
			return parts, errDepth
		}
		if !s.take('.') {
			return parts, nil
		}
	}
}

// part reads one part of a key: a bare word, or a string of either kind.
func (s *scanner) part() string {
	start := s.pos
	if c := s.peek(); c == '"' || c == '\'' {
		s.quoted()
		return unquote(s.text[start:s.pos])
	}
	for s.pos < len(s.text) && strings.IndexByte(" \t\r\n.=[]{},#\"'", s.text[s.pos]) < 0 {
		s.advance()
	}
	return s.text[start:s.pos]
}

// unquote gives what a quoted key says. The TOML reader is asked, so that both agree on every
// escape.
func unquote(quoted string) string {
	var document struct{ Key string }
	if _, err := toml.Decode("key = "+quoted, &document); err != nil {
		return quoted
	}
	return document.Key
}

// value passes over one value, and gives the places of what it holds to at.
func (s *scanner) value(at *place) error {
	s.depth++
	defer func() { s.depth-- }()
	if s.depth > maxDepth {
		return errDepth
	}
	s.blanks()
	switch s.peek() {
	case '"', '\'':
		at.text = s.line
		if s.opensLines() {
			at.text++
		}
		s.quoted()
	case '[':
		return s.list(']', func() error { return s.value(at.item(s.line)) })
	case '{':
		return s.list('}', func() error { return s.keyValue(at) })
	default: // a number, a date with a blank in it, a word
		for s.pos < len(s.text) && strings.IndexByte(",]}#\n", s.text[s.pos]) < 0 {
			s.advance()
		}
	}
	return nil
}

// list passes over an array or an inline table, and calls member at each thing in it.
func (s *scanner) list(end byte, member func() error) error {
	s.advance()
	for {
		s.skip(" \t\r\n,")
		if s.pos == len(s.text) || s.take(end) {
			return nil
		}
		start := s.pos
		if err := member(); err != nil {
			return err
		}
		if s.pos == start {
			s.advance()
		}
	}
}

// quoted passes over a string: "…", '…', or either with three quotes, which may span lines.
func (s *scanner) quoted() {
	quote := s.text[s.pos : s.pos+1]
	if rest := s.text[s.pos:]; strings.HasPrefix(rest, quote+quote+quote) {
		s.quotedLines(quote)
		return
	}
	s.advance()
	for c := s.peek(); s.pos < len(s.text) && c != quote[0] && c != '\n'; c = s.peek() {
		if c == '\\' && quote == `"` {
			s.advance()
		}
		s.advance()
	}
	s.take(quote[0])
}

// opensLines reports whether a string of three quotes begins on the next line: a line end right
// after them does not count.
func (s *scanner) opensLines() bool {
	rest := s.text[s.pos:]
	quote := rest[:1]
	after, found := strings.CutPrefix(rest, quote+quote+quote)
	return found && strings.HasPrefix(strings.TrimPrefix(after, "\r"), "\n")
}

// quotedLines passes over a string between three quotes. It may end with one or two quotes of its
// own, right before the three.
func (s *scanner) quotedLines(quote string) {
	end := quote + quote + quote
	s.pos += len(end)
	for s.pos < len(s.text) && !strings.HasPrefix(s.text[s.pos:], end) {
		if s.text[s.pos] == '\\' && quote == `"` {
			s.advance()
		}
		s.advance()
	}
	for range 5 {
		s.take(quote[0])
	}
}

// skip passes over the given bytes and over comments.
func (s *scanner) skip(bytes string) {
	for s.pos < len(s.text) {
		if s.text[s.pos] == '#' {
			for s.pos < len(s.text) && s.text[s.pos] != '\n' {
				s.advance()
			}
		} else if strings.IndexByte(bytes, s.text[s.pos]) < 0 {
			return
		} else {
			s.advance()
		}
	}
}

// blanks passes over blanks within a line.
func (s *scanner) blanks() {
	for s.take(' ') || s.take('\t') {
	}
}

// peek gives the next byte; 0 at the end, which TOML does not allow in a text.
func (s *scanner) peek() byte {
	if s.pos == len(s.text) {
		return 0
	}
	return s.text[s.pos]
}

// take passes over the next byte if it is the given one.
func (s *scanner) take(c byte) bool {
	if s.pos == len(s.text) || s.text[s.pos] != c {
		return false
	}
	s.advance()
	return true
}

// advance passes over one byte, and counts lines.
func (s *scanner) advance() {
	if s.pos == len(s.text) {
		return
	}
	if s.text[s.pos] == '\n' {
		s.line++
	}
	s.pos++
}
