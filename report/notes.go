package report

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"labbook/internal/chart"
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/spec"
)

// rule says what a directive takes, and what becomes of it.
type rule struct {
	name  string
	takes string // as an error shows it
	block bool   // it stands on lines of its own
	check func(e *spec.Experiment, d *directive) error
	// html and markdown give what it becomes, of a directive that check has let through.
	html     func(p *page, d *directive) string
	markdown func(p *page, d *directive) string
}

// rules are all directives, in the order in which errors list them.
func rules() []rule {
	return []rule{
		{"chart", `{{ chart "throughput" }}`, true, checkChart, chartHTML, chartMarkdown},
		{"table", `{{ table "SERVER" }}`, true, checkServers, tableHTML, tableMarkdown},
		{
			"comparison",
			`{{ comparison "SERVER" }}`,
			true,
			checkCompared,
			comparisonHTML,
			comparisonMarkdown,
		},
		{"verdict", `{{ verdict }}`, false, checkNothing,
			inHTML((*page).verdict), inMarkdown((*page).verdict)},
		{"value", `{{ value "SERVER" LEVEL "METRIC" }}`, false, checkValue,
			inHTML((*page).value), inMarkdown((*page).value)},
		{"ratio", `{{ ratio "SERVER" LEVEL }}`, false, checkRatio,
			inHTML((*page).ratio), inMarkdown((*page).ratio)},
		{
			"rounds",
			`{{ rounds }}`,
			false,
			checkNothing,
			inHTML((*page).rounds),
			inMarkdown((*page).rounds),
		},
	}
}

func ruleOf(name string) (rule, bool) {
	all := rules()
	i := slices.IndexFunc(all, func(r rule) bool { return r.name == name })
	if i < 0 {
		return rule{}, false
	}
	return all[i], true
}

func isBlock(name string) bool {
	r, known := ruleOf(name)
	return known && r.block
}

// notesMarkdown reads what a user wrote: GitHub's Markdown with footnotes and definition lists, and
// directives. It is goldmark's safe mode: markup in it is left out.
func notesMarkdown(more ...goldmark.Option) goldmark.Markdown {
	return goldmark.New(append([]goldmark.Option{
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
		goldmark.WithParserOptions(
			parser.WithASTTransformers(util.Prioritized(guest{}, 1)),
			directiveOptions(),
		),
	}, more...)...)
}

// found is a directive where it stands.
type found struct {
	*directive
	block bool // it stands on lines of its own
}

// directivesOf gives the directives of notes in their order.
func directivesOf(notes string) []found {
	var all []found
	document := notesMarkdown().Parser().Parse(text.NewReader([]byte(notes)))
	_ = ast.Walk(
		document,
		func(node ast.Node, entering bool) (ast.WalkStatus, error) { // it never errs
			if d, ok := node.(*directive); ok && entering {
				all = append(all, found{d, false})
			}
			if b, ok := node.(*blockDirective); ok && entering {
				all = append(all, found{b.directive, true})
				return ast.WalkSkipChildren, nil
			}
			return ast.WalkContinue, nil
		},
	)
	slices.SortFunc(all, func(a, b found) int { return a.start - b.start })
	return all
}

// CheckNotes makes sure, before anything is measured, that each directive of an experiment's notes
// names something that there will be. The error is spec.Problems.
func CheckNotes(e *spec.Experiment) error {
	name := e.Notes.File
	if name == "" {
		name = e.Name
	}
	var problems spec.Problems
	for _, d := range directivesOf(e.Notes.Text) {
		if err := d.check(e); err != nil {
			problems = append(problems, spec.Problem{File: name,
				Line:    max(1, e.Notes.Line) + lineAt(e.Notes.Text, d.start) - 1,
				Message: fmt.Sprintf("notes: {{ %s }}: %v", d.name, err)})
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// check says what is wrong with a directive, nil for nothing.
func (f found) check(e *spec.Experiment) error {
	if f.problem != nil {
		return f.problem
	}
	r, known := ruleOf(f.name)
	switch {
	case !known:
		names := make([]string, 0, len(rules()))
		for _, r := range rules() {
			names = append(names, r.name)
		}
		return unknownWord("directive", f.name, names, spec.DidYouMean(f.name, names))
	case r.block && !f.block:
		return fmt.Errorf(
			"found within a text, a list or a quotation; allowed: alone, with an empty line " +
				"before it and after it",
		)
	}
	if err := r.check(e, f.directive); err != nil {
		return fmt.Errorf("%w; as in %s", err, r.takes)
	}
	return nil
}

func takes(d *directive, n int) error {
	if len(d.args) != n {
		return fmt.Errorf("found %d words after its name; allowed: %d", len(d.args), n)
	}
	return nil
}

func checkNothing(_ *spec.Experiment, d *directive) error { return takes(d, 0) }

// oneOf makes sure that an argument is one of the locale.
func oneOf(what, argument string, words []string) error {
	if slices.Contains(words, argument) {
		return nil
	}
	return unknownWord(what, argument, words, spec.DidYouMean(argument, words))
}

func checkChart(e *spec.Experiment, d *directive) error {
	if err := takes(d, 1); err != nil {
		return err
	}
	names := []string{
		"throughput",
		"response-time",
		"distribution",
		"latency-throughput",
		"resources",
		"order",
	}
	if len(e.Servers) > 1 {
		names = append(names, "comparison")
	}
	if e.Design.Calibrate {
		names = append(names, "calibration")
	}
	return oneOf("chart", d.args[0], names)
}

func checkServers(e *spec.Experiment, d *directive) error {
	if err := takes(d, 1); err != nil {
		return err
	}
	return oneOf("server", d.args[0], serverNames(e, func(spec.Server) bool { return true }))
}

func checkCompared(e *spec.Experiment, d *directive) error {
	if err := takes(d, 1); err != nil {
		return err
	}
	return oneOf(
		"server",
		d.args[0],
		serverNames(e, func(s spec.Server) bool { return s.Name != e.Design.Baseline }),
	)
}

func serverNames(e *spec.Experiment, wanted func(spec.Server) bool) []string {
	var names []string
	for _, s := range e.Servers {
		if wanted(s) {
			names = append(names, s.Name)
		}
	}
	return names
}

func checkLevel(e *spec.Experiment, argument string) error {
	var words []string
	for _, level := range plan.Levels(e) {
		words = append(words, strconv.Itoa(level.Value))
	}
	if !slices.Contains(words, argument) {
		return unknownWord("level", argument, words, "")
	}
	return nil
}

func checkValue(e *spec.Experiment, d *directive) error {
	if err := takes(d, 3); err != nil {
		return err
	}
	if err := oneOf("server", d.args[0], serverNames(e, func(spec.Server) bool { return true })); err != nil {
		return err
	}
	if err := checkLevel(e, d.args[1]); err != nil {
		return err
	}
	return oneOf("metric", d.args[2], metricNames())
}

func checkRatio(e *spec.Experiment, d *directive) error {
	if err := takes(d, 2); err != nil {
		return err
	}
	others := serverNames(e, func(s spec.Server) bool { return s.Name != e.Design.Baseline })
	if err := oneOf("server", d.args[0], others); err != nil {
		return err
	}
	return checkLevel(e, d.args[1])
}

// notesHTML renders the notes, with the directives replaced by what they stand for.
func (p *page) notesHTML() (template.HTML, error) {
	var b bytes.Buffer
	placing := renderer.WithNodeRenderers(util.Prioritized(&placer{page: p}, 1))
	if err := notesMarkdown(goldmark.WithRendererOptions(placing)).Convert([]byte(p.Notes), &b); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil // goldmark escapes the rest
}

// placer renders directives, and code.
type placer struct{ page *page }

// RegisterFuncs says which nodes it renders.
func (r *placer) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindFencedCodeBlock, renderCode)
	register.Register(ast.KindCodeBlock, renderCode)
	register.Register(
		kindDirective,
		func(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus,
			error) {
			if entering {
				_, _ = w.WriteString(r.page.place(found{node.(*directive), false}, rule.renderHTML))
			}
			return ast.WalkSkipChildren, nil
		},
	)
	register.Register(
		kindBlockDirective,
		func(w util.BufWriter, _ []byte, node ast.Node, entering bool) (
			ast.WalkStatus, error) {
			if entering {
				_, _ = w.WriteString(
					r.page.place(found{node.(*blockDirective).directive, true}, rule.renderHTML),
				)
			}
			return ast.WalkSkipChildren, nil
		},
	)
}

func (r rule) renderHTML(p *page, d *directive) string { return r.html(p, d) }

func (r rule) renderMarkdown(p *page, d *directive) string { return r.markdown(p, d) }

// place gives what a directive becomes. One that is wrong, as in notes that nobody checked, says
// so: it never costs the report.
func (p *page) place(f found, render func(rule, *page, *directive) string) string {
	r, known := ruleOf(f.name)
	if !known || f.check(p.experiment) != nil {
		return p.Sprintf("(not available: %s)", f.name)
	}
	return render(r, p, f.directive)
}

// notesTwin gives the notes for a Git host, with the directives replaced by Markdown.
func (p *page) notesTwin() string {
	var b strings.Builder
	last := 0
	for _, f := range directivesOf(p.Notes) {
		b.WriteString(p.Notes[last:f.start] + p.place(f, rule.renderMarkdown))
		last = f.stop
	}
	b.WriteString(p.Notes[last:])
	return strings.TrimSpace(b.String())
}

func inHTML(text func(*page, *directive) string) func(*page, *directive) string {
	return func(p *page, d *directive) string { return template.HTMLEscapeString(text(p, d)) }
}

func inMarkdown(text func(*page, *directive) string) func(*page, *directive) string {
	return func(p *page, d *directive) string { return md(text(p, d)) }
}

// withTemplate renders a part of the page.
func (p *page) withTemplate(name string, data any) string {
	var b bytes.Buffer
	if err := p.template().ExecuteTemplate(&b, name, data); err != nil {
		return template.HTMLEscapeString(err.Error())
	}
	return b.String()
}

func (p *page) chart(d *directive) (chart.Chart, bool) {
	for _, c := range slices.Concat(p.Forest, p.Charts) {
		if c.Name == d.args[0] {
			return c, true
		}
	}
	return chart.Chart{}, false
}

const noChart locale.Message = "(this chart is not in the report: nothing is known of what it shows)"

func chartHTML(p *page, d *directive) string {
	c, found := p.chart(d)
	if !found {
		return "<p>" + template.HTMLEscapeString(p.Sprintf(noChart)) + "</p>\n"
	}
	p.placed++
	c.Name += "-note-" + strconv.Itoa(p.placed) // its ids must be its own
	return p.withTemplate("chart", c)
}

func chartMarkdown(p *page, d *directive) string {
	c, found := p.chart(d)
	if !found {
		return p.Sprintf(noChart)
	}
	return fmt.Sprintf("![%s](charts/%s.svg)", md(c.Title), c.Name)
}

func (p *page) tableOf(tables []table, caption string) table {
	i := slices.IndexFunc(tables, func(t table) bool { return t.Of == caption })
	if i < 0 {
		return table{Caption: caption}
	}
	return tables[i]
}

func tableHTML(p *page, d *directive) string {
	return p.withTemplate("table", p.tableOf(p.Servers, d.args[0]))
}

func tableMarkdown(p *page, d *directive) string {
	return p.tableOf(p.Servers, d.args[0]).placedMarkdown()
}

func comparisonHTML(p *page, d *directive) string {
	return p.withTemplate("table", p.tableOf(p.Comparisons, d.args[0]))
}

func comparisonMarkdown(p *page, d *directive) string {
	return p.tableOf(p.Comparisons, d.args[0]).placedMarkdown()
}

// placedMarkdown is the table with its caption as a sentence.
func (t table) placedMarkdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n\n", md(t.Caption))
	t.markdown(&b)
	return strings.TrimSpace(b.String())
}
