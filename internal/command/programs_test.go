package command

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// put writes a file, with its folder, and returns its path.
func put(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// fileOf returns what a record keeps of a file.
func fileOf(server, name, text string) record.ProgramFile {
	sum := sha256.Sum256([]byte(text))
	return record.ProgramFile{
		Server: server,
		File:   name,
		Bytes:  int64(len(text)),
		SHA256: hex.EncodeToString(sum[:]),
	}
}

// The files of a server are its program, unless that is one of the system's, and the arguments that
// name a file. The record shows no folder of this machine.
func TestFindPrograms(t *testing.T) {
	above := t.TempDir()
	folder := filepath.Join(above, "lab")
	put(t, folder, "app.py", "app")
	put(t, folder, "conf/app.YAML", "{}")
	put(t, folder, "bin/server", "binary")
	put(t, folder, "data.db", "rows")
	put(t, folder, "asked.txt", "lines")
	put(t, folder, "state", "lines")
	for _, name := range []string{"app.py", "conf/app.YAML", "data.db", "asked.txt", "state"} {
		if err := os.Chmod(filepath.Join(folder, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put(t, above, "common/s.js", "common")
	elsewhere := put(t, t.TempDir(), "tool", "tool")
	t.Setenv("PATH", filepath.Join(folder, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))

	test := func(what string, argv []string, want ...record.ProgramFile) {
		t.Helper()
		e := &spec.Experiment{Servers: []spec.Server{
			{Name: "model", Model: "async"},
			{Name: "running", URL: "http://127.0.0.1:1"},
			{Name: "a", Command: argv},
			{Name: "again", Same: "a", Command: argv},
		}}
		got := FindPrograms(e.Started(), folder).Recorded()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	app := fileOf("a", "app.py", "app")
	test("a program of the system", []string{"go", "version", "8080"})
	test("its script", []string{"go", "app.py", "8080"}, app)
	test("twice", []string{"go", "app.py", "./app.py"}, app)
	test("by its full path", []string{"go", filepath.Join(folder, "app.py")}, app)
	test("beside the spec", []string{"./bin/server"}, fileOf("a", "bin/server", "binary"))
	test("beside the spec, by PATH", []string{"server"}, fileOf("a", "bin/server", "binary"))
	test("elsewhere", []string{elsewhere}, fileOf("a", "tool", "tool"))
	test("above the spec", []string{"go", "../common/s.js"},
		fileOf("a", "../common/s.js", "common"))
	test("in an option", []string{"go", "--config=conf/app.YAML"},
		fileOf("a", "conf/app.YAML", "{}"))
	test("a folder", []string{"go", "conf"})
	test("what a server writes", []string{"go", "data.db", "--log=asked.txt", "state"})
	test("a missing program", []string{"./missing", "app.py"}, app)
}

// A change of content is found before the next start of the server, and of no other one.
func TestCheckUnchanged(t *testing.T) {
	folder := t.TempDir()
	app := put(t, folder, "app.py", "first")
	put(t, folder, "other.py", "other")
	e := &spec.Experiment{Servers: []spec.Server{
		{Name: "a", Command: []string{"go", "app.py"}},
		{Name: "b", Command: []string{"go", "other.py"}},
	}}
	programs := FindPrograms(e.Started(), folder)
	check := func(what, server, want string) {
		t.Helper()
		err := programs.CheckUnchanged(server)
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v, want no error", what, err)
			}
			return
		}
		code, hint := failure.CodeAndHint(err)
		if err == nil || !strings.HasPrefix(err.Error(), want) || hint == "" ||
			code != failure.ExitMachine {
			t.Errorf("%s: %v, code %d, hint %q; want %q", what, err, code, hint, want)
		}
	}
	const changed = `server "a": app.py has changed since the run began: `

	check("untouched", "a", "")
	if err := os.Chtimes(app, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	check("touched", "a", "")
	put(t, folder, "app.py", "other")
	check("other content of the same size", "a", changed)
	check("another server", "b", "")
	put(t, folder, "app.py", "first")
	check("as it was", "a", "")
	if err := os.Remove(app); err != nil {
		t.Fatal(err)
	}
	check("removed", "a", changed)
}

// A file that is too large is left out.
func TestLargeFiles(t *testing.T) {
	folder := t.TempDir()
	large := put(t, folder, "large.jar", "")
	e := &spec.Experiment{Servers: []spec.Server{
		{Name: "a", Command: []string{"java", "-jar", "large.jar"}},
	}}
	test := func(size int64, want int) {
		t.Helper()
		if err := os.Truncate(large, size); err != nil {
			t.Fatal(err)
		}
		if got := len(FindPrograms(e.Started(), folder).Recorded()); got != want {
			t.Errorf("%d bytes: %d files, want %d", size, got, want)
		}
	}
	test(1<<20, 1)
	test(maxProgramBytes+1, 0)
}
