package lock

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"labbook.example/labbook/internal/failure"
)

func TestSecondHolderIsTold(t *testing.T) {
	test := func(name string, acquire func(path, holder string) (*Lock, error)) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "the.lock")
		first, err := acquire(path, "pid 7")
		if err != nil {
			t.Fatal(err)
		}

		_, err = acquire(path, "pid 8")
		var held *HeldError
		if !errors.As(err, &held) || held.Holder != "pid 7" {
			t.Errorf("%s: error %v, want that pid 7 holds it", name, err)
		}

		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		_, err = acquire(path, "pid 8")
		if !errors.As(err, &held) || held.Holder != "an unknown process" {
			t.Errorf("%s: error %v, want that the name is not known", name, err)
		}

		first.Release()
		again, err := acquire(path, "pid 8")
		if err != nil {
			t.Fatalf("%s: a released lock cannot be taken: %v", name, err)
		}
		again.Remove()
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: Remove left the file: %v", name, err)
		}
	}
	test("Acquire", Acquire)
	test("AcquireForAllUsers", AcquireForAllUsers)
}

func TestOnlyPlainFilesAreLocked(t *testing.T) {
	folder := t.TempDir()
	link, target := filepath.Join(folder, "link"), filepath.Join(folder, "target")
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}

	test := func(path, want string) {
		t.Helper()
		for _, acquire := range []func(path, holder string) (*Lock, error){
			Acquire,
			AcquireForAllUsers,
		} {
			_, err := acquire(path, "pid 7")
			if err == nil || err.Error() != path+" is "+want+", not a regular file" {
				t.Errorf("%s: error %v, want that it is %s", path, err, want)
			}
			if code, hint := failure.CodeAndHint(err); code != failure.ExitMachine || hint == "" {
				t.Errorf("%s: exit code %d, hint %q", path, code, hint)
			}
		}
	}
	test(link, "a symbolic link")
	test(folder, "a folder")
	if _, err := os.Stat(target); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link's target was written to: %v", err)
	}
}
