package spec

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"labbook/internal/locale"
)

// section says which keys a table may have.
type section struct {
	label string   // as a file writes it; "" for the top of the file
	keys  []string // in the order in which they are documented
}

var (
	topSection = section{"", []string{"title", "question", "notes", "notes_file", "identify",
		"language"}}
	loadSection = section{
		"[load]",
		[]string{"requests", "concurrency", "rate", "connections", "keepalive",
			"path", "timeout", "generator", "expect_status"},
	}
	designSection = section{
		"[design]",
		[]string{"rounds", "warmup", "restart", "seed", "confidence",
			"margin", "baseline", "control", "calibrate"},
	}
	serverSection = section{
		"[[server]]",
		[]string{"name", "model", "address", "command", "env", "url",
			"start_timeout", "body", "cpu", "wait", "blocking", "workers"},
	}
	referenceSection = section{"[[reference]]", []string{"name", "file"}}
)

var sections = []section{topSection, loadSection, designSection, serverSection, referenceSection}

// tableNames are the keys of the top that are tables, by their sections' labels.
var tableNames = []string{"load", "design", "server", "reference"}

var tableLabels = []string{"[load]", "[design]", "[[server]]", "[[reference]]"}

// refuseUnknown notes every key that the table may not have.
func (t *table) refuseUnknown(s section) {
	where := " in " + s.label
	if s.label == "" {
		where = " at the top of the file"
	}
	for _, key := range slices.Sorted(maps.Keys(t.values)) {
		switch {
		case slices.Contains(s.keys, key), s.label == "" && slices.Contains(tableNames, key):
		case s.label == "" && isTable(t.values[key]):
			t.doc.addProblem(t.line(key), "unknown table "+quote(key)+nearestTable(key))
		default:
			t.doc.addProblem(t.line(key), "unknown key "+showValue(key)+where+advice(key, s))
		}
	}
}

func isTable(value any) bool {
	switch value.(type) {
	case map[string]any, []map[string]any:
		return true
	}
	return false
}

// nearestTable says which table was probably meant, or which there are.
func nearestTable(name string) string {
	if i := slices.Index(tableNames, nearest(name, tableNames)); i >= 0 {
		return "; did you mean " + tableLabels[i] + "?"
	}
	return "; allowed: " + strings.Join(tableLabels, ", ")
}

// advice says where a key that is unknown here belongs, how it is probably spelt, or which keys
// there are.
func advice(key string, here section) string {
	for _, other := range sections {
		if slices.Contains(other.keys, key) && other.label == "" {
			return "; it belongs at the top of the file, before the first table"
		} else if slices.Contains(other.keys, key) {
			return "; it belongs in " + other.label
		}
	}
	if meant := DidYouMean(key, here.keys); meant != "" {
		return meant
	}
	return "; allowed: " + list(here.keys)
}

// tables gives the tables that a key at the top holds, in whichever way the file writes them, and
// whether it writes them as an array. What is no table is refused.
func (t *table) tables(key, label string) (found []*table, array bool) {
	add := func(value any, at *place) {
		values, ok := value.(map[string]any)
		if !ok {
			t.doc.addProblem(at.line, label+": found "+describe(value)+"; allowed: a table")
			return
		}
		found = append(found, &table{
			doc:    t.doc,
			label:  label,
			values: values,
			at:     at,
		})
	}
	at := t.at.find(key)
	switch value := t.values[key].(type) {
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

// section gives the table of a section that a file has at most once. It is empty where the file has
// none.
func (t *table) section(key, label string) *table {
	found, array := t.tables(key, label)
	if array {
		t.doc.addProblem(t.line(key), label+": found an array of tables; allowed: one table, as "+label)
	}
	if len(found) == 0 {
		return &table{doc: t.doc, label: label, at: t.at}
	}
	return found[0]
}

// sections gives the tables of a section that a file may have any number of times.
func (t *table) sections(key, label string) []*table {
	found, array := t.tables(key, label)
	if len(found) > 0 && !array {
		t.doc.addProblem(
			t.line(key),
			label+": found one table; write "+label+", with two brackets on either side",
		)
	}
	return found
}

// experiment reads the whole file.
func (t *table) experiment() *Experiment {
	t.refuseUnknown(topSection)
	load, design := t.section("load", "[load]"), t.section("design", "[design]")
	e := &Experiment{
		Title:    t.title(),
		Identify: t.flag("identify", false),
		Load:     load.load(),
	}
	e.Question, _ = t.text("question")
	e.Notes = t.notes()
	e.Language = t.choice("language", locale.English, locale.Languages)
	e.Servers = t.servers()
	e.Design = design.design(e.Servers)
	if e.Design.Control {
		e.Servers = append(e.Servers, design.control(e)...)
	}
	e.References = t.references()
	if e.Load.OpenLoop() {
		load.openLoop(e)
		if e.Design.Calibrate {
			design.refuse(
				"calibrate",
				"found true with a rate on line %d; ab has no open loop to compare with; "+
					"allowed: false",
				load.line("rate"),
			)
		}
	}
	return e
}

// title is the file's, or else the file's name without its ending.
func (t *table) title() string {
	title, ok := t.oneLine("title")
	if ok && strings.TrimSpace(title) == "" {
		t.refuse("title", "found an empty string; allowed: one line of text")
	}
	if ok {
		return title
	}
	base := filepath.Base(t.doc.name)
	if name := strings.TrimSuffix(base, filepath.Ext(base)); name != "" {
		return name
	}
	return base
}

// design reads [design]. The servers are there to be the baseline.
func (t *table) design(servers []Server) Design {
	t.refuseUnknown(designSection)
	restarts := []string{string(RestartTrial), string(RestartRound), string(RestartNever)}
	return Design{
		Rounds:     int(t.count("rounds", defaultRounds, 1, MaxRounds, "")),
		Warmup:     int(t.count("warmup", defaultWarmup, 0, maxWarmup, "requests")),
		Restart:    Restart(t.choice("restart", string(RestartTrial), restarts)),
		Seed:       uint64(t.count("seed", defaultSeed, 0, maxSeed, "")),
		Confidence: t.number("confidence", defaultConfidence, 0.5, 1),
		Margin:     t.number("margin", defaultMargin, 0, 1),
		Baseline:   t.baseline(servers),
		Control:    t.flag("control", false),
		Calibrate:  t.flag("calibrate", false),
	}
}

// baseline is the name of a server, by default of the first.
func (t *table) baseline(servers []Server) string {
	var names []string
	for _, s := range servers {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	if len(names) < len(servers) ||
		len(names) == 0 { // refused already: it cannot be said which names there are
		name, _ := t.stringOf("baseline", "the name of a server")
		return name
	}
	return t.choice("baseline", names[0], names)
}

// controlled marks the name of a control.
const controlled = " (control)"

// control gives the baseline once more, under a name of its own; nothing where the file has no such
// server.
func (t *table) control(e *Experiment) []Server {
	s, ok := e.Server(e.Design.Baseline)
	if !ok {
		return nil // refused already
	}
	s.Name, s.Control = s.Name+controlled, s.Name
	if _, taken := e.Server(s.Name); taken {
		t.refuse(
			"control",
			"found true, and a server is named %s already; allowed: another name for it",
			quote(s.Name),
		)
	}
	return []Server{s}
}
