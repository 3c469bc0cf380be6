package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"labbook/internal/chart"
	"labbook/internal/locale"
	"labbook/internal/printable"
)

//go:embed report.html.tmpl
var htmlTemplate string

//go:embed style.css
var styleSheet string

// pageTemplate escapes everything by the place where it stands (html/template). heading, named and
// say know the page that they write for, which puts its own in their place.
var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"inline":  func(c chart.Chart) template.HTML { return template.HTML(c.Inline()) }, // escaped there
	"code":    highlight,
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
	return []byte(printable.Text(b.String())), nil
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

// render returns a part of the page, as the template of that name writes it.
func (p *page) render(name string, data any) template.HTML {
	var b bytes.Buffer
	if err := p.template().ExecuteTemplate(&b, name, data); err != nil {
		return template.HTML(template.HTMLEscapeString(err.Error()))
	}
	return template.HTML(b.String())
}
