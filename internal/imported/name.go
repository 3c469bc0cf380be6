package imported

import (
	"errors"
	"fmt"
	"net"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name of a server in bytes, as a spec may have it.
const maxName = 200

func isUnprintable(r rune) bool { return !unicode.IsPrint(r) }

// Rule names a server: the reports of all files that match the pattern are its trials.
type Rule struct {
	Name    string
	Pattern string // of a file's name, or of its last part, as path.Match reads it
}

// ParseRules reads rules. An error names the one that is refused.
func ParseRules(texts []string) ([]Rule, error) {
	var rules []Rule
	for _, text := range texts {
		rule, err := ParseRule(text)
		if err != nil {
			return nil, fmt.Errorf("found %q; %w", text, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// ParseRule reads "NAME=PATTERN".
func ParseRule(text string) (Rule, error) {
	name, pattern, ok := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" || pattern == "" {
		return Rule{}, errors.New(`allowed: NAME=PATTERN, such as "async=logs/async-*.txt"`)
	}
	pattern = strings.ReplaceAll(pattern, `\`, "/")
	if len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, isUnprintable) {
		return Rule{}, fmt.Errorf("allowed: a name of one line, at most %d bytes", maxName)
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return Rule{}, fmt.Errorf("%q is not a pattern; allowed: *, ? and [a-z]", pattern)
	}
	return Rule{name, pattern}, nil
}

func (r Rule) matches(name string) bool {
	whole, _ := path.Match(r.Pattern, name)
	last, _ := path.Match(r.Pattern, path.Base(name))
	return whole || last
}

// identity is what a report says of the server that it asked, and how. Reports that differ in it
// are not measurements of the same.
type identity struct {
	stem     string // of the file's name: what is left without counters and general words
	heading  string // of the part of a Markdown page, likewise
	software string
	address  string // host:port; "" if the report has lost it
	path     string
	tls      bool
	kept     bool // keep-alive was asked for
	body     bool // requests had bodies
}

func (t *trial) identity(stem string) identity {
	m := t.Measurement
	id := identity{
		stem:     stem,
		heading:  t.heading(),
		software: m.ServerSoftware,
		path:     m.DocumentPath,
		tls:      m.TLSProtocol != "",
		kept:     m.KeepAlive,
		body:     m.TotalBodySent > 0,
	}
	if m.Hostname != "" {
		id.address = net.JoinHostPort(m.Hostname, strconv.Itoa(m.Port))
	}
	return id
}

// heading returns what the heading above a report says of a server, if the file is a Markdown page.
func (t *trial) heading() string {
	switch strings.ToLower(path.Ext(t.file)) {
	case ".md", ".markdown", ".mdown", ".mkd":
		return withoutCounters(t.Heading)
	}
	return ""
}

// parts are what a name may consist of, the most telling first.
func (id identity) parts() []string {
	or := func(text, otherwise string) string {
		if text == "" {
			return otherwise
		}
		return text
	}
	flag := func(is bool, yes, no string) string {
		if is {
			return yes
		}
		return no
	}
	return []string{
		or(shown(id.stem), "unnamed"),
		or(shown(id.heading), "no heading"),
		or(shown(id.software), "unknown software"),
		or(shown(id.address), "unknown address"),
		or(shown(id.path), "unknown path"),
		flag(id.tls, "TLS", "no TLS"),
		flag(id.kept, "keep-alive", "no keep-alive"),
		flag(id.body, "with a body", "without a body"),
	}
}

// nameServers gives every trial the name of its server: that of the rule which its file matches, or
// a name made of what tells its identity from the others'.
func (m *maker) nameServers() {
	stems := stemsOf(m.sources)
	var ids []identity
	unnamed := map[*trial]identity{}
	for _, t := range m.trials {
		if m.nameByRule(t); t.server != "" {
			continue
		}
		id := t.identity(stems[t.file])
		unnamed[t] = id
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}

	names := namesOf(ids)
	m.makeUnique(ids, names)
	for t, id := range unnamed {
		t.server = names[id]
	}
	m.checkRules()
}

// nameByRule names a trial if its file matches a rule, and refuses a file that matches two.
func (m *maker) nameByRule(t *trial) {
	for _, r := range m.options.Servers {
		switch {
		case !r.matches(t.file):
		case t.server == "":
			t.server = r.Name
		case t.server != r.Name:
			m.refuse(t.file, 0, "", "--server: found in both %q and %q; allowed: one server for "+
				"each file", t.server, r.Name)
			return
		}
	}
}

// makeUnique adds a number to a name that another identity or a rule has, too: what differs cannot
// be shown.
func (m *maker) makeUnique(ids []identity, names map[identity]string) {
	used := map[string]bool{}
	for _, r := range m.options.Servers {
		used[r.Name] = true
	}
	for _, id := range ids {
		const number = 10 // bytes of a number
		whole := cut(names[id], maxName-number)
		name := whole
		for i := 2; used[name]; i++ {
			name = fmt.Sprintf("%s (%d)", whole, i)
		}
		names[id], used[name] = name, true
	}
}

// shown returns a part of a name as a spec may have it: printable, on one line and not too long.
func shown(text string) string {
	const maxPart = 60
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	return cut(text, maxPart)
}

// cut returns at most so many bytes of a text, with a mark if it is longer.
func cut(text string, bytes int) string {
	const mark = "…"
	if len(text) <= bytes {
		return text
	}
	end := bytes - len(mark)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}

// checkRules refuses a rule that no file matches, and reports under one name that asked for
// different things.
func (m *maker) checkRules() {
	for _, r := range m.options.Servers {
		var first *trial
		for _, t := range m.trials {
			if t.server != r.Name {
				continue
			}
			if first == nil {
				first = t
			}
			if what := first.differs(t); what != "" {
				m.refuse(t.file, t.Line, "give each of them a --server of its own",
					"server %q: found %s, and in %s:%d not; allowed: reports that asked for the "+
						"same", r.Name, what, first.file, first.Line)
				break
			}
		}
		if first == nil {
			m.refuse("--server", 0, "quote it, so that the shell does not expand the pattern",
				"found %q, which matches no file", r.Name+"="+r.Pattern)
		}
	}
}

// differs names what the other trial asked for and this one did not; "" if there is nothing.
func (t *trial) differs(other *trial) string {
	a, b := t.identity(""), other.identity("")
	for i, part := range b.parts() {
		const firstAsked = 4 // the path; before it come names that may change between calls
		if i >= firstAsked && part != a.parts()[i] {
			return part
		}
	}
	return ""
}

// namesOf returns a name for each identity that no other has: the parts in which they differ, as
// few of them as needed. A single one is named after its software, else after its address or file.
func namesOf(ids []identity) map[identity]string {
	names := map[identity]string{}
	if len(ids) == 1 {
		id := ids[0]
		for _, name := range []string{id.software, id.address, id.stem, "server"} {
			if name = shown(name); name != "" {
				names[id] = name
				return names
			}
		}
	}

	for part := range len(identity{}.parts()) {
		for _, alike := range sameName(ids, names) {
			if !varies(alike, part) {
				continue
			}
			for _, id := range alike {
				names[id] = joined(names[id], id.parts()[part])
			}
		}
	}
	return names
}

func joined(name, part string) string {
	if name == "" {
		return part
	}
	return name + ", " + part
}

// sameName returns the identities whose name others have, too, by their names.
func sameName(ids []identity, names map[identity]string) [][]identity {
	var groups [][]identity
	for i, id := range ids {
		isFirst := !slices.ContainsFunc(ids[:i], func(other identity) bool {
			return names[other] == names[id]
		})
		if !isFirst {
			continue
		}
		group := slices.DeleteFunc(slices.Clone(ids), func(other identity) bool {
			return names[other] != names[id]
		})
		if len(group) > 1 {
			groups = append(groups, group)
		}
	}
	return groups
}

// varies reports whether identities differ in a part of their names.
func varies(ids []identity, part int) bool {
	return slices.ContainsFunc(ids, func(id identity) bool {
		return id.parts()[part] != ids[0].parts()[part]
	})
}

// pattern returns a regular expression that is compiled when it is first needed: every role of
// labbook initialises this package, and most of them import nothing.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// counters are the words of file names that count runs or name a load, and say nothing of a server.
var counters = pattern(`^(?:\d+[a-z]{0,2}` +
	`|(?:c|n|k|r|con|conc|concurrency|concurrent|connections?|clients?|users?|level|` +
	`reqs?|requests?|runs?|round|tests?|try|trial|take|rep|iter|no|part|copy)\d*` +
	`|c\d+n\d+|n\d+c\d+|\d+c\d+n?` +
	`|ab|apachebench|results?|output|out|log|logs|bench|benchmark|load|report|data|txt)$`)

var separators = pattern(`[^\pL\pN]+`)

// withoutCounters returns the words of a name that may be those of a server, joined by hyphens.
func withoutCounters(name string) string {
	var words []string
	for _, word := range separators().Split(name, -1) {
		if word != "" && !counters().MatchString(strings.ToLower(word)) {
			words = append(words, word)
		}
	}
	return strings.Join(words, "-")
}

// stemsOf returns what the names of files say of servers: their words and those of the folders in
// which they differ, without counters.
func stemsOf(sources []source) map[string]string {
	shared := sharedFolders(sources)
	stems := map[string]string{}
	for _, s := range sources {
		folders := strings.Split(path.Dir(s.name), "/")
		var words []string
		for _, folder := range folders[min(shared, len(folders)):] {
			words = append(words, withoutCounters(folder))
		}
		words = append(words, withoutCounters(withoutExtension(path.Base(s.name))))
		words = slices.DeleteFunc(words, func(word string) bool { return word == "" })
		stems[s.name] = strings.Join(words, "/")
	}
	return stems
}

// sharedFolders returns how many folders all files share, from the first on.
func sharedFolders(sources []source) int {
	var shared []string
	for i, s := range sources {
		folders := strings.Split(path.Dir(s.name), "/")
		if i == 0 {
			shared = folders
		}
		n := 0
		for n < min(len(shared), len(folders)) && shared[n] == folders[n] {
			n++
		}
		shared = shared[:n]
	}
	return len(shared)
}
