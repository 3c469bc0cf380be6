//go:build unix

package filekind

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// made returns a folder with one path of each kind.
func made(t *testing.T) string {
	t.Helper()
	t.Chdir(t.TempDir()) // the path of a socket is short
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	for _, err := range []error{
		os.WriteFile("file", []byte("text"), 0o644),
		os.Mkdir("folder", 0o755),
		unix.Mkfifo("pipe", 0o644),
		os.Symlink("file", "link"),
		os.Symlink("pipe", "to-pipe"),
		os.Symlink("none", "dead"),
		os.Symlink("loop", "loop"),
		os.Symlink("folder", "to-folder"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return "."
}

// Only files are opened. Nothing waits for the other end of a pipe.
func TestRead(t *testing.T) {
	made(t)
	for _, path := range []string{"file", "link"} {
		if text, err := Read(path); err != nil || string(text) != "text" {
			t.Errorf("%s: %q, %v", path, text, err)
		}
	}
	refused := func(path, found string, missing bool) {
		t.Helper()
		_, err := Read(path)
		want := path + ": found " + found + "; allowed: a file"
		if err == nil || err.Error() != want || errors.Is(err, fs.ErrNotExist) != missing {
			t.Errorf("found %v, want %s", err, want)
		}
	}
	refused("folder", "a folder", false)
	refused("pipe", "a named pipe", false)
	refused("to-pipe", "a named pipe", false)
	refused("socket", "a socket", false)
	refused("/dev/null", "a device", false)
	refused("dead", "a link to none, which does not exist", true)

	for path, want := range map[string]error{
		"none":   fs.ErrNotExist,
		"file/x": unix.ENOTDIR,
		"loop":   unix.ELOOP,
	} {
		if _, err := Read(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

// A folder may be made where nothing else is, and the error names the part that is in the way.
func TestCheckFolder(t *testing.T) {
	made(t)
	for _, path := range []string{".", "folder", "to-folder", "new", "folder/a/b", "/", "/new"} {
		if err := CheckFolder(path); err != nil {
			t.Error(err)
		}
	}
	for path, want := range map[string]string{
		"file":        "file: found a file",
		"file/a/b":    "file: found a file",
		"pipe":        "pipe: found a named pipe",
		"/dev/null/x": "/dev/null: found a device",
		"dead":        "dead: found a link to none, which does not exist",
		"dead/x":      "dead: found a link to none, which does not exist",
	} {
		want += "; allowed: a folder"
		if err := CheckFolder(path); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}
