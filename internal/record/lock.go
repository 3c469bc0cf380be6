package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/lock"
)

// lockName is a file of the output folder. Git ignores it, as it does the record of a run that has
// not ended.
const lockName = "lock.part"

// LockFolder makes sure that one run at a time writes into an output folder, even from several
// machines that share it. It creates the folder if it is missing, and unlock removes what it has
// created if nothing was written there. The second run is told who holds the lock: the process, its
// machine, and the holder's own words.
func LockFolder(dir, holder string) (unlock func(), err error) {
	const hint = "make the output folder one that can be written, or write elsewhere with --output"
	if err := filekind.CheckFolder(dir); err != nil {
		return nil, failure.Machine(hint, "the output folder %s cannot be made: %w", dir, err)
	}
	created := missingFolders(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, failure.Machine(hint, "making the output folder: %w", err)
	}
	for _, name := range []string{lockName, PartName, SearchName} {
		if err := lock.CheckPlain(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}

	host, _ := os.Hostname() // only information, like the rest of the name
	held, err := lock.Acquire(
		filepath.Join(dir, lockName),
		fmt.Sprintf("pid %d on %s, %s", os.Getpid(), host, holder),
	)
	var other *lock.HeldError
	if errors.As(err, &other) {
		return nil, failure.Machine(
			"wait until it finishes, or write elsewhere with --output",
			"another labbook is writing into %s: %s",
			dir,
			other.Holder,
		)
	}
	if err != nil {
		return nil, failure.Machine(hint, "locking the output folder: %w", err)
	}
	return func() {
		held.Remove()
		for _, folder := range created {
			_ = os.Remove(folder) // only if it is empty
		}
	}, nil
}

// missingFolders returns a folder and those above it that do not exist, the innermost first.
func missingFolders(dir string) []string {
	var missing []string
	for {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			return missing
		}
		missing = append(missing, dir)
		dir = filepath.Dir(dir)
	}
}
