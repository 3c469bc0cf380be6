package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// The TOML reader returns values without their positions. A second parser, which returns syntax
// trees, supplies the line of every key, table and array item. It runs first, so it also reports
// syntax errors.

// maxDepth bounds how deep keys, tables and arrays may nest. An experiment needs 3. The TOML
// reader's time grows with the square of the depth: a file of nothing but dots would take hours.
const maxDepth = 16

// locator walks over the syntax trees of one file, from its beginning to its end.
type locator struct {
	parser unstable.Parser
	text   string
	passed int // bytes of text that the walk has passed
	line   int // of the byte after them, from 1
}

// locate returns the places of a whole file. An error comes with its line: a syntax error, or
// nesting beyond maxDepth.
func locate(text string) (root *place, line int, err error) {
	l := &locator{text: text, line: 1}
	l.parser.Reset(slices.Clip([]byte(text)))
	root = &place{line: 1}

	table := root
	for l.parser.NextExpression() {
		table, err = l.expression(root, table)
		if err != nil {
			return nil, l.line, err
		}
	}

	if err := l.parser.Error(); err != nil {
		line, err := l.syntaxError(err)
		return nil, line, err
	}
	return root, 0, nil
}

// expression adds the places of a table header or of a key with its value. It returns the table
// to which the keys on the next lines belong.
func (l *locator) expression(root, table *place) (*place, error) {
	node := l.parser.Expression()
	if node.Kind == unstable.KeyValue {
		return table, l.keyValue(node, table, 0)
	}

	name, line, err := l.name(node, 0)
	if err != nil {
		return nil, err
	}
	if node.Kind == unstable.Table {
		return root.table(name, line), nil
	}

	last := len(name) - 1
	return root.table(name[:last], line).key(name[last], line).item(line), nil
}

// keyValue adds the place of a key to its table, and the places within its value.
func (l *locator) keyValue(node *unstable.Node, table *place, depth int) error {
	name, line, err := l.name(node, depth)
	if err != nil {
		return err
	}

	last := len(name) - 1
	at := table.table(name[:last], line).key(name[last], line)
	return l.value(node.Value(), at, l.pass(node.Value()), depth+1)
}

// name returns the parts of a dotted key, and its line.
func (l *locator) name(node *unstable.Node, depth int) (parts []string, line int, err error) {
	for part := node.Key(); part.Next(); {
		line = l.pass(part.Node())
		parts = append(parts, string(part.Node().Data))
	}
	if len(parts)+depth > maxDepth {
		return nil, line, errDepth
	}
	return parts, line, nil
}

var errDepth = fmt.Errorf("keys, tables or arrays nest too deep; allowed: %d levels", maxDepth)

// value adds the places within a value that begins on the given line.
func (l *locator) value(node *unstable.Node, at *place, line, depth int) error {
	if depth > maxDepth {
		return errDepth
	}

	switch node.Kind {
	case unstable.String:
		at.textLine = line + l.emptyLines(node)
	case unstable.Array:
		for items := node.Children(); items.Next(); {
			line := l.pass(items.Node())
			if err := l.value(items.Node(), at.item(line), line, depth+1); err != nil {
				return err
			}
		}
	case unstable.InlineTable:
		for keys := node.Children(); keys.Next(); {
			if err := l.keyValue(keys.Node(), at, depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// emptyLines returns 1 if a string of three quotes begins on the line after them, else 0: TOML
// ignores a line end right after the quotes.
func (l *locator) emptyLines(node *unstable.Node) int {
	text := string(l.parser.Raw(node.Raw))
	for _, quotes := range []string{`"""`, `'''`} {
		after, ok := strings.CutPrefix(text, quotes)
		if ok && strings.HasPrefix(strings.TrimPrefix(after, "\r"), "\n") {
			return 1
		}
	}
	return 0
}

// pass moves the walk past a key or a value and returns the line on which it begins. Of an array
// or an inline table, it passes the opening bracket only: the walk goes on inside.
func (l *locator) pass(node *unstable.Node) (line int) {
	start, end := int(node.Raw.Offset), int(node.Raw.Offset+node.Raw.Length)
	if node.Kind == unstable.Array { // the parser keeps no position of arrays
		start = l.nextBracket()
		end = start + 1
	}

	l.moveTo(start)
	line = l.line
	l.moveTo(end)
	return line
}

// nextBracket returns the position of the next "[" outside of comments. Before an array, there is
// nothing else between it and the key or value that was passed last.
func (l *locator) nextBracket() int {
	i := l.passed
	for l.text[i] != '[' {
		if l.text[i] == '#' {
			i += strings.IndexByte(l.text[i:], '\n')
		}
		i++
	}
	return i
}

func (l *locator) moveTo(position int) {
	l.line += strings.Count(l.text[l.passed:position], "\n")
	l.passed = position
}
