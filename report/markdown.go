package report

import (
	"fmt"
	"strings"
	"unicode"

	"labbook/internal/chart"
	"labbook/internal/locale"
	"labbook/internal/printable"
)

// markdown draws the page for a Git host: charts and captures are files beside it, and everything
// that a user or a server supplied is escaped, except for the notes, which are Markdown.
func (p *page) markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", md(p.Title))
	if p.Question != "" {
		fmt.Fprintf(&b, "*%s*\n\n", md(strings.TrimSpace(p.Question)))
	}
	p.section(&b, "Answer")
	for _, paragraph := range p.Answers {
		fmt.Fprintf(&b, "**%s**\n\n", md(paragraph))
	}
	b.WriteString(p.Sprintf("%s; load by %s; %s.", md(p.Size), md(p.Generator), p.Loop) + "\n\n")
	p.markdownDoubts(&b)
	if notes := p.notesMarkdown(); notes != "" {
		p.section(&b, "Notes")
		b.WriteString(notes + "\n\n")
		if p.NotesSince != "" {
			fmt.Fprintf(&b, "*%s*\n\n", md(p.NotesSince))
		}
	}
	p.section(&b, "Comparison")
	for _, c := range p.Forest {
		markdownChart(&b, c)
	}
	for _, t := range p.Comparisons {
		t.markdownUnderHeading(&b)
	}
	if p.Knees != "" {
		fmt.Fprintf(&b, "%s\n\n", md(p.Knees))
	}
	p.section(&b, "Results by server")
	b.WriteString(
		p.Sprintf(
			"Each row is one call of ab, the one with the median throughput of its rounds.",
		) + "\n\n",
	)
	for _, t := range p.Servers {
		t.markdownUnderHeading(&b)
	}
	p.Usage.markdownSection(&b, p.UsageMeans)
	p.Load.markdownSection(&b, p.LoadMeans)
	if c := p.Calibration; len(c.Table.Rows) > 0 {
		p.section(&b, "Calibration")
		fmt.Fprintf(&b, "%s\n\n**%s**\n\n", md(c.Lead), md(c.Says))
		c.Table.markdown(&b)
	}
	p.section(&b, "Charts")
	for _, c := range p.Charts {
		markdownChart(&b, c)
	}
	p.section(&b, "Captures")
	for _, c := range p.Captures {
		fmt.Fprintf(&b, "![%s](captures/%s.svg)\n\n", md(c.Label), c.Name)
	}
	p.markdownMethod(&b)
	return []byte(printable.Text(b.String()))
}

// section begins a section of the page.
func (p *page) section(b *strings.Builder, title locale.Message) {
	fmt.Fprintf(b, "## %s\n\n", p.Sprintf(title))
}

// markdownChart shows a chart's file.
func markdownChart(b *strings.Builder, c chart.Chart) {
	fmt.Fprintf(b, "### %s\n\n![%s](charts/%s.svg)\n\n%s\n\n", md(c.Title), md(c.Title), c.Name,
		md(c.Description))
}

// markdownUnderHeading writes the table with its caption as a heading and its lead.
func (t table) markdownUnderHeading(b *strings.Builder) {
	fmt.Fprintf(b, "### %s\n\n", md(t.Caption))
	if t.Lead != "" {
		fmt.Fprintf(b, "%s\n\n", md(t.Lead))
	}
	t.markdown(b)
}

// markdownSection writes a table under a heading, after what explains it; nothing, where it has no
// rows.
func (t table) markdownSection(b *strings.Builder, means string) {
	if len(t.Rows) > 0 {
		fmt.Fprintf(b, "### %s\n\n%s\n\n", md(t.Caption), md(means))
		t.markdown(b)
	}
}

func (p *page) markdownDoubts(b *strings.Builder) {
	if len(p.Doubts) > 0 {
		p.section(b, "What to know about the data")
	}
	for _, d := range p.Doubts {
		fmt.Fprintf(b, "- **%s `%s`** %s. %s\n", d.Kind, d.Code, md(d.Where), md(d.Means))
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
	b.WriteString("\n### " + p.Sprintf("What these numbers cannot tell") + "\n\n")
	for _, limit := range p.Limits {
		fmt.Fprintf(b, "- %s\n", md(limit))
	}
	b.WriteString("\n")
	p.section(b, "How to do it again")
	source := func(title, language, text string) {
		fmt.Fprintf(b, "%s:\n\n%s\n", title, fenced(language, text))
	}
	source(p.Sprintf("This runs the experiment with the spec below"), "sh", p.Repeat)
	source(p.Sprintf("The calls of ab behind the tables"), "sh", strings.Join(p.Commands, "\n"))
	source(p.Sprintf("The spec, %s, word for word", md(p.Spec.Name)), "toml", p.Spec.Text)
	fmt.Fprintf(b, "### %s\n\n", md(p.Environment.Caption))
	p.Environment.markdown(b)
}

// markdown writes a table; its caption is for whoever puts it somewhere. All columns of
// numbers but the first are set flush right.
func (t table) markdown(b *strings.Builder) {
	row := func(cells []string) {
		for _, cell := range cells {
			b.WriteString("| " + md(cell) + " ")
		}
		b.WriteString("|\n")
	}
	row(t.Columns)
	for i := range t.Columns {
		if i > 0 && !t.Words {
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
}

// mdEscapes are the characters that mean something to a Git host's Markdown wherever they stand,
// and line breaks, which would end a cell or a heading.
var mdEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "<", "&lt;",
	">", "&gt;", "&", "&amp;", "|", `\|`, "~", `\~`, "$", `\$`, "@", "&#64;", "://", "&#58;//",
	"www.", "www&#46;", "\t", " ", "\n", " ", "\r", " ",
)

// md makes any text stand for itself in Markdown: no markup, no link, no mention of a user. What
// means nothing where it stands is left as it is, so that names can be found in the source too.
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

// insideWord reports whether an underscore cannot begin or end emphasis.
func insideWord(s []rune, i int) bool {
	return i > 0 && i < len(s)-1 && isWord(s[i-1]) && isWord(s[i+1])
}

// insideText reports whether a number sign can neither make a heading nor name an issue.
func insideText(s []rune, i int) bool {
	return i > 0 && i < len(s)-1 && !unicode.IsSpace(s[i-1]) && s[i+1] == '/'
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// fenced puts text into a code block that nothing in it can end.
func fenced(language, content string) string {
	fence := "```"
	for strings.Contains(content, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimRight(content, "\n") + "\n" + fence + "\n"
}
