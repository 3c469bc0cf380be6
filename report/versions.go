package report

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// versionOf states which version of a server was measured, where it was beside its older one; ""
// otherwise.
func versionOf(w *locale.Printer, rec *record.Record, s spec.Server) string {
	switch {
	case rec.Against == nil:
		return ""
	case s.OlderOf != "":
		return w.Sprintf("Version: %s.", olderVersion(w, rec.Against))
	case rec.Source == nil:
		return ""
	}
	return w.Sprintf("Version: %s.", sourceOf(w, rec.Source))
}

// olderVersion returns the full commit of the older version, and what the user called it.
func olderVersion(w *locale.Printer, against *record.Against) string {
	if against.Rev == against.Commit {
		return w.Sprintf("commit %s", against.Commit)
	}
	return w.Sprintf("commit %s (%s)", against.Commit, against.Rev)
}

// olderSource returns the row of the older version among the machine and the programs.
func olderSource(w *locale.Printer, against *record.Against) [][]cell {
	if against == nil {
		return nil
	}
	name := w.Sprintf("Source of %s", against.Older())
	return [][]cell{cellsOf(name, olderVersion(w, against))}
}

// versionStep states what was done to measure two versions of a server.
func versionStep(w *locale.Printer, rec *record.Record) string {
	return w.Sprintf("%s is %s as it was at %s, checked out into a folder of its own. Both "+
		"versions were started and asked alike, as the present spec says, one after the other "+
		"in every round.", rec.Against.Older(), rec.Against.Server, olderVersion(w, rec.Against))
}

// againstFlags returns the flags that measure the same two versions again.
func againstFlags(rec *record.Record) []string {
	if rec.Against == nil {
		return nil
	}
	flags := []string{"--against", rec.Against.Commit}
	if e, err := spec.Parse(rec.Spec.Name, rec.Spec.Text); err == nil {
		if _, err := e.AgainstServer(""); err != nil {
			flags = append(flags, "--server", rec.Against.Server)
		}
	}
	if rec.Source != nil && rec.Source.Dirty {
		flags = append(flags, "--allow-dirty")
	}
	return flags
}

// Uncommitted states why the command does not repeat a run with all of its present version; "" if
// it does.
func (p *page) Uncommitted() string {
	if p.Repeat == "" || p.analysis.Against == nil || !p.dirty {
		return ""
	}
	return p.Sprintf("The present version had changes that were not committed. The command " +
		"measures what the folder holds now.")
}
