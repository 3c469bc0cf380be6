package report

import (
	"html/template"
	"regexp"
	"strings"
	"sync"
)

// Code has its comments, strings, words and numbers in classes, whose colours the page's style
// sheet sets. The usual library for this was tried: loading its languages takes 10 ms and 8 MB of
// every process at its start, and each server under test is a process of this program.

// grammar tells the kinds of text of a language apart, each by a regular expression.
type grammar struct{ comment, text, word string }

const (
	hash    = `#[^\n]*`
	slashes = `//[^\n]*|/\*(?s:.*?)\*/`
	quoted  = `"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`
	triple  = `"""(?s:.*?)"""|'''(?s:.*?)'''|`
)

var grammars = map[string]grammar{
	"toml": {hash, triple + quoted, `true|false`},
	"sh": {hash, `"(?:\\.|[^"\\])*"|'[^']*'`,
		`if|then|else|elif|fi|for|while|do|done|case|esac|in|function|exec|export|cd|set`},
	"go": {
		slashes,
		"`[^`]*`|" + quoted,
		`break|case|chan|const|continue|default|defer|else|for|func|go|goto|` +
			`if|import|interface|map|package|range|return|select|struct|switch|type|var|nil|true|false`,
	},
	"python": {
		hash,
		triple + quoted,
		`and|as|assert|async|await|break|class|continue|def|del|elif|else|` +
			`except|finally|for|from|global|if|import|in|is|lambda|not|or|pass|raise|return|try|while|with|yield|` +
			`None|True|False`,
	},
	"c": {
		slashes,
		quoted,
		`auto|break|case|char|const|continue|default|do|double|else|enum|extern|float|for|` +
			`goto|if|int|long|return|short|signed|sizeof|static|struct|switch|typedef|union|unsigned|void|volatile|` +
			`while`,
	},
	"json": {`\x00`, quoted, `true|false|null`},
}

// otherNames are other names of the same languages.
var otherNames = map[string]string{
	"bash":   "sh",
	"shell":  "sh",
	"golang": "go",
	"py":     "python",
	"js":     "json",
}

// classes are those of the groups of a pattern, in their order.
var classes = []string{"comment", "string", "word", "number"}

var patterns sync.Map // of *regexp.Regexp, by language: made when wanted

// patternOf gives a language's pattern, with a group for each of classes; nil where it is not
// known.
func patternOf(language string) *regexp.Regexp {
	language = strings.ToLower(language)
	if name, ok := otherNames[language]; ok {
		language = name
	}
	g, known := grammars[language]
	if !known {
		return nil
	}
	if made, ok := patterns.Load(language); ok {
		return made.(*regexp.Regexp)
	}
	made := regexp.MustCompile(
		`(` + g.comment + `)|(` + g.text + `)|\b(` + g.word + `)\b|\b(\d[\d_.]*)\b|\w+`,
	)
	patterns.Store(language, made)
	return made
}

// highlight returns code as HTML with its comments, strings, keywords and numbers in classes. Code
// in an unknown language is plain text.
func highlight(language, text string) template.HTML {
	pattern := patternOf(language)
	if pattern == nil {
		return template.HTML(template.HTMLEscapeString(text))
	}
	var b strings.Builder
	last := 0
	for _, at := range pattern.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(template.HTMLEscapeString(text[last:at[0]]))
		part := template.HTMLEscapeString(text[at[0]:at[1]])
		for i, class := range classes {
			if at[2*i+2] >= 0 {
				part = `<span class="` + class + `">` + part + `</span>`
			}
		}
		b.WriteString(part)
		last = at[1]
	}
	b.WriteString(template.HTMLEscapeString(text[last:]))
	return template.HTML(b.String())
}
