package git

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"labbook.example/labbook/internal/failure"
)

// Commit returns the full hash of the commit that a revision names: "main", "HEAD~3", "1a2b3c4".
// The error says why there is none, and what to do.
func Commit(ctx context.Context, folder, rev string) (string, error) {
	if rev == "" {
		return "", failure.New(failure.ExitUsage, errors.New("found no revision"),
			`name one, such as "HEAD", "main" or "1a2b3c4"`)
	}
	hash, err := Line(ctx, folder, "rev-parse", "--verify", "--quiet", "--end-of-options",
		rev+"^{commit}")
	if err == nil {
		return hash, nil
	}
	if err := Usable(ctx, folder); err != nil {
		return "", err
	}
	if ctx.Err() != nil {
		return "", err
	}

	if _, err := Line(ctx, folder, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return "", failure.New(failure.ExitUsage,
			fmt.Errorf("%q names no commit: HEAD has none yet", rev),
			"commit first")
	}
	return "", failure.New(failure.ExitUsage,
		fmt.Errorf("%q names no commit of this repository", rev),
		missingHint(ctx, folder, rev))
}

// Usable returns an error if git cannot be called in a folder, or if that is in no repository.
func Usable(ctx context.Context, folder string) error {
	_, err := Line(ctx, folder, "rev-parse", "--git-dir")
	failed, _ := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotInstalled):
		return failure.Machine("install git", "%w", err)
	case failed != nil && strings.Contains(failed.Message, "not a git repository"):
		return failure.New(failure.ExitUsage,
			fmt.Errorf("%s is in no git repository", folder),
			"go into the repository first")
	case failed != nil && strings.Contains(failed.Message, "dubious ownership"):
		const hint = "git refuses a repository of another user; if you trust it, tell git so"
		return failure.Machine(hint, "%w", err)
	}
	return failure.Machine("git itself must work in this folder: try git status", "%w", err)
}

// aHash matches what may be the hash of a commit.
var aHash = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// missingHint says what to do about a revision that names nothing here.
func missingHint(ctx context.Context, folder, rev string) string {
	if remote := "origin/" + rev; exists(ctx, folder, "refs/remotes/"+remote) {
		return "the server's branch of that name is here: name it " + remote
	}
	shallow, err := Line(ctx, folder, "rev-parse", "--is-shallow-repository")
	const old = "this clone is shallow, without the older commits: git fetch "
	switch {
	case err != nil || shallow != "true":
		return "git log --oneline --all shows the commits; git fetch gets those of the server"
	case aHash.MatchString(rev):
		return old + "--depth=1 origin " + rev
	}
	return old + "--unshallow (fetch-depth: 0 of actions/checkout)"
}

// exists reports whether a reference exists.
func exists(ctx context.Context, folder, reference string) bool {
	_, err := Line(ctx, folder, "rev-parse", "--verify", "--quiet", "--end-of-options", reference)
	return err == nil
}
