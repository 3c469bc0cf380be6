package checkout

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/spec"
)

// checkClean refuses a working tree with changes of files that git has: the present version would
// be no commit, and the record could not say what was measured. Files that git does not have are
// only noted, because running a server often leaves some.
//
// The spec does not count, nor do the files that it names, because both versions are measured with
// those of today, and the record keeps them. Results do not count either.
func (o *Older) checkClean(ctx context.Context, e *spec.Experiment, r Request) error {
	args := []string{"status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal",
		"--", ":/"}
	for _, path := range append(ownFiles(e, r.Spec), r.Outputs...) {
		if relative, ok := o.inTree(path); ok {
			args = append(args, ":(top,exclude,literal)"+filepath.ToSlash(relative))
		}
	}
	status, err := git.Output(ctx, o.top, args...)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return failure.Machine("", "--against: asking for changes of %s: %w", o.top, err)
	}

	var changed, untracked []string
	for _, entry := range strings.Split(string(status), "\x00") {
		const code = 3 // two letters and a blank
		switch {
		case len(entry) <= code:
		case strings.HasPrefix(entry, "??"):
			untracked = append(untracked, entry[code:])
		default:
			changed = append(changed, entry[code:])
		}
	}
	if len(untracked) > 0 {
		o.note("only %q has what git does not have: %s", o.Server, some(untracked))
	}
	if len(changed) == 0 {
		if o.IsHead() && len(untracked) == 0 {
			o.note("both versions are commit %s: what differs is the set-up or chance", o.short())
		}
		return nil
	}
	if r.AllowDirty {
		o.note("%q has changes that are not committed: %s", o.Server, some(changed))
		return nil
	}
	const hint = "commit them, or measure them as they are with --allow-dirty"
	return failure.Machine(hint, "--against: found changes that are not committed: %s; allowed: "+
		"none, so that the record says which commit was measured", some(changed))
}

func (o *Older) note(format string, args ...any) {
	o.notes = append(o.notes, fmt.Sprintf(format, args...))
}

func (o *Older) short() string { return spec.AtCommit("", o.Commit)[len(" @ "):] }

// some returns the first of some names, and how many more there are.
func some(names []string) string {
	const maxShown = 5
	text := strings.Join(names[:min(len(names), maxShown)], ", ")
	if more := len(names) - maxShown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// ownFiles returns the absolute paths of a spec and of the files that it names.
func ownFiles(e *spec.Experiment, path string) []string {
	files := []string{path}
	add := func(name string) {
		if name == "" {
			return
		}
		if name = filepath.FromSlash(name); !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(path), name)
		}
		files = append(files, name)
	}
	add(e.Notes.File)
	for _, r := range e.References {
		add(r.File)
	}
	for _, s := range e.Servers {
		add(s.Request.BodyFile)
	}
	return files
}

// inTree returns a path relative to the top of the working tree; ok is false if it is not in there.
func (o *Older) inTree(path string) (relative string, ok bool) {
	for _, path := range []string{path, resolved(path)} {
		if relative, err := filepath.Rel(o.top, path); err == nil && relative != "." &&
			filepath.IsLocal(relative) {
			return relative, true
		}
	}
	return "", false
}

// resolved returns a path without symbolic links above its last part, which need not exist.
func resolved(path string) string {
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(folder, filepath.Base(path))
	}
	return path
}

// checkPaths refuses a command or a build that names a file of the working tree by its full path:
// both versions would run that one. A program that PATH finds there is noted.
func (o *Older) checkPaths(e *spec.Experiment) error {
	for _, of := range []struct {
		key  string
		argv []string
	}{
		{"command", o.now.Command},
		{"build", o.now.Hooks.Build},
	} {
		for _, word := range of.argv {
			_, value, _ := strings.Cut(word, "=") // --config=/home/…
			for _, path := range []string{word, value} {
				if _, inTree := o.inTree(path); !inTree || !filepath.IsAbs(path) {
					continue
				}
				err := spec.Problem{
					File: e.Name,
					Line: o.now.Line,
					Message: fmt.Sprintf("--against: found %q in the %s of %q, a full path into "+
						"the working tree; allowed: a path relative to the spec's folder, because "+
						"otherwise both versions use the same file", path, of.key, o.now.Name),
				}
				return failure.New(failure.ExitUsage, err, "nothing was measured or written")
			}
		}
	}

	program := o.now.Command[0]
	if filepath.Base(program) != program {
		return nil
	}
	if path, err := exec.LookPath(program); err == nil {
		if relative, ok := o.inTree(path); ok {
			o.note("both versions run %s of the working tree: what is installed beside it is "+
				"the same for both", filepath.ToSlash(relative))
		}
	}
	return nil
}
