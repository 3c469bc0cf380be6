package report

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A directive places a part of the result into the notes, so that prose and figures cannot drift
// apart: {{ chart "throughput" }}. It is a node of the notes' Markdown, so none is seen inside of
// code.

// directive is one of them, as it was written.
type directive struct {
	ast.BaseInline
	name        string
	args        []string // strings without their quotes, whole numbers as digits
	problem     error    // why it cannot be one; nil normally
	start, stop int      // its place in the notes
}

var kindDirective = ast.NewNodeKind("Directive")

// Kind is the node's kind.
func (d *directive) Kind() ast.NodeKind { return kindDirective }

// Dump prints the node for debugging.
func (d *directive) Dump(source []byte, level int) {
	ast.DumpHelper(d, source, level, map[string]string{"name": d.name}, nil)
}

// blockDirective is a directive that stands on lines of its own, and becomes a chart or a table.
type blockDirective struct {
	ast.BaseBlock
	*directive
}

var kindBlockDirective = ast.NewNodeKind("BlockDirective")

// Kind is the node's kind.
func (d *blockDirective) Kind() ast.NodeKind { return kindBlockDirective }

// Dump prints the node for debugging.
func (d *blockDirective) Dump(source []byte, level int) { d.directive.Dump(source, level) }

// Type says that the node is a block, which both that it is made of would decide otherwise.
func (d *blockDirective) Type() ast.NodeType { return ast.TypeBlock }

// beginning is that of a directive: two braces and a name. Other braces are text.
var beginning = regexp.MustCompile(`^\{\{[ \t]*([a-z_]+)`)

// readDirective reads the directive at the beginning of a line, and gives how long it is; nil where
// there is none.
func readDirective(line string) (d *directive, length int) {
	match := beginning.FindStringSubmatch(line)
	if match == nil {
		return nil, 0
	}
	d = &directive{name: match[1]}
	rest := line[len(match[0]):]
	for {
		rest = strings.TrimLeft(rest, " \t")
		if after, closed := strings.CutPrefix(rest, "}}"); closed {
			return d, len(line) - len(after)
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err == nil {
			word, _ := strconv.Unquote(quoted) // it is one
			d.args, rest = append(d.args, word), rest[len(quoted):]
			continue
		}
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 {
			d.problem = errors.New(`found ` + strconv.Quote(firstWord(rest)) +
				`; allowed: names in "quotes", whole numbers, and }} at the end, all on one line`)
			return d, len(match[0])
		}
		d.args, rest = append(d.args, rest[:digits]), rest[digits:]
	}
}

// firstWord is what stands where something else should.
func firstWord(rest string) string {
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return "the end of the line"
	}
	return oneLine(fields[0])
}

// directiveParser finds directives in a line of text.
type directiveParser struct{}

// Trigger is the byte that a directive begins with.
func (directiveParser) Trigger() []byte { return []byte{'{'} }

// Parse reads one directive.
func (directiveParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	d, length := readDirective(string(line))
	if d == nil {
		return nil
	}
	d.start, d.stop = segment.Start, segment.Start+length
	block.Advance(length)
	return d
}

// standsAlone makes blocks of the directives that are all of a paragraph at the top of the notes.
type standsAlone struct{}

// Transform changes the notes before they are rendered.
func (standsAlone) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	for node := document.FirstChild(); node != nil; {
		next := node.NextSibling()
		if paragraph, ok := node.(*ast.Paragraph); ok && paragraph.ChildCount() == 1 {
			if d, ok := paragraph.FirstChild().(*directive); ok && d.problem == nil &&
				isBlock(d.name) {
				document.ReplaceChild(document, paragraph, &blockDirective{directive: d})
			}
		}
		node = next
	}
}

// extension puts directives into Markdown. They come before links, which begin with another
// bracket, and after code, in which nothing is one.
func directiveOptions() parser.Option {
	return optionList{
		parser.WithInlineParsers(util.Prioritized(directiveParser{}, 150)),
		parser.WithASTTransformers(util.Prioritized(standsAlone{}, 2)),
	}
}

// optionList is several options as one.
type optionList []parser.Option

// SetParserOption sets all of them.
func (all optionList) SetParserOption(c *parser.Config) {
	for _, option := range all {
		option.SetParserOption(c)
	}
}

// lineAt is the line of a place in a text, from 1.
func lineAt(text string, place int) int { return 1 + strings.Count(text[:place], "\n") }

// argument gives the i-th argument, "" where there is none.
func (d *directive) argument(i int) string {
	if i < len(d.args) {
		return d.args[i]
	}
	return ""
}

// unknownWord says that a word is none of those that are allowed.
func unknownWord(what, found string, allowed []string, near string) error {
	return fmt.Errorf("unknown %s %q%s; allowed: %s", what, found, near, quotedList(allowed))
}

func quotedList(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = strconv.Quote(word)
	}
	return strings.Join(quoted, ", ")
}
