//go:build unix

package hook

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// asker asks programs in the spec's folder.
func asker(folder string) AskVersion {
	return func(ctx context.Context, s spec.Server) (record.ServerVersion, bool) {
		return Version(ctx, s, folder)
	}
}

// TestVersions holds what is taken for a version, and that a program which cannot tell stops
// nothing.
func TestVersions(t *testing.T) {
	test := func(script, version, failure string) {
		t.Helper()
		argv := []string{"sh", "-c", script}
		e := &spec.Experiment{Servers: []spec.Server{
			{Name: "a", Model: "async"},
			{Name: "b", Command: []string{"./b"}, Version: argv},
			{Name: "c", Command: []string{"./c"}}, // nothing is known of it
		}}
		var messages strings.Builder
		got, err := Versions(t.Context(), e, asker(t.TempDir()), "v1.2.3", &messages)
		if err != nil {
			t.Fatal(err)
		}
		want := []record.ServerVersion{
			{Server: "a", Version: "labbook v1.2.3"},
			{
				Server:  "b",
				Argv:    argv,
				Version: version,
				Failure: failure,
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", script, diff)
		}
		if said := strings.Contains(messages.String(), "not known"); said != (failure != "") {
			t.Errorf("%s: messages %q", script, messages.String())
		}
	}
	const failing = "echo v1; exit 3"
	test("echo v22.1.0; echo more", "v22.1.0", "")
	test("echo nginx version: nginx/1.22 >&2", "nginx version: nginx/1.22", "")
	test("echo; echo ' This is perl 5 '", "This is perl 5", "")
	test("printf %300s x | tr ' ' y", strings.Repeat("y", 200), "")
	test("cat; echo v2", "v2", "") // its input is empty
	test(failing, "", "sh -c "+failing+": exit status 3")
	test("true", "", "sh -c true printed nothing")
}

// A program that is missing is no reason to stop before a run: the version is not known.
func TestVersionOfAMissingProgram(t *testing.T) {
	e := &spec.Experiment{Servers: []spec.Server{
		{Name: "b", Command: []string{"./b"}, Version: []string{"./no-such-program"}},
	}}
	var messages strings.Builder
	got, err := Versions(t.Context(), e, asker(t.TempDir()), "", &messages)
	if err != nil || len(got) != 1 || got[0].Version != "" ||
		!strings.Contains(got[0].Failure, "no-such-program") {
		t.Errorf("got %+v", got)
	}
	const want = `note: the version of "b" is not known: exec: "./no-such-program": ` +
		"no such file or directory\n"
	if messages.String() != want {
		t.Errorf("said %q, want %q", messages.String(), want)
	}
}

// Ctrl-C while a program is asked ends that one, and no other is asked.
func TestVersionsEndWithTheContext(t *testing.T) {
	folder := t.TempDir()
	asked := func(name string) []string {
		return []string{"sh", "-c", "touch " + name + "; exec sleep 1000"}
	}
	e := &spec.Experiment{Servers: []spec.Server{
		{Name: "b", Command: []string{"./b"}, Version: asked("b")},
		{Name: "c", Command: []string{"./c"}, Version: asked("c")},
	}}
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	go func() { // ends with the first program's start
		for {
			if _, err := os.Stat(filepath.Join(folder, "b")); err == nil {
				cancel(interrupted)
				return
			}
			runtime.Gosched()
		}
	}()

	var messages strings.Builder
	got, err := Versions(ctx, e, asker(folder), "", &messages)
	if !errors.Is(err, interrupted) || got != nil || messages.String() != "" {
		t.Errorf("%+v, error %v, messages %q; want only the error", got, err, messages.String())
	}
	if _, err := os.Stat(filepath.Join(folder, "c")); err == nil {
		t.Error("the second program was asked all the same")
	}
}
