// Package lock makes sure that one process at a time holds a file. Comes in: the file's path and
// a name for the holder. Goes out: a Lock, or a HeldError that names the process which holds it.
// Refused: a path that is a symbolic link or anything else but a plain file. The lock ends with its
// process, however that ends.
package lock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/gofrs/flock"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
)

// Lock is a file that this process holds.
type Lock struct {
	path string
	file *flock.Flock
}

// HeldError is the error of a lock that another process holds.
type HeldError struct {
	Holder string // the name that the other process gave, or a remark that it gave none
}

func (e *HeldError) Error() string { return "held by " + e.Holder }

// Acquire locks a file and writes the holder's name into it. The file is created if it is missing.
func Acquire(path, holder string) (*Lock, error) {
	return acquire(path, os.O_CREATE|os.O_RDWR, holder)
}

// AcquireForAllUsers is Acquire for a file in a folder that several users share: each of them can
// open it.
func AcquireForAllUsers(path, holder string) (*Lock, error) {
	if err := createForAllUsers(path); err != nil {
		return nil, err
	}
	return acquire(path, os.O_RDWR, holder)
}

// createForAllUsers creates the file, if it is missing, with permissions that the umask does not
// narrow. Afterwards the file is opened without O_CREATE: Linux forbids that flag for another
// user's file in a sticky folder such as /tmp.
func createForAllUsers(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(file.Chmod(0o666), file.Close())
}

func acquire(path string, flag int, holder string) (*Lock, error) {
	if err := CheckPlain(path); err != nil {
		return nil, err
	}

	file := flock.New(path, flock.SetFlag(flag), flock.SetPermissions(0o644))
	locked, err := file.TryLock()
	if err != nil {
		return nil, err
	}
	if !locked {
		return nil, &HeldError{holderOf(path)}
	}

	writeHolder(path, holder)
	return &Lock{path, file}, nil
}

// Release unlocks the file and leaves it there.
func (l *Lock) Release() { _ = l.file.Unlock() }

// Remove removes the file and unlocks it. A file that cannot be removed stays: without a
// lock on it, it keeps no process out.
func (l *Lock) Remove() {
	_ = os.Remove(l.path) // first, while the file is certainly ours
	l.Release()
}

// CheckPlain returns an error if the path exists and is not a plain file. A symbolic link could
// point to any file of the user's, and may have come with a folder that another person made.
func CheckPlain(path string) error {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().IsRegular() {
		return nil // other problems surface when it is opened
	}
	return failure.Machine(
		"remove it: labbook does not follow links",
		"%s is %s, not a regular file",
		path,
		filekind.Of(info.Mode()),
	)
}

// writeHolder writes the holder's name into the file. The name is only information: the lock works
// without it, so a failure to write it is ignored.
func writeHolder(path, holder string) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return
	}
	defer file.Close()
	_, _ = fmt.Fprint(file, holder)
}

func holderOf(path string) string {
	content, _ := os.ReadFile(path) // see writeHolder
	if holder := strings.TrimSpace(string(content)); holder != "" {
		return holder
	}
	return "an unknown process"
}
