package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"labbook/internal/chart"
	"labbook/internal/locale"
)

//go:embed report.html.tmpl
var htmlTemplate string

//go:embed style.css
var styleSheet string

// pageTemplate escapes everything by the place where it stands (html/template). heading, named and
// say know the page that they write for, which puts its own in their place.
var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"inline":  func(c chart.Chart) template.HTML { return template.HTML(c.Inline()) }, // escaped there
	"code":    code,
	"heading": (*page).namedHeading,
	"named":   (*page).named,
	"say":     (*locale.Printer).Sprintf,
}).Parse(htmlTemplate))

// html draws the page as one file that needs nothing else: no script, no network, no neighbour.
func (p *page) html() ([]byte, error) {
	notes, err := p.notesHTML()
	if err != nil {
		return nil, fmt.Errorf("rendering the notes: %w", err)
	}
	p.NotesHTML = notes
	p.Style = template.CSS(styleSheet + seriesColours())
	var b bytes.Buffer
	if err := p.template().Execute(&b, p); err != nil {
		return nil, fmt.Errorf("rendering the page: %w", err)
	}
	return []byte(printable(b.String())), nil
}

// template gives the page's own template, with what it knows of its names.
func (p *page) template() *template.Template {
	own := template.Must(pageTemplate.Clone()) // never fails: it is only ever cloned
	return own.Funcs(
		template.FuncMap{"heading": p.namedHeading, "named": p.named, "say": p.Sprintf},
	)
}

// seriesColours gives the charts' colours to the page, for light and for dark.
func seriesColours() string {
	light, dark := chart.Colours()
	rule := func(colours []string) string {
		var b strings.Builder
		for i, colour := range colours {
			fmt.Fprintf(&b, "--series-%d:%s;", i+1, colour)
		}
		return ":root{" + b.String() + "}"
	}
	return rule(light) + "@media screen and (prefers-color-scheme:dark){" + rule(dark) + "}\n"
}

// guest makes notes fit into the page: their headings go below its own, without leaving a level
// out, so that its outline stays one, and their pictures become links, because the page loads
// nothing.
type guest struct{}

// Transform changes the notes before they are rendered.
func (guest) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	var pictures []*ast.Image
	// The levels, as written, of the headings that the next one may be below.
	var above []int
	_ = ast.Walk(
		document,
		func(node ast.Node, entering bool) (ast.WalkStatus, error) { // it never errs
			if heading, ok := node.(*ast.Heading); ok && entering {
				for len(above) > 0 && above[len(above)-1] >= heading.Level {
					above = above[:len(above)-1]
				}
				above = append(above, heading.Level)
				heading.Level = min(6, 2+len(above))
			}
			if picture, ok := node.(*ast.Image); ok && entering {
				pictures = append(pictures, picture)
			}
			return ast.WalkContinue, nil
		},
	)
	for _, picture := range pictures {
		link := ast.NewLink()
		link.Destination, link.Title = picture.Destination, picture.Title
		if !picture.HasChildren() {
			link.AppendChild(link, ast.NewString(picture.Destination))
		}
		for child := picture.FirstChild(); child != nil; child = picture.FirstChild() {
			link.AppendChild(link, child)
		}
		picture.Parent().ReplaceChild(picture.Parent(), picture, link)
	}
}
