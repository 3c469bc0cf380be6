package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestProgramIsThisExecutable(t *testing.T) {
	program, err := Program()
	if err != nil {
		t.Fatal(err)
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(file)
	if want := hex.EncodeToString(sum[:]); program.SHA256 != want {
		t.Errorf("SHA-256 %s, want %s", program.SHA256, want)
	}
}

func TestReplacedExecutable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "labbook")
	write := func(content string, modified time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
	built := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	write("first", built)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	executable := Executable{path: path, info: info}
	test := func(what string, replaced bool) {
		t.Helper()
		if err := executable.CheckUnchanged(); (err != nil) != replaced {
			t.Errorf("%s: %v", what, err)
		}
	}

	test("the same file", false)
	write("later", built.Add(time.Second))
	test("rebuilt in place", true)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	test("removed", false)
	write("other", built)
	renamed := path + ".new"
	if err := os.Rename(path, renamed); err != nil {
		t.Fatal(err)
	}
	write("first", built.Add(time.Minute))
	test("another file", true)

	own, err := OwnExecutable()
	if err != nil {
		t.Fatal(err)
	}
	if err := own.CheckUnchanged(); err != nil {
		t.Errorf("our own: %v", err)
	}
	if err := (Executable{}).CheckUnchanged(); err != nil {
		t.Errorf("an unknown one: %v", err)
	}
}
