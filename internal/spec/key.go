package spec

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// kind is the form of a key's value. Each kind has a method of table that reads it, and a case in
// the generator of the JSON Schema.
type kind int

const (
	kindProse         kind = iota // any string
	kindHeading                   // one line that is not blank, at most max bytes if max is set
	kindFile                      // one line: a file, relative to the folder of the spec
	kindServerName                // the name of one of the servers
	kindFlag                      // true or false
	kindWhole                     // a whole number from min to max
	kindFraction                  // a number between above and below, both excluded
	kindShare                     // a number from 0 to below, which is excluded
	kindDuration                  // a string such as "30s": from minDuration to maxDuration
	kindCountOrTime               // a whole number from min to max, or a duration
	kindChoice                    // one of the choices
	kindLevels                    // an array of different whole numbers from min to max
	kindRequestPath               // the path of a URL, as on the request line; at most max bytes
	kindQuery                     // the query of a URL, without its "?"; at most max bytes
	kindMethod                    // a method of HTTP; at most max bytes
	kindHeaders                   // a table of strings: headers of a request
	kindFieldValue                // the value of a header; at most max bytes
	kindBodyText                  // text of a body, or "sha256:" and its digest; at most max bytes
	kindSizeOrProse               // a whole number from min to max, or any string
	kindHostPort                  // "127.0.0.1:8080"
	kindServerURL                 // "http://127.0.0.1:8080"
	kindProgram                   // an array of strings: a program and its arguments
	kindVariables                 // a table of strings: environment variables
	kindMachine                   // the name of a machine
	kindMachines                  // the name of a machine, or an array of different ones
	kindLaunch                    // an array of strings, which may be empty: what starts a program
	kindRemoteProgram             // a program on another machine, without blanks
	kindHost                      // an IP address or the name of a host
	kindFolder                    // the full path of a folder
	kindObjective                 // a table of one percentile and its limit: { p99 = "50ms" }
	kindCPUs                      // a list of CPUs, as taskset -c takes it
	kindLimit                     // a number; what it may be depends on the metric of its table
	kindLevelOrLevels             // a whole number from min to max, or an array of different ones
)

// key is everything that is known about one key of experiment.toml or of the machines file. The
// reader, the JSON Schema and the template all take it from here.
type key struct {
	name string
	kind kind

	// What is allowed. Which of these count depends on the kind.
	min, max     int64
	above, below float64
	minDuration  time.Duration // 0: anything above 0
	maxDuration  time.Duration
	choices      []string
	unit         string // of the number, for problems: "bytes"
	required     bool

	// def is the value that a file means if it leaves the key out. It is nil if that depends on
	// something else, which doc then explains.
	def any

	// Which keys of the same table must or must not stand beside this one, and a reason for
	// problems.
	beside []string // this key is refused without any of these
	among  []string // and, if set, unless the value of the only one is among these
	unless []string // this key is refused beside any of these
	why    string   // ends the problem of beside or unless

	doc     string // the description in the JSON Schema: sentences
	example any    // a value for the JSON Schema to suggest

	note   string // the comment in the template; {range} stands for what is allowed
	sample string // the value in the template, as TOML; "" means the default
	shown  bool   // the template sets the key, rather than showing it after a "#"
}

// section is one table of a file, or one array of tables.
type section struct {
	name  string // "load"; "" at the top of the file
	array bool   // [[server]], not [load]
	doc   string // the description in the JSON Schema
	each  string // of an array: the description of one table
	keys  []key  // in the order in which they are documented
}

// label returns the section's header, as a file writes it: "[load]"; "" at the top of the file.
func (s *section) label() string {
	switch {
	case s.name == "":
		return ""
	case s.array:
		return "[[" + s.name + "]]"
	}
	return "[" + s.name + "]"
}

// names returns the names of the section's keys.
func (s *section) names() []string {
	names := make([]string, len(s.keys))
	for i, k := range s.keys {
		names[i] = k.name
	}
	return names
}

// has reports whether the section has a key of that name.
func (s *section) has(name string) bool { return slices.Contains(s.names(), name) }

// key returns the section's key of that name. The name is one that this package writes itself, so
// a missing key is a mistake in it.
func (s *section) key(name string) key {
	for _, k := range s.keys {
		if k.name == name {
			return k
		}
	}
	panic(fmt.Sprintf("spec: the table of keys has no %s in %q", name, s.name))
}

// grammar is what one kind of file may have: its sections, the first of which is the top of the
// file.
type grammar []*section

// tableNames returns the names of the sections below the top of the file.
func (g grammar) tableNames() []string {
	var names []string
	for _, s := range g[1:] {
		names = append(names, s.name)
	}
	return names
}

// tableLabels returns their headers: "[load]", "[[server]]".
func (g grammar) tableLabels() []string {
	var labels []string
	for _, s := range g[1:] {
		labels = append(labels, s.label())
	}
	return labels
}

// allowed returns what a problem says is allowed for a whole number: "a whole number from 1 to
// 1000 (requests)".
func (k key) allowed() string {
	unit := ""
	if k.unit != "" {
		unit = " (" + k.unit + ")"
	}
	if k.max == math.MaxInt64 {
		return fmt.Sprintf("a whole number of %d or more%s", k.min, unit)
	}
	return fmt.Sprintf("a whole number from %d to %d%s", k.min, k.max, unit)
}

// tomlOf returns a value as TOML writes it.
func tomlOf(value any) string {
	switch value := value.(type) {
	case string:
		return quote(value)
	case []string:
		return "[" + list(value) + "]"
	case []int:
		return strings.ReplaceAll(fmt.Sprint(value), " ", ", ")
	case time.Duration:
		return quote(shortDuration(value))
	}
	return fmt.Sprint(value)
}
