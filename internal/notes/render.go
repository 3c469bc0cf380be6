package notes

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Report is the report that notes are a part of.
type Report interface {
	// Content returns what a directive stands for. It must return something for every directive,
	// also for one that is wrong: notes that were never checked must not prevent a report.
	Content(d Directive) Content

	// Highlight returns code as HTML, with its comments, strings and keywords marked.
	Highlight(language, code string) template.HTML
}

// Content is what a directive stands for, in both formats of a report.
type Content interface {
	HTML() template.HTML
	Markdown() string
}

// HTML renders notes for a page: directives are replaced by their content, headings are fitted
// below those of the page, and pictures become links, because a page loads nothing.
func HTML(source string, r Report) (template.HTML, error) {
	var b bytes.Buffer
	ours := renderer.WithNodeRenderers(util.Prioritized(nodeRenderer{r}, 1))
	converter := markdown(goldmark.WithRendererOptions(ours))
	if err := converter.Convert([]byte(source), &b); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil // goldmark escapes everything else
}

// Markdown returns the notes as they were written, with their directives replaced by their content.
func Markdown(source string, r Report) string {
	var b strings.Builder
	end := 0
	for _, d := range Parse(source) {
		b.WriteString(source[end:d.Start])
		b.WriteString(r.Content(d).Markdown())
		end = d.End
	}
	b.WriteString(source[end:])
	return strings.TrimSpace(b.String())
}

// nodeRenderer writes the HTML of directives and of code. goldmark writes everything else.
type nodeRenderer struct{ report Report }

// RegisterFuncs implements renderer.NodeRenderer.
func (r nodeRenderer) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(inlineKind, r.directive)
	register.Register(blockKind, r.directive)
	register.Register(ast.KindFencedCodeBlock, r.code)
	register.Register(ast.KindCodeBlock, r.code)
}

func (r nodeRenderer) directive(
	w util.BufWriter, _ []byte, node ast.Node, entering bool,
) (ast.WalkStatus, error) {
	d, ok := directiveOf(node)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	_, err := w.WriteString(string(r.report.Content(d).HTML()))
	return ast.WalkSkipChildren, err
}

func (r nodeRenderer) code(
	w util.BufWriter, source []byte, node ast.Node, entering bool,
) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}

	language := ""
	if block, ok := node.(*ast.FencedCodeBlock); ok {
		language = string(block.Language(source))
	}
	code := string(node.Lines().Value(source))
	highlighted := string(r.report.Highlight(language, code))
	_, err := w.WriteString(`<pre tabindex="0"><code>` + highlighted + "</code></pre>\n")
	return ast.WalkSkipChildren, err
}

// fitPage makes notes fit into a page: its headings and its rule that nothing is loaded.
type fitPage struct{}

// Transform changes the document after it was parsed.
func (fitPage) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	var headings []*ast.Heading
	var pictures []*ast.Image
	visit := func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Heading:
			headings = append(headings, node)
		case *ast.Image:
			pictures = append(pictures, node)
		}
		return ast.WalkContinue, nil
	}
	_ = ast.Walk(document, visit) // visit never fails

	fitHeadings(headings)
	for _, picture := range pictures {
		picture.Parent().ReplaceChild(picture.Parent(), picture, linkTo(picture))
	}
}

// fitHeadings puts the headings below the page's own, which end at level 2, and leaves no level
// out, so that the outline of the page stays one.
func fitHeadings(headings []*ast.Heading) {
	const pageLevel = 2
	const maxLevel = 6
	var open []int // the levels, as written, of the headings that the next one may be below
	for _, heading := range headings {
		for len(open) > 0 && open[len(open)-1] >= heading.Level {
			open = open[:len(open)-1]
		}
		open = append(open, heading.Level)
		heading.Level = min(maxLevel, pageLevel+len(open))
	}
}

// linkTo returns a link in the place of a picture, with the same text.
func linkTo(picture *ast.Image) *ast.Link {
	link := ast.NewLink()
	link.Destination = picture.Destination
	link.Title = picture.Title
	if !picture.HasChildren() {
		link.AppendChild(link, ast.NewString(picture.Destination))
	}
	for child := picture.FirstChild(); child != nil; child = picture.FirstChild() {
		link.AppendChild(link, child)
	}
	return link
}
