package main

import (
	"context"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// newHeader describes a run before its first trial. It reads the clock once: nothing else in the
// record holds a time of day.
func newHeader(
	ctx context.Context,
	e *spec.Experiment,
	path, dir string,
	g generators,
) record.Header {
	header := record.Header{
		Schema:      record.Schema,
		Labbook:     version(),
		Started:     time.Now().UTC().Truncate(time.Second),
		Rounds:      e.Design.Rounds,
		Trials:      len(plan.New(e)),
		Spec:        record.File{Name: e.Name, Text: e.Source},
		References:  e.References,
		Generator:   g.own.Generator,
		Environment: environment(e.Identify),
		Source:      source(ctx, path, dir),
	}
	if e.Notes.File != "" {
		header.Notes = &record.File{Name: e.Notes.File, Text: e.Notes.Text}
	}
	if g.other != nil {
		header.Calibration = &g.other.Generator
	}
	return header
}

// environment describes this machine. User and host are personal: they are kept only if identify
// says so.
func environment(identify bool) record.Environment {
	env := record.Environment{
		OS:    runtime.GOOS,
		Arch:  runtime.GOARCH,
		Cores: runtime.NumCPU(),
		Go:    runtime.Version(),
	}
	describeSystem(&env)
	if identify {
		env.Host, _ = os.Hostname() // what is not known is absent
		if u, err := user.Current(); err == nil {
			env.User = u.Username
		}
	}
	return env
}

// source asks git for the commit of the folder that the spec lies in, and whether anything but the
// output was changed since. Without git, or outside of a repository, it is not known.
func source(ctx context.Context, path, dir string) *record.Source {
	folder := folderOf(path)
	commit, err := git(ctx, folder, "rev-parse", "HEAD")
	if err != nil {
		return nil
	}
	// The whole repository counts (":/"), whatever folder the spec lies in; of it the output does
	// not.
	args := []string{"status", "--porcelain", "--", ":/"}
	if inside, err := filepath.Rel(folder, absolute(dir)); err == nil && filepath.IsLocal(inside) &&
		inside != "." {
		args = append(args, ":(exclude)"+filepath.ToSlash(inside))
	}
	changed, err := git(ctx, folder, args...)
	if err != nil {
		return nil
	}
	return &record.Source{Commit: commit, Dirty: changed != ""}
}

func git(ctx context.Context, folder string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	said, err := outputOf(ctx, "git", append([]string{"-C", folder}, args...)...)
	return strings.TrimSpace(string(said)), err
}
