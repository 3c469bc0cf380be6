package record

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A folder that was made for a run in which nothing was written is removed with its lock.
func TestLockFolderLeavesNoEmptyFolder(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "output", "against")
	test := func(what string, write func(), kept bool) {
		t.Helper()
		unlock, err := LockFolder(dir, "test")
		if err != nil {
			t.Fatal(err)
		}
		write()
		unlock()
		for _, folder := range []string{dir, filepath.Dir(dir)} {
			if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) == kept {
				t.Errorf("%s: %s: %v, want that it is there: %v", what, folder, err, kept)
			}
		}
	}
	test("nothing was written", func() {}, false)
	test("a record was written", func() {
		if err := os.WriteFile(filepath.Join(dir, FileName), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}, true)
	test("a folder that was there", func() {}, true)
	if err := os.Remove(filepath.Join(dir, FileName)); err != nil {
		t.Fatal(err)
	}
	test("an empty folder that was there", func() {}, true)
	if _, err := os.Stat(top); err != nil {
		t.Error(err)
	}
}
