package report

import (
	"cmp"
	"fmt"
	"html"
	"strings"
	"unicode"

	"labbook.example/labbook/internal/chart"
)

// picture returns a chart's files as an image for a Git host, which shows the dark one on a dark
// ground. Where <source> is left out, the light one is on a ground of its own.
// Its description is in its place, if it is not below it.
func picture(c chart.Chart) string {
	alt := c.Title
	if c.Caption != "" {
		alt += ". " + c.Description
	}
	return fmt.Sprintf(
		`<picture><source media="(prefers-color-scheme: dark)" srcset="charts/%s-dark.svg">`+
			`<img alt="%s" src="charts/%s.svg"></picture>`, c.Name, inHTML(alt), c.Name)
}

// markdownChart writes the image of a chart, under its title if it has no other, and what the chart
// shows.
func markdownChart(b *strings.Builder, c chart.Chart, titled bool) {
	if titled {
		fmt.Fprintf(b, "**%s**\n\n", md(c.Title))
	}
	fmt.Fprintf(b, "%s\n\n", picture(c))
	paragraphs(b, cmp.Or(c.Caption, c.Description))
}

// folded writes what a reader has to open, under a summary in HTML.
func folded(b *strings.Builder, summary string, write func()) {
	fmt.Fprintf(b, "<details>\n<summary>%s</summary>\n\n", summary)
	write()
	b.WriteString("</details>\n\n")
}

// foldedChart writes a chart that a reader has to open.
func foldedChart(b *strings.Builder, c chart.Chart) {
	folded(b, inHTML(c.Title), func() { markdownChart(b, c, false) })
}

// markdownCaptioned writes the table under its caption as a heading, after its lead.
func (t table) markdownCaptioned(b *strings.Builder) {
	fmt.Fprintf(b, "### %s\n\n", md(t.Caption))
	paragraphs(b, t.Lead)
	t.markdown(b)
}

// markdownFolded writes the table so that a reader has to open it.
func (t table) markdownFolded(b *strings.Builder) {
	folded(b, inHTML(t.Caption), func() {
		paragraphs(b, t.Lead)
		t.markdown(b)
	})
}

// markdown writes tables that belong together so that a reader has to open them. It writes nothing
// if there are none.
func (s several) markdown(b *strings.Builder) {
	if len(s.Tables) == 0 {
		return
	}
	folded(b, inHTML(s.Name), func() {
		paragraphs(b, s.Lead)
		for _, t := range s.Tables {
			fmt.Fprintf(b, "**%s**\n\n", md(t.Caption))
			t.markdown(b)
		}
	})
}

// paragraphs writes each text that is not empty as a paragraph.
func paragraphs(b *strings.Builder, texts ...string) {
	for _, text := range texts {
		if text != "" {
			fmt.Fprintf(b, "%s\n\n", md(text))
		}
	}
}

// bullets writes a list.
func bullets(b *strings.Builder, texts []string) {
	for _, text := range texts {
		fmt.Fprintf(b, "- %s\n", md(text))
	}
	b.WriteString("\n")
}

// markdown writes the table without its caption. The columns of numbers are aligned to the right.
func (t table) markdown(b *strings.Builder) {
	row := func(cells []cell) {
		for _, cell := range cells {
			var lines []string
			for _, line := range cell.lines() {
				lines = append(lines, md(line))
			}
			if cell.Strong && lines[0] != "" {
				lines[0] = "**" + lines[0] + "**"
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

// htmlEscapes are the characters that have a meaning in a Git host's HTML, and line breaks, which
// would end it.
var htmlEscapes = strings.NewReplacer(
	"@", "&#64;", "$", "&#36;", "://", "&#58;//", "www.", "www&#46;", "\t", " ", "\n", " ",
	"\r", " ",
)

// inHTML escapes text as md does, for a place inside HTML, where Markdown has no meaning.
func inHTML(s string) string { return htmlEscapes.Replace(html.EscapeString(s)) }

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
