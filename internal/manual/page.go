package manual

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// page is the text of a page so far, in the language of man(7).
type page struct {
	strings.Builder
	headed bool // the last line is a heading, which begins a paragraph
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) section(title string) {
	p.line(".SH %s", title)
	p.headed = true
}

// subsection writes the heading of a command: its words, and what stands for the arguments.
func (p *page) subsection(c *cobra.Command) {
	_, arguments, _ := strings.Cut(c.Use, " ")
	heading := `\fB` + escape(c.CommandPath()) + `\fR`
	if arguments != "" {
		heading += ` \fI` + escape(arguments) + `\fR`
	}
	p.line(".SS %s", heading)
	p.headed = true
}

func (p *page) synopsis(c *cobra.Command) {
	_, arguments, _ := strings.Cut(c.Use, " ")
	p.line(`\fB%s\fR \fI%s\fR`, escape(c.CommandPath()), escape(arguments))
}

// prose writes a text of help: paragraphs, which are filled, and lines that begin with a space,
// which stay as they are.
func (p *page) prose(text string) {
	for text := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		if !p.headed {
			p.line(".PP")
		}
		p.headed = false
		if text[0] == ' ' {
			p.line(".EX\n%s\n.EE", escape(text))
		} else {
			p.line("%s", escape(text))
		}
	}
}

// item writes a name, which is escaped already, and its explanation.
func (p *page) item(name, text string) {
	p.line(".TP\n%s\n%s", name, escape(text))
	p.headed = false
}

func (p *page) items(pairs [][2]string) {
	for _, pair := range pairs {
		p.item(bold(pair[0]), pair[1])
	}
}

func bold(text string) string   { return `\fB` + escape(text) + `\fR` }
func italic(text string) string { return `\fI` + escape(text) + `\fR` }

// special are the characters that man(7) would read as commands, or print as other ones: a hyphen
// that was typed is not a hyphen between syllables, and a quotation mark in an example can be
// copied.
var special = strings.NewReplacer(
	`\`, `\e`,
	`-`, `\-`,
	`'`, `\(aq`,
	`"`, `\(dq`,
	"`", `\(ga`,
	`^`, `\(ha`,
	`~`, `\(ti`,
)

// escape returns text as man(7) prints it, character by character. Characters beyond ASCII have
// their number, which does not depend on an encoding.
func escape(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line[0] == '.' {
			b.WriteString(`\&`) // otherwise a command
		}
		for _, r := range special.Replace(line) {
			if r > '~' {
				fmt.Fprintf(&b, `\[u%04X]`, r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}
