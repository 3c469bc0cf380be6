package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// table reads one table of the file, key by key. Each method returns the value of a key, or its
// default if the key is absent or refused. Problems are collected, so that a user sees all problems
// of a file at once.
type table struct {
	doc     *document
	section *section // the keys that the table may have
	label   string   // as problems name it: "[load]"; "" at the top of the file
	values  map[string]any
	at      *place
	refused map[string]bool // keys that had a problem
}

func newTable(d *document, s *section, values map[string]any, at *place) *table {
	return &table{
		doc:     d,
		section: s,
		label:   s.label(),
		values:  values,
		at:      at,
		refused: map[string]bool{},
	}
}

// has reports whether the file has the key.
func (t *table) has(key string) bool {
	_, ok := t.values[key]
	return ok
}

// line returns the key's line, or the table's own if the key is absent.
func (t *table) line(key string) int { return t.at.find(key).line }

// refuse adds a problem of a key, on the key's line.
func (t *table) refuse(key, format string, args ...any) {
	t.refuseAt(t.line(key), key, format, args...)
}

// refuseAt adds a problem of a key, or of the whole table if the key is "".
func (t *table) refuseAt(line int, key, format string, args ...any) {
	t.refused[key] = true
	where := strings.TrimSpace(t.label + " " + key)
	t.doc.addProblem(line, where+": "+fmt.Sprintf(format, args...))
}

// checkKeys refuses keys that the section does not have, and keys that must not stand together.
func (t *table) checkKeys() {
	for _, name := range slices.Sorted(maps.Keys(t.values)) {
		if !t.section.has(name) {
			t.refuseUnknown(name)
		}
	}

	for _, k := range t.section.keys {
		if t.has(k.name) && !t.refused[k.name] {
			t.checkBeside(k)
		}
	}
}

// checkBeside refuses a key without the key that it needs, or together with one that it excludes.
func (t *table) checkBeside(k key) {
	if i := slices.IndexFunc(k.unless, t.has); i >= 0 {
		other := k.unless[i]
		t.refuse(k.name, "found beside %s on line %d; %s", other, t.line(other), k.why)
	}
	if k.beside == nil {
		return
	}

	i := slices.IndexFunc(k.beside, t.has)
	if i < 0 {
		t.refuse(k.name, "found without %s; %s", strings.Join(k.beside, " or "), k.why)
		return
	}

	other := k.beside[i]
	value, _ := t.values[other].(string)
	valid := slices.Contains(t.section.key(other).choices, value)
	if k.among != nil && valid && !slices.Contains(k.among, value) {
		t.refuse(k.name, "found beside the %s %s; allowed: only beside %s",
			other, quote(value), list(k.among))
	}
}

// refuseUnknown refuses a key or a table that the section does not have.
func (t *table) refuseUnknown(name string) {
	if t.section.name != "" {
		t.doc.addProblem(t.line(name), "unknown key "+showValue(name)+" in "+t.label+t.advice(name))
		return
	}

	switch {
	case slices.Contains(t.doc.grammar.tableNames(), name):
	case isTable(t.values[name]):
		t.doc.addProblem(t.line(name), "unknown table "+quote(name)+t.nearestTable(name))
	default:
		t.doc.addProblem(t.line(name),
			"unknown key "+showValue(name)+" at the top of the file"+t.advice(name))
	}
}

func isTable(value any) bool {
	switch value.(type) {
	case map[string]any, []map[string]any:
		return true
	}
	return false
}

// nearestTable returns the end of a problem: the table that was probably meant, or all that exist.
func (t *table) nearestTable(name string) string {
	if instead, ok := tablesOfOtherFiles[name]; ok {
		return "; " + instead
	}
	names, labels := t.doc.grammar.tableNames(), t.doc.grammar.tableLabels()
	header, ok := otherTables[simplify(name)]
	if ok && slices.Contains(labels, header) {
		return "; write " + header
	}
	if i := slices.Index(names, nearest(name, names)); i >= 0 {
		return "; did you mean " + labels[i] + "?"
	}
	return "; allowed: " + strings.Join(labels, ", ")
}

// advice returns the end of a problem with an unknown key: what to write instead, the section to
// which the key belongs, its probable spelling, or all keys of this section.
func (t *table) advice(name string) string {
	if instead := t.advise(name); instead != "" {
		return instead
	}
	for _, other := range t.doc.grammar {
		switch {
		case !other.has(name):
		case other.name == "":
			return "; it belongs at the top of the file, before the first table"
		default:
			return "; it belongs in " + other.label()
		}
	}

	if meant := DidYouMean(name, t.section.names()); meant != "" {
		return meant
	}
	for _, other := range t.doc.grammar[1:] {
		if meant := DidYouMean(name, other.names()); meant != "" && other != referenceSection {
			return strings.TrimSuffix(meant, "?") + " of " + other.label() + "?"
		}
	}
	if len(t.section.keys) == 0 {
		return "; allowed: " + strings.Join(t.doc.grammar.tableLabels(), ", ")
	}
	return "; allowed: " + list(t.section.names())
}

// tables returns the tables that the file has of a section, in whichever way it writes them, and
// whether it writes them as an array. Values that are no tables are refused.
func (t *table) tables(s *section) (found []*table, array bool) {
	add := func(value any, at *place) {
		values, ok := value.(map[string]any)
		if !ok {
			advice := "; allowed: a table"
			if text, ok := value.(string); ok && s == expectSection {
				advice += metricAdvice(text)
			}
			t.doc.addProblem(at.line, s.label()+": found "+describe(value)+advice)
			return
		}
		found = append(found, newTable(t.doc, s, values, at))
	}

	at := t.at.find(s.name)
	switch value := t.values[s.name].(type) {
	case nil:
	case []map[string]any:
		for i, item := range value {
			add(item, at.nth(i))
		}
		return found, true
	case []any:
		for i, item := range value {
			add(item, at.nth(i))
		}
		return found, true
	default:
		add(value, at)
	}
	return found, false
}

// one returns the table of a section that a file has at most once. The table is empty if the file
// has none.
func (t *table) one(s *section) *table {
	found, array := t.tables(s)
	if array {
		t.doc.addProblem(t.line(s.name), fmt.Sprintf(
			"%s: found an array of tables; allowed: one table, as %s", s.label(), s.label()))
	}
	if len(found) == 0 {
		return newTable(t.doc, s, nil, t.at)
	}
	return found[0]
}

// all returns the tables of a section that a file may have any number of times.
func (t *table) all(s *section) []*table {
	found, array := t.tables(s)
	if len(found) > 0 && !array {
		t.doc.addProblem(t.line(s.name), fmt.Sprintf(
			"%s: found one table; write %s, with two brackets on either side",
			s.label(), s.label()))
	}
	return found
}
