package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a test that only keeps its errors.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestCompare(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.txt")
	test := func(name, want, got string, differing ...string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		r := &recorder{TB: t}
		Compare(r, path, got)
		said := strings.Join(r.errors, "\n")
		if (said == "") != (len(differing) == 0) {
			t.Errorf("%s: found %q", name, said)
		}
		for _, line := range differing {
			if !strings.Contains(said, line) {
				t.Errorf("%s: found %q, want %q in it", name, said, line)
			}
		}
	}
	test("equal", "one\ntwo\n", "one\ntwo\n")
	test("other line endings", "one\r\n", "one\n", `"one\r"`)
	test("another line", "one\ntwo\n", "one\n2\n", `"two"`, `"2"`, "-update", path)
	test("no last line ending", "one\n", "one", path)
}

func TestUpdateWritesTheFile(t *testing.T) {
	*update = true
	defer func() { *update = false }()
	path := filepath.Join(t.TempDir(), "new.txt")
	Compare(t, path, "one\n")
	if data, err := os.ReadFile(path); err != nil || string(data) != "one\n" {
		t.Errorf("the file holds %q, %v", data, err)
	}
}
