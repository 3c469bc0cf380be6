package report

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed style.css
var styleSource string

// What a style sheet does not need: comments, white space at the ends of lines and around
// punctuation. No selector and no value of ours needs a space before a brace, a comma or a
// semicolon, nor after one.
var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(` ?([{};,]) ?`)
	cssValue   = regexp.MustCompile(`([{;][a-z-]+): `)
)

// styleSheet returns the style sheet of the page in few bytes, a rule per line.
var styleSheet = sync.OnceValue(func() string {
	text := cssComment.ReplaceAllString(styleSource, "")
	text = cssSpace.ReplaceAllString(text, " ")
	text = cssAround.ReplaceAllString(text, "$1")
	text = cssValue.ReplaceAllString(text, "$1:")
	text = strings.ReplaceAll(text, ";}", "}")
	return strings.TrimSpace(strings.ReplaceAll(text, "}", "}\n")) + "\n"
})
