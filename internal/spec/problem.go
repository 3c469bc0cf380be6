package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is one reason to refuse a spec.
type Problem struct {
	File    string // the spec's base name, or another file as the spec names it
	Line    int    // from 1; 0 means the file as a whole
	Message string // what was found and what is allowed
	Hint    string // what to do; may be empty
}

// String returns "file:line: message", with the hint in parentheses.
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Hint == "" {
		return where + ": " + p.Message
	}
	return where + ": " + p.Message + " (" + p.Hint + ")"
}

// Error returns the problem as an error of its own.
func (p Problem) Error() string { return p.String() }

// Problems are all the reasons to refuse a spec, in the order of their lines.
type Problems []Problem

// Error returns one line per problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

func quote(s string) string { return strconv.Quote(s) }
