package spec

import (
	"maps"
	"slices"
	"strings"
)

// servers reads every [[server]]. What a server is asked it shares with [load], whose machines must
// reach its address.
func (t *table) servers(load asked, from []string) []Server {
	tables := t.all(serverSection)
	if len(tables) == 0 && !t.has("server") {
		t.doc.addProblem(0, "found no server; allowed: one or more, each under [[server]] "+
			"with a name, a model and an address")
	} else if len(tables) == 0 {
		t.doc.addProblem(t.line("server"), "[[server]]: found no table; allowed: one or more")
	}

	var entries []entry
	names := map[string]int{}
	for _, table := range tables {
		e := table.entry()
		table.checkRepeatedName(e.server.Name, names)
		entries = append(entries, e)
	}

	var servers []Server
	for _, e := range entries {
		others := append(e.resolve(entries), load)
		s := e.server
		s.Request = e.asked.request(others...)
		s.Expect = e.asked.expect(s.Request, others...)
		if e.same == "" {
			e.checkSameAddress(s, servers)
			e.checkReached(s, from)
		}
		servers = append(servers, s)
	}
	load.checkContentType(servers)
	return servers
}

// server reads one [[server]].
func (t *table) server() Server {
	t.checkKeys()
	name := t.name()
	t.oneOf(serverKinds...)
	s := Server{
		Name:         name,
		Model:        t.choice("model"),
		Command:      t.program("command"),
		Version:      t.program("version"),
		TLS:          t.flag("tls"),
		External:     t.flag("external"),
		Env:          t.env(),
		Hooks:        t.hooks(),
		StartTimeout: t.duration("start_timeout"),
		StopTimeout:  t.duration("stop_timeout"),
		Work:         t.work(),
		Line:         t.at.line,
	}
	s.CPUs, s.CPUsLine = t.cpus()

	switch {
	case t.has("same"):
		return s
	case !t.has("url"):
		s.On = t.on()
		s.Address = t.address(s.On)
		return s
	}

	s.URL, s.Address = t.url()
	if t.has("address") {
		t.refuse("address",
			"found beside url; allowed: only one of them, because the url names the address")
	}
	return s
}

// work reads what a request costs a server model.
func (t *table) work() Work {
	w := Work{
		Body:     int(t.bodySize()),
		CPU:      t.duration("cpu"),
		Wait:     t.duration("wait"),
		Blocking: t.flag("blocking"),
		Workers:  int(t.whole("workers")),
	}
	if w.Blocking && w.Wait == 0 && !t.refused["wait"] {
		t.refuse("blocking",
			"found true without wait; allowed: only beside wait, which is what blocks")
	}
	return w
}

// bodySize reads the size of a model's answer. A text under the same key is the body of a request.
func (t *table) bodySize() int64 {
	if t.hasBody() {
		return 0
	}

	k := t.section.key("body")
	value, ok := t.values["body"]
	_, isNumber := value.(int64)
	switch {
	case ok && !isNumber:
		t.refuse("body", "found %s; allowed: a string in quotes, the body of the requests; of "+
			"a model also %s, the size of its answers", describe(value), k.allowed())
		return 0
	case ok && t.has("same"):
		t.refuse("body", "found %s; allowed: a string in quotes, the body of the requests; the "+
			"size of a model's answers stands in its own [[server]]", describe(value))
		return 0
	case ok && !t.has("model"):
		t.refuse("body", "found without model; %s; a string is the body of the requests",
			withoutModel)
	}
	return t.wholeOf(k)
}

// name reads the name of a server or a reference. It is shown as it is, everywhere.
func (t *table) name() string {
	name, ok := t.oneLine("name")
	switch {
	case !t.has("name"):
		t.refuse("name", "missing; allowed: one line of text, at most %d bytes", maxName)
	case ok && strings.TrimSpace(name) == "":
		t.refuse("name", "found %s; allowed: one line of text that can be seen", showValue(name))
		return ""
	case ok && len(name) > maxName:
		t.refuse("name", "found %s, %d bytes; allowed: at most %d bytes",
			showValue(name), len(name), maxName)
	case ok && strings.TrimSpace(name) != name && !t.doc.fromRecord():
		t.refuse("name", "found %s; allowed: a name without blanks at its beginning and end",
			showValue(name))
	}
	return name
}

// checkRepeatedName refuses a name that an earlier table of the section has. The map holds the line
// of each name so far, and gets this one.
func (t *table) checkRepeatedName(name string, lines map[string]int) {
	if name == "" { // refused already
		return
	}
	if line, ok := lines[name]; ok {
		t.refuse("name", "found %s again, as on line %d; allowed: a name of its own",
			showValue(name), line)
		return
	}
	lines[name] = t.at.line
	if t.doc.fromRecord() { // earlier versions accepted names that look alike
		return
	}

	alike := "\x00" + strings.Join(strings.Fields(name), " ") // no name has a zero byte
	if line, ok := lines[alike]; ok && !t.refused["name"] {
		t.refuse("name", "found %s, which differs only in its blanks from the name on line %d; "+
			"allowed: a name that can be told apart", showValue(name), line)
		return
	}
	lines[alike] = t.at.line
}

// checkSameAddress refuses a server that cannot listen beside an earlier one. In a record, whose
// servers are not started, two may have had one address in turn: those of an imported one.
func (t *table) checkSameAddress(s Server, earlier []Server) {
	if t.doc.fromRecord() {
		return
	}
	key := "address"
	if t.has("url") {
		key = "url"
	}
	for _, other := range earlier {
		if other.Same == "" && cannotShare(s, other) {
			t.refuse(key, "found %s, the same port as %s of the server on line %d; "+
				"allowed: an address of its own",
				showValue(s.Address), showValue(other.Address), other.Line)
			return
		}
	}
}

// oneOf refuses a table that has none of the keys, or more than one.
func (t *table) oneOf(keys ...string) {
	var found []string
	for _, key := range keys {
		if t.has(key) {
			found = append(found, key)
		}
	}
	if len(found) == 1 {
		return
	}

	slices.SortStableFunc(found, func(a, b string) int { return t.line(a) - t.line(b) })
	line, what := t.at.line, "none of "+enumerate(keys)
	if len(found) > 1 {
		line, what = t.line(found[1]), enumerate(found)
	}
	t.refuseAt(line, "", "found %s; allowed: exactly one of %s", what, enumerate(keys))
}

// enumerate returns the words as "a, b and c".
func enumerate(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// env reads the variables that are added to the environment of a command.
func (t *table) env() map[string]string {
	if !t.has("env") {
		return nil
	}
	values, ok := t.values["env"].(map[string]any)
	if !ok {
		t.refuse("env", `found %s; allowed: a table of strings: { PORT = "8080" }`,
			describe(t.values["env"]))
		return nil
	}

	variables := newTable(t.doc, t.section, values, t.at.find("env"))
	variables.label += " env"
	env := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if value, ok := variables.variable(name); ok {
			env[name] = value
		}
	}
	return env
}

// variable reads one environment variable.
func (t *table) variable(name string) (value string, ok bool) {
	value, ok = t.text(name)
	if name == "" || strings.ContainsAny(name, "=\x00") {
		t.refuseAt(t.line(name), "",
			"found the name %s; allowed: a name that is not empty, without =", showValue(name))
	}
	if strings.Contains(value, "\x00") {
		t.refuse(name, "found a zero byte; allowed: text without one")
	}
	return value, ok
}
