package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"labbook/internal/chart"
	"labbook/internal/findings"
	"labbook/internal/locale"
	"labbook/internal/printable"
)

// markdown renders the page for a Git host. Charts and captures are files beside it. Everything
// that a user or a server supplied is escaped, except the notes, which are Markdown themselves.
func (p *page) markdown() []byte {
	var b strings.Builder
	p.markdownAnswer(&b)
	p.markdownDoubts(&b)
	p.markdownNotes(&b)
	p.markdownComparison(&b)
	p.markdownServers(&b)
	p.markdownCalibration(&b)
	p.markdownPictures(&b)
	p.markdownMethod(&b)
	p.markdownRepeat(&b)
	return []byte(printable.Text(b.String()))
}

func (p *page) markdownAnswer(b *strings.Builder) {
	fmt.Fprintf(b, "# %s\n\n", md(p.Title))
	if p.Question != "" {
		fmt.Fprintf(b, "*%s*\n\n", md(strings.TrimSpace(p.Question)))
	}
	p.section(b, "Answer")
	if p.Origin != "" {
		fmt.Fprintf(b, "**%s**\n\n", md(p.Origin))
	}
	p.markdownHeadline(b)
	p.markdownStrip(b)
	if p.Connections != "" {
		fmt.Fprintf(b, "%s\n\n", md(p.Connections))
	}
	if p.ThisRun != "" {
		fmt.Fprintf(b, "%s\n\n", md(p.ThisRun))
	}
	b.WriteString(p.Sprintf("%s; load by %s; %s.", md(p.Size), md(p.Generator), p.Loop) + "\n\n")
}

// markdownHeadline writes the answer: what is invalid, then what was found, then the small print.
func (p *page) markdownHeadline(b *strings.Builder) {
	h := p.Headline
	for _, sentence := range []findings.Sentence{h.Banner, h.Main} {
		if len(sentence) > 0 {
			fmt.Fprintf(b, "**%s**\n\n", md(sentence.String()))
		}
	}
	for _, sentence := range append([]findings.Sentence{h.Second}, h.Small...) {
		if len(sentence) > 0 {
			fmt.Fprintf(b, "%s\n\n", md(sentence.String()))
		}
	}
}

func (p *page) markdownNotes(b *strings.Builder) {
	notes := p.notesMarkdown()
	if notes == "" {
		return
	}
	p.section(b, "Notes")
	b.WriteString(notes + "\n\n")
	if p.NotesSince != "" {
		fmt.Fprintf(b, "*%s*\n\n", md(p.NotesSince))
	}
}

func (p *page) markdownComparison(b *strings.Builder) {
	p.section(b, "Comparison")
	for _, c := range p.Chart(chart.Comparison) {
		markdownChart(b, c)
	}
	for _, t := range slices.Concat(
		p.Overview, p.Comparisons, p.Order, p.Runs, p.Latencies, p.Used,
	) {
		t.markdownUnderHeading(b)
	}
	if p.Knees != "" {
		fmt.Fprintf(b, "%s\n\n", md(p.Knees))
	}
	if p.Quote != "" {
		fmt.Fprintf(b, "### %s\n\n> %s\n\n", p.Sprintf("To quote"), md(p.Quote))
	}
}

func (p *page) markdownServers(b *strings.Builder) {
	p.section(b, "Results by server")
	fmt.Fprintf(b, "%s\n\n", md(p.RowsMean))
	for _, t := range p.Servers {
		t.markdownUnderHeading(b)
	}
	p.Usage.markdown(b)
	p.Load.markdown(b)
}

func (p *page) markdownCalibration(b *strings.Builder) {
	c := p.Calibration
	if len(c.Tables) == 0 {
		return
	}
	p.section(b, "Calibration")
	fmt.Fprintf(b, "%s\n\n**%s**\n\n", md(c.Lead), md(c.Says))
	for _, t := range c.Tables {
		t.markdownUnderHeading(b)
	}
}

func (p *page) markdownPictures(b *strings.Builder) {
	p.section(b, "Charts")
	for _, c := range p.Charts {
		if c.Name != chart.Comparison {
			markdownChart(b, c)
		}
	}
	for _, sentence := range p.MissingCharts() {
		fmt.Fprintf(b, "%s\n\n", md(sentence))
	}
	p.section(b, "Captures")
	if p.Unreliable != "" {
		fmt.Fprintf(b, "%s\n\n", md(p.Unreliable))
	}
	for _, c := range p.Captures {
		fmt.Fprintf(b, "![%s](captures/%s.svg)\n\n", md(c.Label), c.Name)
	}
}

// section writes the heading of a section.
func (p *page) section(b *strings.Builder, title locale.Message) {
	fmt.Fprintf(b, "## %s\n\n", p.Sprintf(title))
}

// markdownChart writes a link to the file of a chart, if there is one.
func markdownChart(b *strings.Builder, c chart.Chart) {
	if c.Problem != "" {
		return
	}
	fmt.Fprintf(b, "### %s\n\n![%s](charts/%s.svg)\n\n%s\n\n", md(c.Title), md(c.Title), c.Name,
		md(cmp.Or(c.Caption, c.Description)))
}

// markdownUnderHeading writes the table with its caption as a heading, followed by its lead.
func (t table) markdownUnderHeading(b *strings.Builder) {
	fmt.Fprintf(b, "### %s\n\n", md(t.Caption))
	if t.Lead != "" {
		fmt.Fprintf(b, "%s\n\n", md(t.Lead))
	}
	t.markdown(b)
}

// markdown writes tables that belong together under one heading. It writes nothing if there are
// none.
func (s several) markdown(b *strings.Builder) {
	if len(s.Tables) == 0 {
		return
	}
	fmt.Fprintf(b, "### %s\n\n%s\n\n", md(s.Name), md(s.Lead))
	for _, t := range s.Tables {
		fmt.Fprintf(b, "%s:\n\n", md(t.Caption))
		t.markdown(b)
	}
}

func (p *page) markdownDoubts(b *strings.Builder) {
	if len(p.Doubts) > 0 {
		p.section(b, "What to know about the data")
	}
	for _, d := range p.Doubts {
		where := ""
		if d.Where != "" {
			where = ": " + md(d.Where)
		}
		fmt.Fprintf(b, "- **%s** %s `%s`%s. %s\n", md(d.What), d.Kind, d.Code, where, md(d.Means))
	}
	if len(p.Doubts) > 0 {
		b.WriteString("\n")
	}
	if len(p.Failed.Rows) > 0 {
		fmt.Fprintf(b, "%s\n\n", md(p.Failed.Caption))
		p.Failed.markdown(b)
	}
	if p.Damaged > 0 {
		fmt.Fprintf(b, "**%s**\n\n", p.Damage())
	}
}

func (p *page) markdownMethod(b *strings.Builder) {
	p.section(b, "How to read this")
	for _, t := range p.Terms {
		fmt.Fprintf(b, "- **%s**: %s\n", md(t.Name), md(t.Means))
	}
	b.WriteString("\n### " + p.Sprintf("What these numbers cannot tell you") + "\n\n")
	for _, limit := range p.Limits {
		fmt.Fprintf(b, "- %s\n", md(limit))
	}
	if p.ModelLimits != "" {
		fmt.Fprintf(b, "- %s\n", md(p.ModelLimits))
	}
	b.WriteString("\n")
}

func (p *page) markdownRepeat(b *strings.Builder) {
	source := func(title, language, text string) {
		fmt.Fprintf(b, "%s:\n\n%s\n", title, fenced(language, text))
	}
	p.section(b, "How to do it again")
	if p.Repeat == "" {
		fmt.Fprintf(b, "%s\n\n", md(p.CannotRepeat()))
	} else {
		source(p.Sprintf("This runs the experiment with the spec below"), "sh", p.Repeat)
		calls := strings.Join(p.Commands, "\n")
		source(p.Sprintf("The calls of ab behind the tables"), "sh", calls)
	}
	source(p.Sprintf("The spec, %s, verbatim", md(p.Spec.Name)), "toml", p.Spec.Text)
	fmt.Fprintf(b, "### %s\n\n", md(p.Environment.Caption))
	p.Environment.markdown(b)
	if len(p.Files.Rows) > 0 {
		fmt.Fprintf(b, "### %s\n\n", md(p.Files.Caption))
		p.Files.markdown(b)
	}
}

// markdown writes the table without its caption. The columns of numbers are aligned to the right.
func (t table) markdown(b *strings.Builder) {
	row := func(cells []cell) {
		for _, cell := range cells {
			var lines []string
			for _, line := range cell.lines() {
				lines = append(lines, md(line))
			}
			b.WriteString("| " + strings.Join(lines, "<br>") + " ")
		}
		b.WriteString("|\n")
	}
	row(cellsOf(t.Columns...))
	for i := range t.Columns {
		if i > 0 && !t.Words && !(t.Wording && i == len(t.Columns)-1) {
			b.WriteString("| ---: ")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
	for _, cells := range t.Rows {
		row(cells)
	}
	b.WriteString("\n")
	if t.Note != "" {
		fmt.Fprintf(b, "**%s**\n\n", md(t.Note))
	}
	if t.Fine != "" {
		fmt.Fprintf(b, "%s\n\n", md(t.Fine))
	}
}

// mdEscapes are the characters that have a meaning anywhere in a Git host's Markdown, and line
// breaks, which would end a cell or a heading.
var mdEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "<", "&lt;",
	">", "&gt;", "&", "&amp;", "|", `\|`, "~", `\~`, "$", `\$`, "@", "&#64;", "://", "&#58;//",
	"www.", "www&#46;", "\t", " ", "\n", " ", "\r", " ",
)

// md escapes text for Markdown, so that nothing in it becomes markup, a link or the mention of a
// user. Characters without a meaning at their place stay as they are, so that names can be found in
// the source.
func md(s string) string {
	var b strings.Builder
	runes := []rune(s)
	start := 0
	for i, r := range runes {
		if r == '_' && !insideWord(runes, i) || r == '#' && !insideText(runes, i) {
			b.WriteString(mdEscapes.Replace(string(runes[start:i])) + `\` + string(r))
			start = i + 1
		}
	}
	b.WriteString(mdEscapes.Replace(string(runes[start:])))
	return b.String()
}

// insideWord reports whether an underscore is inside a word, where it neither begins nor ends
// emphasis.
func insideWord(s []rune, i int) bool {
	return i > 0 && i < len(s)-1 && isWord(s[i-1]) && isWord(s[i+1])
}

// insideText reports whether a number sign is where it neither begins a heading nor names an issue.
func insideText(s []rune, i int) bool {
	return i > 0 && i < len(s)-1 && !unicode.IsSpace(s[i-1]) && s[i+1] == '/'
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// fenced returns a code block whose fence does not occur in its content.
func fenced(language, content string) string {
	fence := "```"
	for strings.Contains(content, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimRight(content, "\n") + "\n" + fence + "\n"
}
