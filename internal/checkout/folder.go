package checkout

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/lock"
)

// The folder of an older commit has a name that nothing else has, and beside it lies a lock, which
// its process holds for as long as it lives. So a folder whose lock is free was left behind.
const (
	namePrefix = "labbook-against-"
	nameBytes  = 8 // of the random part, which is in hex
	lockSuffix = ".lock"
)

var folderName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf(`^%s[0-9a-f]{%d}$`, namePrefix, 2*nameBytes))
})

// isOurs reports whether a path has a name such as only this package gives.
func isOurs(path string) bool { return folderName().MatchString(filepath.Base(path)) }

// makeFolder makes an empty folder for the checkout, which only this user can enter, with its lock.
func (o *Older) makeFolder() error {
	temporary, err := filepath.EvalSymlinks(os.TempDir()) // as git lists it
	if err != nil {
		return fmt.Errorf("the folder for temporary files: %w", err)
	}
	random := make([]byte, nameBytes)
	_, _ = rand.Read(random) // it never fails
	folder := filepath.Join(temporary, namePrefix+hex.EncodeToString(random))

	holder := fmt.Sprintf("pid %d, %s", os.Getpid(), o.top)
	if o.lock, err = lock.Acquire(folder+lockSuffix, holder); err != nil {
		return fmt.Errorf("the folder of the older commit: %w", err)
	}
	o.folder = folder
	return os.Mkdir(folder, 0o700)
}

// Remove removes the checkout, if there is one. What cannot be removed is left to the next start,
// and said in messages.
func (o *Older) Remove(messages io.Writer) {
	if o == nil || o.folder == "" {
		return
	}
	if err := removeWorktree(o.top, o.folder); err != nil {
		fmt.Fprintf(messages, "note: %s could not be removed: %v; the next run with --against "+
			"tries again\n", o.folder, err)
		o.lock.Release() // the file stays: it tells the next start whose folder it is
	} else {
		o.lock.Remove()
	}
	o.folder = ""
}

// removeWorktree removes a worktree: first the folder, then what the repository knows of it. It
// does not end with the context of a run, because then, above all, it must be done.
func removeWorktree(top, folder string) error {
	if err := removeAll(folder); err != nil {
		return err
	}
	ctx := context.Background()
	_, err := git.Line(ctx, top, "worktree", "remove", "--force", "--force", folder)
	if err == nil {
		return nil
	}
	known, listErr := worktrees(ctx, top)
	if listErr == nil && !slices.Contains(known, folder) {
		return nil // it was not added yet
	}
	return err
}

// removeAll removes a folder with all that is in it. A build may have made folders that may not be
// written, as Go does with modules.
func removeAll(folder string) error {
	err := os.RemoveAll(folder)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			_ = os.Chmod(path, 0o700) // before its entries are read; RemoveAll tells what remains
		}
		return nil
	})
	return os.RemoveAll(folder)
}

// worktrees returns the paths of all worktrees of a repository.
func worktrees(ctx context.Context, top string) ([]string, error) {
	list, err := git.Output(ctx, top, "worktree", "list", "--porcelain")
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, line := range lines(list) {
		if path, ok := strings.CutPrefix(line, "worktree "); ok {
			paths = append(paths, filepath.FromSlash(path))
		}
	}
	return paths, nil
}

// removeLeftovers removes the checkouts that processes left behind which were killed, and returns
// their paths. A checkout of a process that lives, and a worktree of anyone else, is left alone.
// What cannot be removed stays.
func removeLeftovers(ctx context.Context, top string) []string {
	var removed []string
	known, _ := worktrees(ctx, top) // without them, the folders are still found
	for _, folder := range known {
		if isOurs(folder) && removeLeftover(top, folder) {
			removed = append(removed, folder)
		}
	}

	// A folder that git does not know: of another repository, or killed before it was added.
	locks, _ := filepath.Glob(filepath.Join(os.TempDir(), namePrefix+"*"+lockSuffix))
	for _, path := range locks {
		folder := strings.TrimSuffix(path, lockSuffix)
		if isOurs(folder) && removeLeftover(top, folder) {
			removed = append(removed, folder)
		}
	}
	return removed
}

// removeLeftover removes a checkout unless a process holds it, and reports whether it is gone.
func removeLeftover(top, folder string) bool {
	path := folder + lockSuffix
	_, noLock := os.Lstat(path)
	if errors.Is(noLock, fs.ErrNotExist) {
		// Ours always have one. But if the system has cleared its temporary files, neither is left.
		_, err := os.Lstat(folder)
		return errors.Is(err, fs.ErrNotExist) && removeWorktree(top, folder) == nil
	}

	held, err := lock.Acquire(path, "the removal of what was left")
	if err != nil {
		return false // a process holds it, or it is another user's
	}
	if err := removeWorktree(top, folder); err != nil {
		held.Release()
		return false
	}
	held.Remove()
	return true
}
