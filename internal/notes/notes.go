// Package notes reads the notes of an experiment: Markdown as on GitHub, with directives such as
// {{ chart "throughput" }} that place a part of the result into the prose, so that the two cannot
// drift apart.
//
// In: the text that the user wrote, and the names that its directives may refer to. Out: the
// directives with their positions, and the notes as HTML or as Markdown in which every directive is
// replaced by its content. Refused: a directive that refers to something that the report will not
// have.
package notes

import (
	"slices"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The order in which goldmark calls what this package adds to it. Directives are read before links,
// which also begin with a bracket, and after code spans, whose text is never a directive.
const (
	fitPagePriority       = 1
	promoteBlocksPriority = 2
	inlinePriority        = 150
)

// markdown returns goldmark with the grammar of notes: GitHub's Markdown with footnotes, definition
// lists and directives. It is in goldmark's safe mode, which leaves HTML out.
func markdown(more ...goldmark.Option) goldmark.Markdown {
	return goldmark.New(append([]goldmark.Option{
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
		goldmark.WithParserOptions(
			parser.WithInlineParsers(util.Prioritized(inlineParser{}, inlinePriority)),
			parser.WithASTTransformers(
				util.Prioritized(fitPage{}, fitPagePriority),
				util.Prioritized(promoteBlocks{}, promoteBlocksPriority),
			),
		),
	}, more...)...)
}

// Parse returns the directives of notes in the order of the text. Those with mistakes are among
// them: Scope.CheckDirective tells what is wrong.
func Parse(source string) []Directive {
	var all []Directive
	document := markdown().Parser().Parse(text.NewReader([]byte(source)))
	visit := func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if d, ok := directiveOf(node); ok && entering {
			all = append(all, d)
		}
		return ast.WalkContinue, nil
	}
	_ = ast.Walk(document, visit) // visit never fails

	// Footnotes are at the end of the document, wherever they are in the text.
	slices.SortFunc(all, func(a, b Directive) int { return a.Start - b.Start })
	return all
}
