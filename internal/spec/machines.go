package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"labbook.example/labbook/internal/variable"
)

// Machines are the machines of a site, as the machines file has them. The zero value is no file:
// then every machine that an experiment names is this one.
type Machines struct {
	File string    // the file's base name, as problems name it: "site.toml"; "" without a file
	List []Machine // at least one, in the file's order; names are unique

	inSlurm bool // labbook itself runs in an allocation of Slurm
}

// Machine is one [[machine]]: one host, or several of one kind. In all texts but Name, {n} stands
// for the number of the host.
type Machine struct {
	Name    string   // by which an experiment means it
	Count   int      // of hosts, from 1
	Launch  []string // starts a program there; empty: on this machine
	Labbook string   // the program there; not empty
	Address string   // an IP address or a host name; "": what its own name means there
	Folder  string   // the spec's folder there, a full path; "": the same path as here
	Line    int      // of its [[machine]], from 1

	countLine, launchLine int // of these keys, or Line
}

// defaultLabbook is the name of our program where a machine does not say it.
const defaultLabbook = "labbook"

// ReadMachines reads the machines file of a site. An error is Problems if its content is refused,
// and wraps the cause if it cannot be read.
func ReadMachines(path string) (Machines, error) {
	name, text, err := readNamed(path)
	if err != nil {
		return Machines{}, err
	}
	return parseMachines(name, text, os.LookupEnv)
}

// parseMachines reads a machines file from its text. An error is Problems.
func parseMachines(name, text string, env variable.Lookup) (Machines, error) {
	d := &document{name: name, grammar: machineSections}
	top := d.decode(text)
	if top == nil {
		return Machines{}, d.err()
	}

	m := Machines{File: name, List: top.machines(), inSlurm: inSlurm(env)}
	if err := d.err(); err != nil {
		return Machines{}, err
	}
	return m, nil
}

// machines reads every [[machine]].
func (t *table) machines() []Machine {
	t.checkKeys()
	tables := t.all(machineSection)
	if len(tables) == 0 {
		t.doc.addProblem(0, "found no machine; allowed: one or more, each under [[machine]] with "+
			"a name and a launch")
	}

	var all []Machine
	lines := map[string]int{}
	for _, table := range tables {
		m := table.machine()
		table.checkRepeatedMachine(m.Name, lines)
		all = append(all, m)
	}
	return all
}

// machine reads one [[machine]].
func (t *table) machine() Machine {
	t.checkKeys()
	m := Machine{
		Count:      int(t.whole("count")),
		Launch:     t.launch(),
		Labbook:    t.remoteProgram(),
		Folder:     t.folder(),
		Line:       t.at.line,
		countLine:  t.line("count"),
		launchLine: t.line("launch"),
	}
	if t.has("name") {
		m.Name = t.machineName(t.line("name"), "name", t.values["name"])
	} else {
		t.refuse("name", "missing; allowed: %s", allowedMachine)
	}
	m.Address = t.host(m.Count)
	return m
}

// checkRepeatedMachine refuses a name that an earlier machine has. The map holds the line of each
// name so far, and gets this one.
func (t *table) checkRepeatedMachine(name string, lines map[string]int) {
	if name == "" { // refused already
		return
	}
	if line, ok := lines[name]; ok {
		t.refuse("name", "found %s again, as on line %d; allowed: a name of its own; several "+
			"hosts of one name are a count", quote(name), line)
		return
	}
	lines[name] = t.at.line
}

// launch reads what starts a program on a machine: each word is a string of its own.
func (t *table) launch() []string {
	const allowed = `an array of strings, such as ["ssh", "-T", "host"]; [] is this machine`
	if text, ok := t.values["launch"].(string); ok {
		t.refuse("launch", "found %s; allowed: %s%s", describe(text), allowed, writeWords(text))
		return nil
	}
	if !t.has("launch") {
		t.refuse("launch", "missing; allowed: %s", allowed)
		return nil
	}

	items, lines := t.array("launch", allowed)
	words := []string{}
	for i, item := range items {
		word, ok := item.(string)
		switch {
		case !ok:
			t.refuseAt(lines[i], "launch", "found %s; allowed: %s", describe(item), allowed)
		case strings.Contains(word, "\x00"), i == 0 && strings.TrimSpace(word) == "":
			t.refuseAt(lines[i], "launch", "found %s; allowed: %s", showValue(word), allowed)
		default:
			words = append(words, word)
		}
	}
	if !t.refused["launch"] {
		t.checkWords(words, allowed)
	}
	return words
}

// checkWords refuses words that no launcher can have: a whole command line in one of them, and what
// labbook puts behind them itself.
func (t *table) checkWords(words []string, allowed string) {
	last := len(words) - 1
	switch {
	case last < 0:
	case last == 0 && strings.Contains(words[0], " ") && !strings.ContainsAny(words[0], `/\`):
		t.refuse("launch", "found %s in one string; allowed: %s%s",
			showValue(words[0]), allowed, writeWords(words[0]))
	case words[last] == "node" && last > 0 && isLabbook(words[last-1]), isLabbook(words[last]):
		t.refuse("launch", "found %s at its end, which labbook puts behind launch itself; "+
			"allowed: what starts a program there; write labbook = for another path of it",
			showValue(words[last]))
	}
}

func isLabbook(word string) bool { return filepath.Base(word) == defaultLabbook }

// writeWords returns the end of a problem: a command line as an array. It is "" where a shell would
// have to say what the words are.
func writeWords(line string) string {
	words := strings.Fields(line)
	if len(words) == 0 || strings.ContainsAny(line, "\"'`\\$|;&<>") ||
		strings.ContainsFunc(line, unicode.IsControl) {
		return ""
	}
	return "; write " + tomlOf(words)
}

// remoteProgram reads where our program is on a machine. Blanks are refused: ssh joins its words
// with blanks, and the shell on the other machine splits them again.
func (t *table) remoteProgram() string {
	const allowed = `a name or a path without blanks, such as "/usr/local/bin/labbook"`
	text, ok := t.stringOf("labbook", allowed)
	switch {
	case !ok:
		return defaultLabbook
	case text == "" || strings.ContainsFunc(text, isBlankOrControl):
		t.refuse("labbook", "found %s; allowed: %s", showValue(text), allowed)
		return defaultLabbook
	}
	return text
}

func isBlankOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// folder reads where the spec's folder is on a machine.
func (t *table) folder() string {
	const allowed = `a full path, such as "/srv/experiment"`
	text, ok := t.stringOf("folder", allowed)
	switch {
	case !ok:
		return ""
	case !strings.HasPrefix(text, "/") || strings.ContainsFunc(text, unicode.IsControl):
		t.refuse("folder", "found %s; allowed: %s", showValue(text), allowed)
		return ""
	}
	return text
}

// host reads at which address the other machines reach one. Several hosts have several addresses.
func (t *table) host(count int) string {
	const allowed = `an IP address or the name of a host, such as "10.0.0.{n}"`
	text, ok := t.stringOf("address", allowed)
	if !ok {
		return ""
	}
	for _, n := range []int{1, count} {
		if host := numbered(text, n); !isIP(host) && !isHostName(strings.ToLower(host)) {
			found := showValue(text)
			if host != text {
				found += fmt.Sprintf(", which is %s for host %d", showValue(host), n)
			}
			t.refuse("address", "found %s; allowed: %s%s", found, allowed, withoutPort(text))
			return ""
		}
	}
	if hostIP(text).IsUnspecified() {
		t.refuse("address", "found %s, which is every address of a machine; allowed: %s",
			showValue(text), allowed)
		return ""
	}
	if count > 1 && !strings.Contains(text, number) && !t.refused["count"] {
		t.refuse("address", "found %s for %d hosts; allowed: one for each, with {n} for its "+
			"number, such as \"10.0.0.{n}\"", showValue(text), count)
		return ""
	}
	return text
}

// withoutPort returns the end of a problem: an address without its port or its brackets.
func withoutPort(text string) string {
	host := strings.Trim(text, "[]")
	if i := strings.LastIndex(text, ":"); i >= 0 && isPort(text[i+1:]) && !isIP(host) {
		host = strings.Trim(text[:i], "[]")
	}
	first := numbered(host, 1)
	if host == text || !isIP(first) && !isHostName(strings.ToLower(first)) {
		return ""
	}
	return "; write " + quote(host)
}

// number stands for the number of a host in the texts of a machine.
const number = "{n}"

// numbered returns a text of a machine for its host n, from 1.
func numbered(text string, n int) string {
	return strings.ReplaceAll(text, number, strconv.Itoa(n))
}

// Words returns the launcher of host n, from 1, with its arguments: what starts a program there.
// There are none where the host is this machine.
func (m Machine) Words(n int) []string {
	words := slices.Clone(m.Launch)
	for i, word := range words {
		words[i] = numbered(word, n)
	}
	return words
}

// Program returns our program on host n, from 1: a path, or a name that is found on the PATH there.
// It is "" for this very program.
func (m Machine) Program(n int) string {
	if m.IsHere() {
		return ""
	}
	return numbered(m.Labbook, n)
}

// AddressOf returns the IP address or the host name at which other machines reach host n, from 1.
// It is "" if the host itself is to say what its name means there.
func (m Machine) AddressOf(n int) string { return numbered(m.Address, n) }

// FolderOf returns the spec's folder on host n, from 1, given the folder here.
func (m Machine) FolderOf(n int, here string) string {
	if m.Folder == "" {
		return here
	}
	return numbered(m.Folder, n)
}

// IsHere reports whether the node is this very program, on this machine: the file neither launches
// it elsewhere nor names another program.
func (m Machine) IsHere() bool { return len(m.Launch) == 0 && m.Labbook == defaultLabbook }
