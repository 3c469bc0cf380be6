package spec

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
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
	}
	e.Servers = t.servers(load.asked(), e.Load.From)
	e.Question, _ = t.text("question")

	e.Design = design.design(e.Servers)
	if e.Design.Control {
		e.Servers = append(e.Servers, design.control(e)...)
	}

	load.completeTimes(e, design)
	e.References = t.references()
	if load.openLoopKey() != "" {
		load.checkOpenLoop(e, design)
	} else {
		load.checkOnlyEmbedded(e, design)
	}
	e.Expectations = t.expectations(e, load, design)
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
	runs, pause := t.runs()
	restart, restartLine := Restart(t.choice("restart")), 0
	if restart != RestartTrial {
		restartLine = t.line("restart")
	}
	return Design{
		Rounds:      int(t.whole("rounds")),
		Runs:        runs,
		Pause:       pause,
		Warmup:      warmup,
		WarmupTime:  warmupTime,
		Restart:     restart,
		RestartLine: restartLine,
		Seed:        uint64(t.whole("seed")),
		Confidence:  t.fraction("confidence"),
		Margin:      t.fraction("margin"),
		Baseline:    t.serverName("baseline", firstName(servers), servers),
		Yardstick:   t.serverName("yardstick", "", servers),
		Control:     t.flag("control"),
		Calibrate:   t.flag("calibrate"),
	}
}

// defaultPause is the time between two runs: long enough for caches, clocks and other programs to
// change, and short beside a run.
const defaultPause = 10 * time.Second

// runs reads how many runs there are, and the pause between them. All rounds together have a limit:
// see MaxRounds.
func (t *table) runs() (runs int, pause time.Duration) {
	runs, pause = int(t.whole("runs")), t.duration("pause")
	switch {
	case runs == 1:
		return runs, 0
	case pause == 0:
		pause = defaultPause
	}

	rounds := int(t.whole("rounds"))
	if t.refused["runs"] || t.refused["rounds"] || runs*rounds <= MaxRounds {
		return runs, pause
	}
	t.refuse("runs", "found %d, which makes %d rounds with rounds = %d; allowed: at most %d "+
		"rounds in all", runs, runs*rounds, rounds, MaxRounds)
	return runs, pause
}

// SetRounds sets the rounds of a run, as the command line asks. With 0 it keeps those of the file.
func (e *Experiment) SetRounds(rounds int) error {
	if rounds == 0 {
		return nil
	}
	e.Design.Rounds = rounds
	if all := e.Design.AllRounds(); all > MaxRounds {
		return fmt.Errorf("%d rounds in each of %d runs are %d; allowed: at most %d "+
			"in all", rounds, e.Design.Runs, all, MaxRounds)
	}
	return nil
}

// serverName reads a key that is the name of a server.
func (t *table) serverName(key, def string, servers []Server) string {
	var names []string
	for _, s := range servers {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}

	if len(names) < len(servers) || len(names) == 0 {
		// A server's name was refused, so the list of allowed names is not known.
		name, _ := t.stringOf(key, "the name of a server")
		return name
	}
	return t.choiceOf(key, def, names)
}

// firstName returns the name of the first server, which is the baseline by default.
func firstName(servers []Server) string {
	if len(servers) == 0 {
		return ""
	}
	return servers[0].Name
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
