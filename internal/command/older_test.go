package command

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// versions returns a server at two versions, the older one in a folder of its own.
func versions(older string, argv ...string) *spec.Experiment {
	now := spec.Server{Name: "a", Command: argv, Address: "127.0.0.1:1"}
	before := now
	before.Name, before.OlderOf, before.Folder = "a @ 1a2b3c4", "a", older
	return &spec.Experiment{Servers: []spec.Server{before, now}}
}

// Each version has its program, its hooks and its files in its own folder, under equal names.
func TestFolderOfAVersion(t *testing.T) {
	older, now := t.TempDir(), t.TempDir()
	put(t, older, "bin/app", "first")
	put(t, now, "bin/app", "second")
	e := versions(older, "bin/app")

	for i, folder := range []string{older, now} {
		s := e.Servers[i]
		s.Hooks.Setup = s.Command
		s.Version = s.Command
		server, err := OfServer(s, now)
		path := filepath.Join(folder, "bin", "app")
		if err != nil || server.Dir != folder || server.Path != path {
			t.Errorf("%s runs %s in %s, %v; want both in %s",
				s.Name, server.Path, server.Dir, err, folder)
		}
		hook, err := OfHook(s, spec.HookSetup, now)
		if err != nil || hook.Dir != folder || hook.Path != path {
			t.Errorf("the setup of %s runs %s in %s, %v; want both in %s",
				s.Name, hook.Path, hook.Dir, err, folder)
		}
		if got := hook.Env[0]; got != "LABBOOK_SERVER=a" {
			t.Errorf("the setup of %s has %q, want the name in the spec", s.Name, got)
		}
		version, ok, err := OfVersion(s, now)
		if err != nil || !ok || version.Dir != folder {
			t.Errorf("the version of %s is asked in %s, %v; want %s",
				s.Name, version.Dir, err, folder)
		}
	}

	want := []record.ProgramFile{
		fileOf("a @ 1a2b3c4", "bin/app", "first"),
		fileOf("a", "bin/app", "second"),
	}
	if diff := cmp.Diff(want, FindPrograms(e.Started(), now).Recorded()); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// A file of a program that only the present version has is found before anything starts. What a
// server works on may be missing: the server may make it.
func TestCheckOlder(t *testing.T) {
	older, now := t.TempDir(), t.TempDir()
	put(t, older, "same.py", "")
	put(t, now, "same.py", "")
	put(t, now, "new.py", "")
	put(t, older, "removed.py", "")
	test := func(want string, argv ...string) {
		t.Helper()
		e := versions(older, argv...)
		err := CheckOlder(e.Started(), FindPrograms(e.Started(), now).Recorded())
		if want == "" {
			if err != nil {
				t.Errorf("%v: %v, want no error", argv, err)
			}
			return
		}
		code, hint := failure.CodeAndHint(err)
		if err == nil || err.Error() != want || code != failure.ExitMachine ||
			!strings.Contains(hint, "let build make it") {
			t.Errorf("%v: %v, code %d, hint %q; want %q", argv, err, code, hint, want)
		}
	}
	test("", "go", "same.py")
	test("", "go", "removed.py")
	test("", "go", "data.db")
	test(`server "a @ 1a2b3c4": its command names new.py, which is not there at that commit`,
		"go", "same.py", "new.py")

	// A program of its own that is missing has the same remedy.
	_, err := OfServer(versions(older, "./new.py").Servers[0], now)
	if _, hint := failure.CodeAndHint(err); !strings.Contains(hint, "let build make it") {
		t.Errorf("a missing program: %v, hint %q", err, hint)
	}
}
