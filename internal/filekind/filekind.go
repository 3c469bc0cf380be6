// Package filekind tells what a path names, and opens it only if it is a file.
//
// Opening a named pipe waits for its other end, a device may never end, and the error of a folder
// comes when it is read. So a path comes in, and a file that is open for reading goes out; all else
// is refused with its kind.
package filekind

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Error is the error of a path that names something other than what is needed.
type Error struct {
	Path    string
	Found   string // its kind: "a named pipe"
	Allowed string // such as "a file"

	missing bool // nothing is there
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: found %s; allowed: %s", e.Path, e.Found, e.Allowed)
}

// Is reports whether a link leads to nothing: that is a file that does not exist.
func (e *Error) Is(target error) bool { return e.missing && target == fs.ErrNotExist }

// Open opens a file for reading. The error is an Error if the path names anything else, or is a
// link to nothing.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		if link := deadLink(path); link != "" {
			dead := &Error{Path: path, Found: link, Allowed: "a file"}
			dead.missing = true
			return nil, dead
		}
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{Path: path, Found: Of(info.Mode()), Allowed: "a file"}
	}
	return os.Open(path)
}

// Read returns the whole content of a file. The error is that of Open or of reading.
func Read(path string) ([]byte, error) {
	file, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// Of returns the kind of a file as people call it.
func Of(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}

// deadLink returns what a path is if it is a link to nothing; "" if it is not.
func deadLink(path string) string {
	target, err := os.Readlink(path)
	if err != nil {
		return ""
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return "a link to " + filepath.ToSlash(target) + ", which does not exist"
}

// CheckFolder returns an Error if no folder can be at a path, because the path or a part of it
// names something else. A folder that does not exist yet is allowed.
func CheckFolder(path string) error {
	for at := filepath.Clean(path); ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		found := deadLink(at)
		switch {
		case found != "":
		case err != nil && at != filepath.Dir(at):
			continue // what is above may tell why
		case err != nil || info.IsDir():
			return nil
		default:
			found = Of(info.Mode())
		}
		return &Error{Path: at, Found: found, Allowed: "a folder"}
	}
}
