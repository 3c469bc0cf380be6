package spec

import (
	"path/filepath"
	"strings"
)

// experiment reads the whole file.
func (t *table) experiment() *Experiment {
	t.checkKeys()
	load, design := t.one(loadSection), t.one(designSection)

	e := &Experiment{
		Title:    t.title(),
		Notes:    t.notes(),
		Language: t.choice("language"),
		Identify: t.flag("identify"),
		Load:     load.load(),
		Servers:  t.servers(load.asked()),
	}
	e.Question, _ = t.text("question")

	e.Design = design.design(e.Servers)
	if e.Design.Control {
		e.Servers = append(e.Servers, design.control(e)...)
	}

	load.completeTimes(e, design)
	e.References = t.references()
	if e.Load.OpenLoop() {
		load.checkOpenLoop(e, design)
	} else {
		load.checkOnlyEmbedded(e, design)
	}
	return e
}

// title reads the title. By default, it is the file's name without its extension.
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

// design reads [design]. The baseline is one of the servers.
func (t *table) design(servers []Server) Design {
	t.checkKeys()
	warmup, warmupTime := t.countOrDuration("warmup")
	return Design{
		Rounds:     int(t.whole("rounds")),
		Warmup:     warmup,
		WarmupTime: warmupTime,
		Restart:    Restart(t.choice("restart")),
		Seed:       uint64(t.whole("seed")),
		Confidence: t.fraction("confidence"),
		Margin:     t.fraction("margin"),
		Baseline:   t.baseline(servers),
		Control:    t.flag("control"),
		Calibrate:  t.flag("calibrate"),
	}
}

// baseline reads the name of a server. By default, it is the first.
func (t *table) baseline(servers []Server) string {
	var names []string
	for _, s := range servers {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}

	if len(names) < len(servers) || len(names) == 0 {
		// A server's name was refused, so the list of allowed names is not known.
		name, _ := t.stringOf("baseline", "the name of a server")
		return name
	}
	return t.choiceOf("baseline", names[0], names)
}

// controlSuffix marks the name of a control.
const controlSuffix = " (control)"

// control returns the baseline once more, under a name of its own. It returns nothing if the
// baseline was refused.
func (t *table) control(e *Experiment) []Server {
	s, ok := e.Server(e.Design.Baseline)
	if !ok {
		return nil
	}

	s.Control = s.Name
	s.Name += controlSuffix
	if _, taken := e.Server(s.Name); taken {
		t.refuse("control",
			"found true, and a server is named %s already; allowed: another name for it",
			quote(s.Name))
	}
	return []Server{s}
}
