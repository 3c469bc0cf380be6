package machine

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"labbook/internal/process"
	"labbook/internal/record"
)

// Source returns the commit of the repository that a folder lies in, and whether anything but the
// output was changed since. Both paths are absolute. Without git, or outside of a repository, it is
// nil.
func Source(ctx context.Context, folder, output string) *record.Source {
	commit, err := git(ctx, folder, "rev-parse", "HEAD")
	if err != nil {
		return nil
	}

	// ":/" is the whole repository, wherever in it the folder lies.
	status := []string{"status", "--porcelain", "--", ":/"}
	inside, err := filepath.Rel(folder, output)
	if err == nil && filepath.IsLocal(inside) && inside != "." {
		status = append(status, ":(exclude)"+filepath.ToSlash(inside))
	}
	changed, err := git(ctx, folder, status...)
	if err != nil {
		return nil
	}
	return &record.Source{Commit: commit, Dirty: changed != ""}
}

// gitTimeout bounds one call of git, which may hang on a network file system.
const gitTimeout = 10 * time.Second

// git runs one git command in a folder and returns what it prints, without white space around it.
func git(ctx context.Context, folder string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, gitTimeout)
	defer cancel()

	out, err := process.Output(ctx, "git", append([]string{"-C", folder}, args...)...)
	return strings.TrimSpace(string(out)), err
}
