package report

import (
	"fmt"
	"html/template"
	"labbook.example/labbook/internal/findings"
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/notes"
	"labbook.example/labbook/internal/spec"
)

// CheckNotes reports every directive of an experiment's notes that refers to something that its
// report will not have, so that a mistake is known before anything is measured. The error is
// spec.Problems.
func CheckNotes(e *spec.Experiment) error { return notesScope(e).Check() }

// notesScope returns what the directives of an experiment's notes may refer to.
func notesScope(e *spec.Experiment) notes.Scope {
	return notes.Scope{
		Experiment: e,
		Charts:     chart.Names(e),
		Metrics:    quotableNames(),
	}
}

// notesHTML returns the notes for the page.
func (p *page) notesHTML() (template.HTML, error) {
	return notes.HTML(p.Notes, newNotesReport(p))
}

// notesMarkdown returns the notes for a Git host.
func (p *page) notesMarkdown() string { return notes.Markdown(p.Notes, newNotesReport(p)) }

// notesReport is the report that the directives of its notes take their content from.
type notesReport struct {
	*page
	scope  notes.Scope
	charts int // placed so far
}

func newNotesReport(p *page) *notesReport {
	return &notesReport{page: p, scope: notesScope(p.experiment)}
}

// Highlight implements notes.Report.
func (r *notesReport) Highlight(language, code string) template.HTML {
	return highlight(language, code)
}

// Content implements notes.Report.
func (r *notesReport) Content(d notes.Directive) notes.Content {
	if r.scope.CheckDirective(d) != nil {
		return text(r.Sprintf("(not available: %s)", d.Name))
	}

	switch d.Name {
	case "chart":
		return r.chart(d.Args[0])
	case "table":
		return r.table(r.Servers, d.Args[0])
	case "comparison":
		return r.table(r.Comparisons, d.Args[0])
	case "value":
		return text(r.value(r.cell(d.Args[0], d.Args[1]), d.Args[2]))
	case "ratio":
		return text(r.ratio(r.cell(d.Args[0], d.Args[1])))
	case "verdict":
		return text(findings.Answer(r.Printer, r.analysis))
	case "rounds":
		return text(roundsOf(r.Printer, r.experiment.Design))
	}
	return text(nothing)
}

const noChart locale.Message = "(this chart is not in the report: it has no data)"

func (r *notesReport) chart(name string) notes.Content {
	i := slices.IndexFunc(r.Charts, func(c chart.Chart) bool { return c.Name == name })
	if i < 0 {
		return paragraph(r.Sprintf(noChart))
	}
	if r.Charts[i].Problem != "" {
		return paragraph(r.Charts[i].Problem)
	}
	r.charts++
	return chartInNotes{Chart: r.Charts[i], page: r.page, n: r.charts}
}

func (r *notesReport) table(tables []table, server string) notes.Content {
	i := slices.IndexFunc(tables, func(t table) bool { return t.Of == server })
	if i < 0 {
		return tableInNotes{table{Caption: server}, r.page}
	}
	return tableInNotes{tables[i], r.page}
}

// text is content inside a text: plain words.
type text string

// HTML implements notes.Content.
func (t text) HTML() template.HTML { return template.HTML(template.HTMLEscapeString(string(t))) }

// Markdown implements notes.Content.
func (t text) Markdown() string { return md(string(t)) }

// paragraph is plain words in the place of a chart.
type paragraph string

// HTML implements notes.Content.
func (p paragraph) HTML() template.HTML { return "<p>" + text(p).HTML() + "</p>\n" }

// Markdown implements notes.Content.
func (p paragraph) Markdown() string { return md(string(p)) }

// chartInNotes is a chart of the report that notes show again.
type chartInNotes struct {
	chart.Chart
	page *page
	n    int // the number of this chart among those in the notes, from 1
}

// HTML implements notes.Content. The ids in it differ from those of the same chart elsewhere.
func (c chartInNotes) HTML() template.HTML {
	again := c.Chart
	again.Name += "-note-" + strconv.Itoa(c.n)
	return c.page.part("chart", again)
}

// Markdown implements notes.Content.
func (c chartInNotes) Markdown() string { return picture(c.Chart) }

// tableInNotes is a table of the report that notes show again.
type tableInNotes struct {
	table
	page *page
}

// HTML implements notes.Content.
func (t tableInNotes) HTML() template.HTML { return t.page.part("table", t.table) }

// Markdown implements notes.Content. The caption is a sentence of its own.
func (t tableInNotes) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n\n", md(t.Caption))
	t.markdown(&b)
	return strings.TrimSpace(b.String())
}
