// Package variable replaces the names of environment variables in text by their values: a spec, a
// record and a command line show "Bearer ${TOKEN}", and the server receives the token.
//
// In comes text; out come the names in it, the text with their values, or text of a server without
// these values. "$${" stands for "${", and any other "$" for itself. Refused: "${" without a name
// and "}" after it, and variables that are not set.
package variable

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Lookup returns the value of a variable, and whether it is set. os.LookupEnv is one.
type Lookup func(name string) (value string, ok bool)

// reference matches what follows "${" in a reference to a variable.
var reference = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)\}`)

const (
	opening = "${"
	escaped = "$${" // stands for opening
)

// Names returns the variables that a text names, each once, in the order of the text.
func Names(text string) ([]string, error) {
	var names []string
	_, err := Expand(text, func(name string) (string, bool) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return "", true
	})
	return names, err
}

// Expand returns the text with the values of the variables in the place of their names. An error
// names a variable, never a value.
func Expand(text string, lookup Lookup) (string, error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, opening)
		if !found {
			b.WriteString(text)
			return b.String(), nil
		}
		if strings.HasSuffix(before, "$") {
			b.WriteString(before + opening[1:])
			text = after
			continue
		}

		match := reference.FindStringSubmatch(after)
		if match == nil {
			const format = "found %q without a name and } after it; allowed: ${NAME}, " +
				"which takes a value from the environment; write %s for %[1]q itself"
			return "", fmt.Errorf(format, opening, escaped)
		}
		value, ok := lookup(match[1])
		if !ok {
			return "", UnsetError{match[1]}
		}
		b.WriteString(before + value)
		text = after[len(match[0]):]
	}
}

// UnsetError reports a variable that the environment does not have.
type UnsetError struct{ Name string }

func (e UnsetError) Error() string {
	return fmt.Sprintf("the environment variable %s is not set", e.Name)
}
