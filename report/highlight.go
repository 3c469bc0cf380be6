package report

import (
	"html/template"
	"regexp"
	"strings"
	"sync"
)

// Code is highlighted by our own small grammars, which find comments, strings, keywords and
// numbers. The style sheet of the page gives each of these classes a colour. chroma, the usual
// library, was tried: its grammar of TOML, the language of every spec, has no strings of several
// lines, and its package of grammars costs every process 10 ms and 8 MB at its start. Each server
// under test is a process of this program.

// grammar is what a language consists of, each as a regular expression.
type grammar struct {
	comment string
	text    string // a string
	keyword string
}

const (
	hashComment  = `#[^\n]*`
	slashComment = `//[^\n]*|/\*(?s:.*?)\*/`
	quotedString = `"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`
	longString   = `"""(?s:.*?)"""|'''(?s:.*?)'''`
	shellString  = `"(?:\\.|[^"\\])*"|'[^']*'`
	goRawString  = "`[^`]*`"
	never        = `\x00`
)

const (
	shellKeywords = `if|then|else|elif|fi|for|while|do|done|case|esac|in|function|exec|export|` +
		`cd|set`
	goKeywords = `break|case|chan|const|continue|default|defer|else|for|func|go|goto|if|import|` +
		`interface|map|package|range|return|select|struct|switch|type|var|nil|true|false`
	pythonKeywords = `and|as|assert|async|await|break|class|continue|def|del|elif|else|except|` +
		`finally|for|from|global|if|import|in|is|lambda|not|or|pass|raise|return|try|while|with|` +
		`yield|None|True|False`
	cKeywords = `auto|break|case|char|const|continue|default|do|double|else|enum|extern|float|` +
		`for|goto|if|int|long|return|short|signed|sizeof|static|struct|switch|typedef|union|` +
		`unsigned|void|volatile|while`
)

var grammars = map[string]grammar{
	"toml":   {hashComment, longString + `|` + quotedString, `true|false`},
	"sh":     {hashComment, shellString, shellKeywords},
	"go":     {slashComment, goRawString + `|` + quotedString, goKeywords},
	"python": {hashComment, longString + `|` + quotedString, pythonKeywords},
	"c":      {slashComment, quotedString, cKeywords},
	"json":   {never, quotedString, `true|false|null`},
}

// aliases are other names of the same languages.
var aliases = map[string]string{
	"bash":   "sh",
	"shell":  "sh",
	"golang": "go",
	"py":     "python",
	"js":     "json",
}

// classes are the HTML classes of the groups of a pattern, in their order.
var classes = []string{"comment", "string", "word", "number"}

// patterns caches a *regexp.Regexp per language.
var patterns sync.Map

// patternOf returns the pattern of a language, with a group for each of classes; nil if the
// language is unknown.
func patternOf(language string) *regexp.Regexp {
	language = strings.ToLower(language)
	if name, ok := aliases[language]; ok {
		language = name
	}
	g, ok := grammars[language]
	if !ok {
		return nil
	}
	if cached, ok := patterns.Load(language); ok {
		return cached.(*regexp.Regexp)
	}

	pattern := regexp.MustCompile(
		`(` + g.comment + `)|(` + g.text + `)|\b(` + g.keyword + `)\b|\b(\d[\d_.]*)\b|\w+`,
	)
	patterns.Store(language, pattern)
	return pattern
}

// highlight returns code as HTML with its comments, strings, keywords and numbers in classes. Code
// in an unknown language is plain text.
func highlight(language, code string) template.HTML {
	pattern := patternOf(language)
	if pattern == nil {
		return template.HTML(template.HTMLEscapeString(code))
	}

	var b strings.Builder
	end := 0
	for _, match := range pattern.FindAllStringSubmatchIndex(code, -1) {
		b.WriteString(template.HTMLEscapeString(code[end:match[0]]))
		part := template.HTMLEscapeString(code[match[0]:match[1]])
		for i, class := range classes {
			if group := match[2*i+2]; group >= 0 {
				part = `<span class="` + class + `">` + part + `</span>`
			}
		}
		b.WriteString(part)
		end = match[1]
	}
	b.WriteString(template.HTMLEscapeString(code[end:]))
	return template.HTML(b.String())
}
