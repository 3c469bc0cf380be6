package spec

import (
	"fmt"
	"slices"
)

// shortCommit is how many digits of a commit identify it for people.
const shortCommit = 7

// AtCommit returns the name of a server as it was at a commit: "app @ 1a2b3c4".
func AtCommit(server, commit string) string {
	return server + " @ " + commit[:min(len(commit), shortCommit)]
}

// AgainstServer returns the server that --against measures at two commits: the named one or, for
// "", the only one that can be. The error is a Problem: only a server with a command has an older
// version that can be built and started.
func (e *Experiment) AgainstServer(name string) (Server, error) {
	var names []string
	for _, s := range e.Tested() {
		if s.Command != nil {
			names = append(names, s.Name)
		}
	}
	refuse := func(line int, format string, args ...any) (Server, error) {
		return Server{}, Problem{
			File:    e.Name,
			Line:    line,
			Message: "--against: " + fmt.Sprintf(format, args...),
		}
	}

	s, known := e.Server(name)
	switch {
	case len(names) == 0:
		return refuse(0, "found no server with a command; allowed: at least one, whose older "+
			"version can be built and started; a model is labbook itself, and a url already runs")
	case name == "" && len(names) > 1:
		return refuse(0, "found %d servers with a command: %s; allowed: one of them; name it "+
			"with --server", len(names), list(names))
	case name == "":
		s, _ = e.Server(names[0])
	case !known:
		return refuse(0, "found --server %s, and no server has that name; allowed: %s%s",
			showValue(name), list(names), DidYouMean(name, names))
	case s.Control != "":
		return refuse(s.Line, "found --server %s, the control; allowed: %s",
			showValue(name), list(names))
	case s.Model != "":
		return refuse(s.Line, "found --server %s, which is a model: labbook itself, and no "+
			"program of this repository's commits; allowed: %s", showValue(name), list(names))
	case s.URL != "":
		return refuse(s.Line, "found --server %s, which already runs: labbook cannot start an "+
			"older version of it; allowed: %s", showValue(name), list(names))
	}

	if elsewhere := e.Elsewhere(); len(elsewhere) > 0 {
		return refuse(0, "found beside a machines file, by which %s is another machine, where the "+
			"older version cannot be checked out; allowed: every machine is this one; leave out "+
			"--machines and %s", quote(elsewhere[0]), MachinesVariable)
	}
	if e.Design.Restart != RestartTrial {
		return refuse(e.Design.RestartLine, "found restart = %s in [design]; allowed: %s, "+
			"because both versions listen at the same address, one after the other",
			quote(string(e.Design.Restart)), quote(string(RestartTrial)))
	}
	return s, nil
}

// SetAgainst makes the experiment one of two servers: the named one as it was at a commit, which is
// the baseline, and as it is now. A control is that of the older version. All else stays as it is,
// but for what is about other servers: their references are left out, and one of them is no
// yardstick.
//
// Both are asked alike, and listen at the same address in turn. One that asks another server in
// another way becomes a server of its own.
func (e *Experiment) SetAgainst(name, commit string) error {
	now, err := e.AgainstServer(name)
	if err != nil {
		return err
	}
	now.Same = ""
	older := now
	older.Name, older.OlderOf = AtCommit(name, commit), name
	servers := []Server{older, now}
	if e.Design.Control {
		again := older
		again.Name, again.Control = older.Name+controlSuffix, older.Name
		servers = append(servers, again)
	}

	e.Servers, e.Design.Baseline = servers, older.Name
	if e.Design.Yardstick != name {
		e.Design.Yardstick = ""
	}
	e.References = referencesOf(name, e.References)
	return nil
}

// referencesOf returns the references that have points of a server, with these points alone.
func referencesOf(server string, all []Reference) []Reference {
	var found []Reference
	for _, r := range all {
		ofOther := func(p ReferencePoint) bool { return p.Server != server }
		r.Points = slices.DeleteFunc(slices.Clone(r.Points), ofOther)
		if len(r.Points) > 0 {
			found = append(found, r)
		}
	}
	return found
}
