package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"sync"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
)

// pageTemplates are the templates of the page: its frame and its parts, and one file per section.
//
//go:embed page/*.tmpl
var pageTemplates embed.FS

// pageTemplate escapes every value according to its context, as html/template does. It is only ever
// cloned: each page puts its own functions in the place of these. It is parsed when it is first
// needed: every role of labbook initialises this package, and most of them draw no report.
var pageTemplate = sync.OnceValue(func() *template.Template {
	functions := (*page)(nil).functions()
	all := template.New("report").Funcs(functions)
	return template.Must(all.ParseFS(pageTemplates, "page/*.tmpl"))
})

// functions returns the functions that the template calls.
func (p *page) functions() template.FuncMap {
	return template.FuncMap{
		"sentence":  p.sentence,
		"panel":     panel,
		"marker":    keyMarker,
		"highlight": highlight,
		"numbers":   numbersOf,
		"breakable": p.breakable,
		"heading":   p.heading,
		"isolate":   p.isolateRTL,
		"linked":    p.linked,
		"unbroken":  unbroken,
		"say": func(text locale.Message, args ...any) string {
			return p.Sprintf(text, args...)
		},
	}
}

// panel returns a panel of a chart to be put into the page, and keyMarker the marker of a key.
func panel(p chart.Panel) template.HTML   { return template.HTML(p.Inline()) }
func keyMarker(k chart.Key) template.HTML { return template.HTML(k.Marker()) }

// html renders the page as one file that needs nothing else: no script, no network, no other file.
func (p *page) html() ([]byte, error) {
	notes, err := p.notesHTML()
	if err != nil {
		return nil, fmt.Errorf("rendering the notes: %w", err)
	}
	p.NotesHTML = notes
	p.Style = pageStyle(chart.Styles())

	for i := range p.Sections {
		if err := p.render(&p.Sections[i]); err != nil {
			return nil, err
		}
	}
	return p.frame()
}

// pageStyle returns the style sheet of a page with that of its charts.
func pageStyle(charts string) template.CSS { return template.CSS(styleSheet() + charts) }

// frame renders the page around the sections that have been rendered.
func (p *page) frame() ([]byte, error) {
	var b bytes.Buffer
	if err := p.template().ExecuteTemplate(&b, "page", p); err != nil {
		return nil, fmt.Errorf("rendering the page: %w", err)
	}
	return []byte(printable.Text(b.String())), nil
}

// render renders a section by the template of its id.
func (p *page) render(s *section) error {
	var b bytes.Buffer
	if err := p.template().ExecuteTemplate(&b, s.ID, p); err != nil {
		return fmt.Errorf("rendering the section %s: %w", s.ID, err)
	}
	s.HTML = template.HTML(b.String())
	return nil
}

// part renders the template of that name, which is a part of the page.
func (p *page) part(name string, data any) template.HTML {
	var b bytes.Buffer
	if err := p.template().ExecuteTemplate(&b, name, data); err != nil {
		return template.HTML(template.HTMLEscapeString(err.Error()))
	}
	return template.HTML(b.String())
}

// template returns the page's own copy of the templates.
func (p *page) template() *template.Template {
	if p.own == nil {
		p.own = template.Must(pageTemplate().Clone()) // fails only after an execution
		p.own.Funcs(p.functions())
	}
	return p.own
}
