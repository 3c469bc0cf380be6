package findings

import (
	"strings"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
)

// Between is something that differs between two records.
type Between struct {
	What, Then, Now string
}

// ChangedBetween returns what differs between two records beside their numbers: the servers first,
// then the source and the spec, then the machine and its programs. What a record does not tell is
// no difference.
func ChangedBetween(w *locale.Printer, c *compare.Comparison) []Between {
	var all []Between
	for _, changed := range c.Changed {
		for _, d := range changed.Differences {
			all = append(all, between(w, changed.Server+": "+d.What, d))
		}
	}
	older, newer := c.Old.Record, c.New.Record
	add := func(what locale.Message, before, after string) {
		if before != "" && after != "" && before != after {
			all = append(all, Between{w.Sprintf(what), before, after})
		}
	}
	add("Commit of the spec's repository", sourceOf(w, older.Source), sourceOf(w, newer.Source))
	for _, d := range older.Differences(newer.Header) {
		if line, ok := strings.CutPrefix(d.What, "spec, "); ok {
			what := w.Sprintf("Spec, first difference (%s)", line)
			all = append(all, between(w, what, d))
		}
	}
	for _, d := range c.Machine {
		what, ofLoad := strings.CutSuffix(d.What, compare.OfLoad)
		if name, ok := machineNames[what]; ok {
			what = w.Sprintf(name)
		}
		if ofLoad {
			what = w.Sprintf("%s (load)", what)
		}
		all = append(all, between(w, what, d))
	}
	add("Revision of Labbook", revisionOf(w, older.Program), revisionOf(w, newer.Program))
	return all
}

// machineNames are the names of what may differ between machines, as compare has them.
var machineNames = map[string]locale.Message{
	"system":                "System",
	"machine":               "Machine",
	"cores":                 "Logical cores",
	"SMT":                   "Hardware threads (SMT)",
	"governor":              "Clock governor",
	"turbo":                 "Turbo",
	"CPU limit":             "CPU limit",
	"memory limit":          "Memory limit",
	"distribution":          "Distribution",
	"kernel":                "Kernel",
	"somaxconn":             "Accept queue limit (somaxconn)",
	"range of client ports": "Client port range",
	"generator":             "Load generator",
	"labbook":               "Labbook",
	"kind of build":         "Kind of build",
	"servers and load":      "Servers and load",
	"generators":            "Load generators",
}

// maxDifference is how much of a value is shown, in characters: a command may be long.
const maxDifference = 120

// between returns a difference for readers. What a side does not have is Nothing.
func between(w *locale.Printer, what string, d record.Difference) Between {
	show := func(value string) string {
		value = printable.Line(value)
		if runes := []rune(value); len(runes) > maxDifference {
			value = string(runes[:maxDifference-1]) + "…"
		}
		switch value {
		case "":
			return Nothing
		case "with cgo":
			return w.Sprintf("with cgo")
		case "without cgo":
			return w.Sprintf("without cgo")
		case "on one machine":
			return w.Sprintf("on one machine")
		case "on different machines":
			return w.Sprintf("on different machines")
		}
		return value
	}
	return Between{what, show(d.Recorded), show(d.Now)}
}

// sourceOf returns the commit of a repository in short; "" if it is not known.
func sourceOf(w *locale.Printer, s *record.Source) string {
	switch {
	case s == nil:
		return ""
	case s.Dirty:
		return w.Sprintf("%s, with uncommitted changes", ShortCommit(s.Commit))
	}
	return ShortCommit(s.Commit)
}

// revisionOf returns the commit that labbook was built from; "" if it is not known.
func revisionOf(w *locale.Printer, p *record.Program) string {
	if p == nil || p.Revision == "" {
		return ""
	}
	return sourceOf(w, &record.Source{Commit: p.Revision, Dirty: p.Modified})
}

// Uncompared is a server at some levels that is not compared, and why.
type Uncompared struct {
	Where string // "B at 3 clients"
	Why   string
}

// LeftOut returns what of two records is not compared: neighbouring levels of a server for the same
// reason as one.
func LeftOut(w *locale.Printer, c *compare.Comparison) []Uncompared {
	l := uncompared{Printer: w, comparison: c}
	for _, u := range c.NotComparable {
		var why []string
		for _, d := range u.Differences {
			b := between(w, d.What, d)
			why = append(why, w.Sprintf("%s: then %s, now %s", b.What, b.Then, b.Now))
		}
		l.add(u.Cell, w.Sprintf("asked otherwise: %s", semicolons(why)))
	}
	for _, place := range c.OnlyOld {
		l.addOld(place, w.Sprintf("only in the older record"))
	}
	for _, place := range c.OnlyNew {
		l.add(place, w.Sprintf("only in the newer record"))
	}
	for _, i := range c.Invalid {
		why := w.Sprintf("invalid data in the newer record")
		switch {
		case i.InOld && i.InNew:
			why = w.Sprintf("invalid data in both records")
		case i.InOld:
			why = w.Sprintf("invalid data in the older record")
		}
		l.add(i.Cell, why)
	}
	return l.all()
}

// uncompared collects cells that are not compared by their server and reason.
type uncompared struct {
	*locale.Printer
	comparison *compare.Comparison
	groups     []groupedCells
}

type groupedCells struct {
	server, why string
	levels      []plan.Level
	all         []plan.Level // of the record that has them
}

// add adds a cell of the newer record, addOld one of the older record alone.
func (l *uncompared) add(place plan.Cell, why string) {
	l.group(place, why, l.comparison.New.Analysis.Levels)
}

func (l *uncompared) addOld(place plan.Cell, why string) {
	l.group(place, why, l.comparison.Old.Analysis.Levels)
}

func (l *uncompared) group(place plan.Cell, why string, all []plan.Level) {
	for i := range l.groups {
		if g := &l.groups[i]; g.server == place.Server && g.why == why {
			g.levels = append(g.levels, place.Level)
			return
		}
	}
	l.groups = append(l.groups, groupedCells{
		server: place.Server,
		why:    why,
		levels: []plan.Level{place.Level},
		all:    all,
	})
}

func (l *uncompared) all() []Uncompared {
	var all []Uncompared
	for _, g := range l.groups {
		where := l.Sprintf("%s %s", g.server, atLevels(l.Printer, g.levels, g.all))
		all = append(all, Uncompared{where, g.why})
	}
	return all
}

// SideName returns how a page names a side of a comparison: "HEAD:output (1a2b3c4, 23 November
// 2026, 13:00 UTC)".
func SideName(w *locale.Printer, s compare.Side) string {
	var known []string
	if s.Commit != "" {
		known = append(known, ShortCommit(s.Commit))
	}
	if !s.Record.Started.IsZero() {
		known = append(known, w.Sprintf("measured %s", w.Date(s.Record.Started)))
	}
	name := printable.Line(s.Name)
	if len(known) == 0 {
		return name
	}
	return name + " (" + strings.Join(known, ", ") + ")"
}
