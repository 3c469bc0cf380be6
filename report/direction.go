package report

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// backwards gives those of some names that hold letters of a script that is written from right to
// left.
func backwards(names []string) []string {
	var found []string
	for _, name := range names {
		for rest := name; rest != ""; {
			class, size := bidi.LookupString(rest)
			if class.Class() == bidi.R || class.Class() == bidi.AL {
				found = append(found, name)
				break
			}
			rest = rest[max(1, size):]
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return found
}

// named escapes text between two tags and isolates each name in it that is written from right to
// left, so that the name does not turn the words and numbers around it about: of "against A, B" it
// would else show "B ,A". Text without such a name stays text. Markdown goes without: its only
// means are invisible characters, which Git hosts warn about, and which go along when a name is
// copied.
func (p *page) named(text string) any {
	if !slices.ContainsFunc(
		p.backwards,
		func(name string) bool { return strings.Contains(text, name) },
	) {
		return text
	}
	var pairs []string
	for _, name := range p.backwards { // the longest first, for one may be within another
		escaped := string(heading(name))
		pairs = append(pairs, escaped, "<bdi>"+escaped+"</bdi>")
	}
	return template.HTML(strings.NewReplacer(pairs...).Replace(string(heading(text))))
}

// heading escapes text between two tags. Apostrophes mean nothing there, and stay, so that a
// server's heading can be found in the source as the seed wrote it.
func heading(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(text), "&#39;", "'"))
}

// namedHeading is named for a heading.
func (p *page) namedHeading(text string) template.HTML {
	if isolated, ok := p.named(text).(template.HTML); ok {
		return isolated
	}
	return heading(text)
}
