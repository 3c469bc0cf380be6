package machine

import (
	"context"
	"path/filepath"
	"time"

	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/record"
)

// gitTimeout bounds the calls of git, which may hang on a network file system.
const gitTimeout = 30 * time.Second

// Source returns the commit of the repository that a folder lies in, and whether anything but the
// outputs was changed since. All paths are absolute. Without git, or outside of a repository, it is
// nil.
func Source(ctx context.Context, folder string, outputs ...string) *record.Source {
	ctx, cancel := context.WithTimeout(ctx, gitTimeout)
	defer cancel()
	commit, err := git.Line(ctx, folder, "rev-parse", "HEAD")
	if err != nil {
		return nil
	}

	// ":/" is the whole repository, wherever in it the folder lies.
	status := []string{"status", "--porcelain", "--", ":/"}
	for _, output := range outputs {
		inside, err := filepath.Rel(folder, output)
		if err == nil && filepath.IsLocal(inside) && inside != "." {
			status = append(status, ":(exclude)"+filepath.ToSlash(inside))
		}
	}
	changed, err := git.Line(ctx, folder, status...)
	if err != nil {
		return nil
	}
	return &record.Source{Commit: commit, Dirty: changed != ""}
}
