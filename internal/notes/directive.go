package notes

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Directive is one directive as the user wrote it. Text inside code is never a directive.
type Directive struct {
	Name  string
	Args  []string // strings without their quotes, whole numbers as digits
	Block bool     // it takes the place of a whole paragraph at the top level of the notes
	Line  int      // where it begins in the notes, from 1
	Start int      // byte offset of its first brace
	End   int      // byte offset just after its last brace
	err   error    // why its arguments could not be read; usually nil
}

// form is the outward form of a directive.
type form struct {
	name  string
	usage string // an example, as errors show it
	block bool   // it becomes a chart or a table, so it must be a paragraph of its own
}

// forms are the known directives, in the order in which errors list them.
var forms = []form{
	{name: "chart", usage: `{{ chart "throughput" }}`, block: true},
	{name: "table", usage: `{{ table "SERVER" }}`, block: true},
	{name: "comparison", usage: `{{ comparison "SERVER" }}`, block: true},
	{name: "verdict", usage: `{{ verdict }}`},
	{name: "value", usage: `{{ value "SERVER" LEVEL "METRIC" }}`},
	{name: "ratio", usage: `{{ ratio "SERVER" LEVEL }}`},
	{name: "rounds", usage: `{{ rounds }}`},
}

// Names returns the names of all directives, in the order in which errors list them.
func Names() []string {
	names := make([]string, len(forms))
	for i, f := range forms {
		names[i] = f.name
	}
	return names
}

func formOf(name string) (form, bool) {
	for _, f := range forms {
		if f.name == name {
			return f, true
		}
	}
	return form{}, false
}

// opening is how a directive begins: two braces and a name. Other braces are plain text.
var opening = regexp.MustCompile(`^\{\{[ \t]*([a-z_]+)`)

// readDirective reads the directive at the beginning of a line and returns its length in bytes. ok
// is false if the line does not begin with a directive.
func readDirective(line string) (d Directive, length int, ok bool) {
	match := opening.FindStringSubmatch(line)
	if match == nil {
		return Directive{}, 0, false
	}

	d.Name = match[1]
	rest := line[len(match[0]):]
	for {
		rest = strings.TrimLeft(rest, " \t")
		if after, closed := strings.CutPrefix(rest, "}}"); closed {
			return d, len(line) - len(after), true
		}

		argument, size := readArgument(rest)
		if size == 0 {
			d.err = errors.New("found " + strconv.Quote(firstWord(rest)) +
				`; allowed: names in "quotes", whole numbers, and }} at the end, all on one line`)
			return d, len(match[0]), true
		}
		d.Args = append(d.Args, argument)
		rest = rest[size:]
	}
}

// readArgument reads the quoted string or the whole number at the beginning of a text, and returns
// its size in bytes; 0 if there is neither.
func readArgument(text string) (argument string, size int) {
	if quoted, err := strconv.QuotedPrefix(text); err == nil {
		argument, _ = strconv.Unquote(quoted) // QuotedPrefix returned a valid string
		return argument, len(quoted)
	}
	size = len(text) - len(strings.TrimLeft(text, "0123456789"))
	return text[:size], size
}

// firstWord returns the word at the beginning of a text for an error, shortened if it is long.
func firstWord(text string) string {
	const maxLength = 240
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return "the end of the line"
	}
	if word := []rune(fields[0]); len(word) > maxLength {
		return string(word[:maxLength-1]) + "…"
	}
	return fields[0]
}

// inlineNode is a directive inside a text.
type inlineNode struct {
	ast.BaseInline
	directive Directive
}

// blockNode is a directive in the place of a paragraph.
type blockNode struct {
	ast.BaseBlock
	directive Directive
}

var (
	inlineKind = ast.NewNodeKind("InlineDirective")
	blockKind  = ast.NewNodeKind("BlockDirective")
)

// Kind implements ast.Node.
func (n *inlineNode) Kind() ast.NodeKind { return inlineKind }

// Kind implements ast.Node.
func (n *blockNode) Kind() ast.NodeKind { return blockKind }

// Dump implements ast.Node.
func (n *inlineNode) Dump(source []byte, level int) { dump(n, n.directive, source, level) }

// Dump implements ast.Node.
func (n *blockNode) Dump(source []byte, level int) { dump(n, n.directive, source, level) }

func dump(n ast.Node, d Directive, source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"name": d.Name}, nil)
}

// directiveOf returns the directive that a node holds.
func directiveOf(node ast.Node) (Directive, bool) {
	switch node := node.(type) {
	case *inlineNode:
		return node.directive, true
	case *blockNode:
		return node.directive, true
	}
	return Directive{}, false
}

// inlineParser finds directives in the lines of a paragraph, a heading or a table's cell.
type inlineParser struct{}

// Trigger returns the byte that a directive begins with.
func (inlineParser) Trigger() []byte { return []byte{'{'} }

// Parse reads one directive, or returns nil.
func (inlineParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	d, length, ok := readDirective(string(line))
	if !ok {
		return nil
	}

	d.Start = segment.Start
	d.End = segment.Start + length
	d.Line = 1 + bytes.Count(block.Source()[:d.Start], []byte("\n"))
	block.Advance(length)
	return &inlineNode{directive: d}
}

// promoteBlocks replaces each paragraph at the top level that consists of one chart or table by a
// block node.
type promoteBlocks struct{}

// Transform changes the document after it was parsed.
func (promoteBlocks) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	var next ast.Node
	for node := document.FirstChild(); node != nil; node = next {
		next = node.NextSibling()
		paragraph, ok := node.(*ast.Paragraph)
		if !ok || paragraph.ChildCount() != 1 {
			continue
		}
		inline, ok := paragraph.FirstChild().(*inlineNode)
		if !ok || inline.directive.err != nil {
			continue
		}
		if f, _ := formOf(inline.directive.Name); !f.block {
			continue
		}

		d := inline.directive
		d.Block = true
		document.ReplaceChild(document, paragraph, &blockNode{directive: d})
	}
}
