package report

import (
	"html/template"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"labbook.example/labbook/internal/findings"
)

// CodeID returns the id of a doubt's entry on the page: "code-generator-bound". A code that has two
// entries is found at its first, so the second has no id.
func (p *page) CodeID(d findings.Doubt) string {
	first := slices.IndexFunc(p.Doubts, func(other findings.Doubt) bool {
		return other.Code == d.Code
	})
	if p.Doubts[first].Means != d.Means || p.Doubts[first].Where != d.Where {
		return ""
	}
	return "code-" + string(d.Code)
}

// inParentheses matches what is in parentheses, where texts name codes.
var inParentheses = regexp.MustCompile(`\([^()]*\)`)

// codeWord matches what may be a code.
var codeWord = regexp.MustCompile(`[a-z][a-z-]*[a-z]`)

// linked escapes text as isolateRTL does, and links the codes in parentheses to their entries:
// "(suspect: leak)", "(other-load)".
func (p *page) linked(text string) template.HTML {
	link := func(word string) string {
		for _, d := range p.Doubts {
			if word == string(d.Code) {
				return `<a href="#code-` + word + `">` + word + `</a>`
			}
		}
		return word
	}
	return template.HTML(inParentheses.ReplaceAllStringFunc(string(p.heading(text)),
		func(inside string) string { return codeWord.ReplaceAllStringFunc(inside, link) }))
}

// termID returns the id of a term in the glossary, from the first of its English names:
// "term-response-time".
func termID(name string) string {
	name, _, _ = strings.Cut(name, ",")
	name, _, _ = strings.Cut(name, " (")
	isNoWord := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return "term-" + strings.Join(strings.FieldsFunc(strings.ToLower(name), isNoWord), "-")
}

// breakable escapes and isolates the head of a column, which may be the long name of a server. A
// line may end after each underscore in it.
func (p *page) breakable(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(string(p.heading(text)), "_", "_<wbr>"))
}
