package report

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/findings"
)

// sentence returns a sentence for the page. The names of servers in it are isolated from the
// direction of the text around them, and have the colours of their lines in the charts.
func (p *page) sentence(s findings.Sentence) template.HTML {
	var b strings.Builder
	for _, part := range s {
		text := unbroken(escapeHeading(part.Text))
		if part.Server == "" {
			b.WriteString(string(text))
			continue
		}
		fmt.Fprintf(&b, `<bdi class="s%d">%s</bdi>`, p.series(part.Server), text)
	}
	return template.HTML(b.String())
}

// aRange is one whose numbers have no spaces between them, "14–24%", or a flag, "--against".
// Browsers break lines in both.
var aRange = regexp.MustCompile(`[0-9.,]+–[0-9.,]+[%×]?|--[a-z]+`)

// unbroken keeps ranges and flags in a text on one line.
func unbroken(text template.HTML) template.HTML {
	return template.HTML(aRange.ReplaceAllString(string(text), `<span class="range">$0</span>`))
}

// series returns the number of a server's colour, from 1.
func (p *page) series(server string) int {
	light, _ := chart.Colours()
	return 1 + max(0, slices.Index(p.analysis.Servers, server))%len(light)
}
