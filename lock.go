package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// lockMachine makes sure that one Labbook measures at a time on this machine: two would measure
// each other. The second is told who holds it. The lock ends with the process, however that ends.
func lockMachine(what string) (unlock func(), err error) {
	path := filepath.Join(os.TempDir(), "labbook.lock")
	// Made on its own first, for every user to open: a file of somebody else's in a shared
	// temporary folder cannot be opened with O_CREAT.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		err = errors.Join(file.Chmod(0o666), file.Close())
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("making the lock that keeps two runs apart: %w", err)
	}
	if err := isPlain(path); err != nil {
		return nil, err
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("taking the lock that keeps two runs apart: %w", err)
	}
	if !locked {
		who, _ := os.ReadFile(path) // see nameHolder
		return nil, machineError(
			"two measurements at once would measure each other: wait until that one has ended",
			"another labbook is measuring on this machine: %s",
			lockHolder(string(who)),
		)
	}
	nameHolder(path, fmt.Sprintf("pid %d, %s", os.Getpid(), what))
	return func() { _ = lock.Unlock() }, nil
}

// isPlain makes sure that a file that we write to in place, if there is one, is no symbolic link:
// it could lead to any file of the user's, and it may have come with somebody else's folder.
func isPlain(path string) error {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().IsRegular() {
		return nil // what else is wrong with it is known when it is opened
	}
	found := "something else"
	if info.Mode()&fs.ModeSymlink != 0 {
		found = "a symbolic link"
	}
	return machineError(
		"remove it: nothing is written through it",
		"%s is no plain file: found %s",
		path,
		found,
	)
}

// nameHolder writes who holds the lock into its file. A name is a courtesy: the lock is as good
// without one, so nothing is said where it cannot be written.
func nameHolder(path, name string) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return
	}
	defer file.Close()
	_, _ = file.WriteString(name)
}

func lockHolder(content string) string {
	if content = strings.TrimSpace(content); content == "" {
		return "its name is not known"
	}
	return content
}
