package report

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// rtlNames returns those names that have letters of a script that is written from right to left,
// the longest first.
func rtlNames(names []string) []string {
	var found []string
	for _, name := range names {
		if hasRTL(name) {
			found = append(found, name)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return found
}

func hasRTL(text string) bool {
	for text != "" {
		properties, size := bidi.LookupString(text)
		if class := properties.Class(); class == bidi.R || class == bidi.AL {
			return true
		}
		text = text[max(1, size):]
	}
	return false
}

// isolateRTL escapes text between two tags and isolates each name in it that is written from right
// to left. Such a name would otherwise reorder the words and numbers around it: "against A, B"
// would be shown as "against B ,A". Text without such a name is returned as it is, for the template
// to escape. Markdown has no equivalent: bidi control characters would trigger warnings on Git
// hosts and would be copied along with the name.
func (p *page) isolateRTL(text string) any {
	isIn := func(name string) bool { return strings.Contains(text, name) }
	if !slices.ContainsFunc(p.rtlNames, isIn) {
		return text
	}

	var pairs []string
	for _, name := range p.rtlNames { // the longest first: a name may contain another one
		escaped := string(escapeHeading(name))
		pairs = append(pairs, escaped, "<bdi>"+escaped+"</bdi>")
	}
	return template.HTML(strings.NewReplacer(pairs...).Replace(string(escapeHeading(text))))
}

// escapeHeading escapes text between two tags. Apostrophes mean nothing there and stay, so that the
// heading of a server can be found in the source of the page.
func escapeHeading(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(text), "&#39;", "'"))
}

// heading is isolateRTL for a heading.
func (p *page) heading(text string) template.HTML {
	if isolated, ok := p.isolateRTL(text).(template.HTML); ok {
		return isolated
	}
	return escapeHeading(text)
}
