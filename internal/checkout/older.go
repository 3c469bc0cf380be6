// Package checkout makes an older version of a server out of the Git repository of its spec. In
// comes the spec's path and a commit; out comes a folder that holds that commit, in which the
// server is built and started, for as long as a run needs it.
//
// The folder is a worktree of the repository, below the system's folder for temporary files. It has
// what git has: no submodules, and nothing that is ignored. Filters such as Git LFS work as in any
// checkout; hooks do not run, and nothing is asked. The working tree, the index, and the refs are
// not touched, and no trace of the folder stays: if a run was killed, the next one removes what is
// left, see removeLeftovers.
//
// Refused: a spec in no repository, a commit that is not there, and a working tree with changes, of
// which a record could not say what was measured.
package checkout

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/lock"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Request is what the command line asks for.
type Request struct {
	Spec       string   // its absolute path
	Rev        string   // the commit, as git names it
	Server     string   // whose older version it is; "" for the only one that there can be
	AllowDirty bool     // the working tree may have changes
	Outputs    []string // absolute paths of result folders, whose files do not count as changes
}

// CheckUnused returns an error if what belongs to --against is asked for without it.
func (r Request) CheckUnused() error {
	switch {
	case r.Server != "":
		return failure.Usage("--server: found without --against; allowed: only beside it")
	case r.AllowDirty:
		return failure.Usage("--allow-dirty: found without --against; allowed: only beside it")
	}
	return nil
}

// Older is a server at an older commit. A nil one is that of an ordinary run, which has none.
type Older struct {
	record.Against
	now    spec.Server // the server as it is now
	top    string      // the top folder of the working tree
	prefix string      // the spec's folder in it; "" for the top
	head   string      // the commit that is checked out
	notes  []string    // what is to be said before the run

	folder string // of the older commit; "" while there is none
	lock   *lock.Lock
}

// Find returns the older version that is asked for. It only looks at the repository.
func Find(ctx context.Context, e *spec.Experiment, r Request) (*Older, error) {
	now, err := e.AgainstServer(r.Server)
	if err != nil {
		return nil, failure.New(failure.ExitUsage, err, "nothing was measured or written")
	}
	git.ForgetRepository()
	o := &Older{
		Against: record.Against{Server: now.Name, Rev: r.Rev},
		now:     now,
	}
	if err := o.findRepository(ctx, r.Spec); err != nil {
		return nil, err
	}
	if err := o.findCommits(ctx); err != nil {
		return nil, err
	}
	if err := o.checkPaths(e); err != nil {
		return nil, err
	}
	if err := o.checkClean(ctx, e, r); err != nil {
		return nil, err
	}
	return o, nil
}

// findRepository finds the repository that a spec lies in.
func (o *Older) findRepository(ctx context.Context, path string) error {
	folder := filepath.Dir(path)
	if err := git.Usable(ctx, folder); err != nil {
		code, hint := failure.CodeAndHint(err)
		if code == failure.ExitUsage {
			hint = "an older version is a commit of the repository that the spec lies in: put " +
				"the spec into that of its server"
		}
		return failure.New(code, fmt.Errorf("--against: %w", err), hint)
	}
	found, err := git.Output(ctx, folder, "rev-parse", "--show-toplevel", "--show-prefix")
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		const hint = "an older version is made from the spec's repository, which has to have a " +
			"working tree"
		return failure.Machine(hint, "--against: %w", err)
	}
	at := append(lines(found), "") // the second one is empty at the top
	o.top = filepath.FromSlash(at[0])
	o.prefix = filepath.FromSlash(strings.TrimSuffix(at[1], "/"))
	return nil
}

// findCommits finds the commit that the user means, and the one that is checked out.
func (o *Older) findCommits(ctx context.Context) (err error) {
	if o.Commit, err = git.Commit(ctx, o.top, o.Rev); err == nil {
		o.head, err = git.Commit(ctx, o.top, "HEAD")
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return ofAgainst(err)
}

// ofAgainst returns an error with "--against" before its text; nil for nil.
func ofAgainst(err error) error {
	if err == nil {
		return nil
	}
	code, hint := failure.CodeAndHint(err)
	return failure.New(code, fmt.Errorf("--against: %w", err), hint)
}

// ApplyTo makes an experiment one of the two versions.
func (o *Older) ApplyTo(e *spec.Experiment) error {
	if o == nil {
		return nil
	}
	return o.Against.ApplyTo(e)
}

// Recorded returns what a record keeps of the older version; nil if there is none.
func (o *Older) Recorded() *record.Against {
	if o == nil {
		return nil
	}
	return &o.Against
}

// IsHead reports whether the older version is the commit that is checked out.
func (o *Older) IsHead() bool { return o.Commit == o.head }

// Make checks the commit out, and lets the older version of the experiment run there. What a reader
// of the results should know is said in messages. Remove must follow, also after an error.
func (o *Older) Make(ctx context.Context, e *spec.Experiment, messages io.Writer) error {
	if o == nil {
		return nil
	}
	for _, left := range removeLeftovers(ctx, o.top) {
		fmt.Fprintf(messages, "removed %s, which an earlier run left when it was killed\n", left)
	}
	for _, note := range o.notes {
		fmt.Fprintln(messages, "note: "+note)
	}
	fmt.Fprintf(messages, "checking out %q%s\n", o.Older(), o.byName())

	if err := o.makeFolder(); err != nil {
		return err
	}
	err := change(ctx, o.top, "worktree", "add", "--quiet", "--detach", o.folder, o.Commit)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		const hint = "nothing was measured or written"
		return failure.Machine(hint, "--against: checking out commit %s: %w", o.Commit, err)
	}

	inside, err := o.inside()
	if err != nil {
		return err
	}
	for i := range e.Servers {
		if e.Servers[i].OlderOf != "" {
			e.Servers[i].Folder = inside
		}
	}
	if _, err := os.Stat(filepath.Join(o.folder, ".gitmodules")); err == nil {
		fmt.Fprintf(messages, "note: %q has no submodules: if it needs them, let build call "+
			"git submodule update --init\n", o.Older())
	}
	return nil
}

// byName returns how the user named the commit, in parentheses; "" if that was its hash.
func (o *Older) byName() string {
	if strings.HasPrefix(o.Commit, o.Rev) {
		return ""
	}
	return " (" + o.Rev + ")"
}

// inside returns the folder of the spec at the older commit. One that the commit does not have is
// made: the spec is that of today, and its commands may lead elsewhere.
func (o *Older) inside() (string, error) {
	inside := filepath.Join(o.folder, o.prefix)
	if err := os.MkdirAll(inside, 0o700); err != nil {
		return "", fmt.Errorf("--against: the folder of the spec at commit %s: %w", o.Commit, err)
	}
	real, err := filepath.EvalSymlinks(inside)
	if err != nil {
		return "", err
	}
	if !isWithin(real, o.folder) {
		const hint = "choose a commit at which it is a folder"
		return "", failure.Machine(hint, "--against: at commit %s, %s is a symbolic link that "+
			"leads out of the repository", o.Commit, o.prefix)
	}
	return real, nil
}

// isWithin reports whether a path lies in a folder or below it, or is the folder.
func isWithin(path, folder string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(relative)
}
