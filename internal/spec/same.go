package spec

import "slices"

// serverKinds are the keys of which a [[server]] has exactly one. The last is no server of its own.
var serverKinds = []string{"model", "command", "url", "same"}

// entry is one [[server]] while the servers are read: what it says of itself, and what it asks.
type entry struct {
	asked
	server Server
	same   string // the server that it asks in another way; else ""
}

// entry reads one [[server]].
func (t *table) entry() entry {
	same := t.same() // before all others: it explains why a key is refused
	return entry{
		server: t.server(),
		asked:  t.asked(),
		same:   same,
	}
}

// same reads the name of the server that this table asks in another way. Such a server is started
// as the other one says, so the table has no key of its own for that.
func (t *table) same() string {
	if !t.has("same") {
		return ""
	}
	name, ok := t.stringOf("same", "the name of another server")
	if ok && name == "" {
		t.refuse("same", "found an empty string; allowed: the name of another server")
	}

	if slices.ContainsFunc(serverKinds[:3], t.has) {
		return name // oneOf refuses that
	}
	allowed := keysBesideSame()
	for _, k := range t.section.keys {
		if t.has(k.name) && !slices.Contains(allowed, k.name) {
			t.refuse(k.name, "found beside same on line %d; allowed: %s; how the server is "+
				"started stands in its own [[server]]", t.line("same"), list(allowed))
		}
	}
	return name
}

// keysBesideSame returns the keys of a server that is another one, asked in another way.
func keysBesideSame() []string {
	keys := []string{"name", "same"}
	for _, k := range requestKeys {
		keys = append(keys, k.name)
	}
	return keys
}

// firstThat returns the position of the first table that satisfies has, or of the last table.
func firstThat(has func(asked) bool, all []asked) int {
	if i := slices.IndexFunc(all, has); i >= 0 {
		return i
	}
	return len(all) - 1
}

// firstWith is firstThat for a key.
func firstWith(key string, all []asked) int {
	return firstThat(func(a asked) bool { return a.has(key) }, all)
}

// resolve sets what a server that asks another one in another way has from that one: all but its
// name and its request. It returns the keys of the other's request, if there are any.
func (e *entry) resolve(all []entry) (other []asked) {
	if e.same == "" {
		return nil
	}

	var names []string
	for _, o := range all {
		if o.server.Name != "" && o.server.Line != e.server.Line && !o.has("same") {
			names = append(names, o.server.Name)
		}
	}
	i := slices.IndexFunc(all, func(o entry) bool { return o.server.Name == e.same })
	switch {
	case i < 0:
		e.refuse("same", "found %s, and no server has that name; allowed: %s%s",
			showValue(e.same), oneOfNames(names), DidYouMean(e.same, names))
		return nil
	case all[i].server.Line == e.server.Line:
		e.refuse("same", "found %s, the server itself; allowed: %s",
			showValue(e.same), oneOfNames(names))
		return nil
	case all[i].has("same"):
		e.refuse("same", "found %s, which itself has same on line %d; allowed: %s",
			showValue(e.same), all[i].line("same"), oneOfNames(names))
		return nil
	}

	name, line := e.server.Name, e.server.Line
	e.server = all[i].server
	e.server.Name, e.server.Line = name, line
	e.server.Same = e.same
	return []asked{all[i].asked}
}

// oneOfNames lists names for people.
func oneOfNames(names []string) string {
	if len(names) == 0 {
		return "the name of another server"
	}
	return list(names)
}
