//go:build unix

package hook

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// TestMain makes the test binary the guard of the hooks.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	versionTimeout = 2 * time.Minute
	os.Exit(m.Run())
}

// script returns a server with a setup that is a shell script.
func script(text string) spec.Server {
	return spec.Server{
		Name:    "a",
		Address: "127.0.0.1:1",
		Env:     map[string]string{"WORD": "hello"},
		Hooks: spec.Hooks{
			Setup:   []string{"sh", "-c", text},
			Timeout: time.Minute,
		},
	}
}

func TestWhatAHookDid(t *testing.T) {
	test := func(text string, want record.Hook) {
		t.Helper()
		want.Key, want.Argv = spec.HookSetup, []string{"sh", "-c", text}
		got := Run(t.Context(), script(text), spec.HookSetup, t.TempDir())
		if got.WallSeconds <= 0 {
			t.Errorf("%s: it took %v s, want more than 0", text, got.WallSeconds)
		}
		got.WallSeconds = 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", text, diff)
		}
	}
	test("echo $WORD $LABBOOK_SERVER $LABBOOK_ADDRESS", record.Hook{Output: "hello a 127.0.0.1:1"})
	test("echo no >&2; exit 3", record.Hook{ExitCode: 3, Failure: "exit status 3", Output: "no"})
	test("kill -KILL $$", record.Hook{ExitCode: -1, Failure: "signal: killed"})
	test("cat", record.Hook{}) // its input is empty
}

// Why a hook cannot be started is kept, and no folder of this machine with it.
func TestHookThatCannotStart(t *testing.T) {
	folder := t.TempDir()
	s := script("")
	s.Hooks.Setup = []string{"./setup"}
	if ran := Run(t.Context(), s, spec.HookSetup, folder); ran.Failure == "" ||
		strings.Contains(ran.Failure, folder) {
		t.Errorf("a missing one: %q, want a reason without %s", ran.Failure, folder)
	}

	path := filepath.Join(folder, "setup")
	if err := os.WriteFile(path, []byte("no program\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	ran := Run(t.Context(), s, spec.HookSetup, folder)
	if want := "exec format error"; ran.Failure != want {
		t.Errorf("one without an interpreter: %q, want %q", ran.Failure, want)
	}
}

// A hook that hangs ends at its timeout, or with its context.
func TestHookThatHangs(t *testing.T) {
	s := script("echo waiting; sleep 1000 & wait")
	s.Hooks.Timeout = 50 * time.Millisecond
	ran := Run(t.Context(), s, spec.HookSetup, t.TempDir())
	if want := "it did not end within its hook_timeout of 50ms"; ran.Failure != want {
		t.Errorf("failure %q, want %q", ran.Failure, want)
	}

	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted by SIGINT"))
	s.Hooks.Timeout = time.Hour
	ran = Run(ctx, s, spec.HookSetup, t.TempDir())
	if want := "interrupted by SIGINT"; ran.Failure != want {
		t.Errorf("failure %q, want %q", ran.Failure, want)
	}
}

// runner returns a Runner of the spec's folder.
func runner(folder string) *Runner {
	return &Runner{Run: func(ctx context.Context, s spec.Server, key string) record.Hook {
		return Run(ctx, s, key, folder)
	}}
}

// A runner runs only the hooks that a server has, and hides what must not be kept.
func TestRunner(t *testing.T) {
	r := runner(t.TempDir())
	hide := func(text string) string { return strings.ReplaceAll(text, "s3cret", "${TOKEN}") }
	err := r.Do(t.Context(), script("echo first; echo s3cret; exit 1"), spec.HookSetup, hide)
	const said = `server "a": its setup failed: exit status 1; it said: first` + "\n${TOKEN}"
	if err == nil || err.Error() != said {
		t.Errorf("the error is %v, want %s", err, said)
	}
	if failed, ok := errors.AsType[*Error](err); !ok ||
		failed.Ran.Reason() != "its setup failed: exit status 1: ${TOKEN}" {
		t.Errorf("the error is %v, want one with a reason of one line", err)
	}
	if err := r.Do(t.Context(), script(""), spec.HookAfterTrial, hide); err != nil {
		t.Errorf("a hook that the server does not have: %v", err)
	}
	if ran := r.Take(); len(ran) != 1 || ran[0].Output != "first\n${TOKEN}" {
		t.Errorf("ran %+v, want one hook", ran)
	}
	if ran := r.Take(); ran != nil {
		t.Errorf("ran %+v once more", ran)
	}
}

// A build may make the server's program; one that fails is an error that ends the run.
func TestBuild(t *testing.T) {
	folder := t.TempDir()
	s := script("true")
	s.Command = []string{"./app"}
	s.Hooks.Build = []string{"sh", "-c", "echo '#!/bin/sh' > app; chmod 755 app; echo done"}
	var messages bytes.Buffer
	e := &spec.Experiment{Servers: []spec.Server{s}}
	builds, err := runner(folder).Build(t.Context(), e, &messages)
	if err != nil || len(builds) != 1 || builds[0].Server != "a" || builds[0].Output != "done" {
		t.Errorf("builds %+v, %v; want one", builds, err)
	}
	if !strings.HasPrefix(messages.String(), `building "a": sh -c `) {
		t.Errorf("it announced %q", messages.String())
	}

	// It knows what the server is asked, also in another way.
	t.Setenv("LABBOOK_TEST_TOKEN", "correct horse")
	e.Servers[0].Hooks.Build = []string{"sh", "-c", "echo $LABBOOK_TEST_TOKEN"}
	other := spec.Server{Name: "c", Same: "a"}
	other.Request.Query = "${LABBOOK_TEST_TOKEN}"
	e.Servers = append(e.Servers, other)
	builds, err = runner(folder).Build(t.Context(), e, &messages)
	if err != nil || len(builds) != 1 || builds[0].Output != "${LABBOOK_TEST_TOKEN}" {
		t.Errorf("builds %+v, %v; want one without the value", builds, err)
	}

	e.Servers[0].Hooks.Build = []string{"sh", "-c", "echo no rule; exit 2"}
	_, err = runner(folder).Build(t.Context(), e, &messages)
	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitMachine || hint == "" || !strings.HasSuffix(err.Error(), "no rule") {
		t.Errorf("%v, code %d, hint %q; want its last words and a hint", err, code, hint)
	}
}
