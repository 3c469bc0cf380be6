package command

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/spec"
)

// A program with a folder is looked for in the folder of the spec, and runs there.
func TestProgramBesideTheSpec(t *testing.T) {
	folder := t.TempDir()
	name := "app"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if err := os.WriteFile(filepath.Join(folder, name), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	server := spec.Server{
		Name:    "a",
		Command: []string{"./" + name, "8080"},
		Env:     map[string]string{"B": "2", "A": "1"},
		CPUs:    cpuset.Of(0),
	}
	got, err := OfServer(server, folder)
	want := process.Command{
		Path:      filepath.Join(folder, name),
		Argv:      server.Command,
		Env:       []string{"A=1", "B=2"},
		Dir:       folder,
		OpenStdin: true,
		CPUs:      cpuset.Of(0),
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// On a machine of the spec, programs learn the IP address at which their server listens: the spec
// has the machine's name in its place.
func TestAddressOnAMachine(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	server := spec.Server{
		Name:    "a",
		Command: []string{self},
		On:      "server",
		Address: "server:1",
		IP:      "192.0.2.7",
		Hooks:   spec.Hooks{Setup: []string{self}},
	}
	want := []string{"LABBOOK_ADDRESS=192.0.2.7:1"}
	program, err := OfServer(server, t.TempDir())
	if err != nil || !slices.Equal(program.Env, want) {
		t.Errorf("the environment is %q (%v), want %q", program.Env, err, want)
	}
	hook, err := OfHook(server, spec.HookSetup, t.TempDir())
	if err != nil || !slices.Contains(hook.Env, want[0]) {
		t.Errorf("the environment of a hook is %q (%v), want %q in it", hook.Env, err, want)
	}

	server.Command, server.Model = nil, "async"
	program, err = OfServer(server, t.TempDir())
	if err != nil || !slices.Contains(program.Argv, "192.0.2.7:1") {
		t.Errorf("the model is called as %q (%v)", program.Argv, err)
	}
}

// A model is this program itself.
func TestModelIsOurProgram(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	server := spec.Server{
		Name:    "a",
		Model:   "async",
		Address: "127.0.0.1:1",
		CPUs:    cpuset.Of(1),
	}
	got, err := OfServer(server, t.TempDir())
	want := []string{"labbook", "serve", "async", "--address", "127.0.0.1:1"}
	if err != nil || got.Path != self || !slices.Equal(got.Argv[:len(want)], want) ||
		!slices.Equal(got.CPUs, server.CPUs) {
		t.Errorf("%+v, %v; want %v of %s", got, err, want, self)
	}
}

// All programs that cannot be found are refused before anything starts, with a hint.
func TestMissingProgram(t *testing.T) {
	e := &spec.Experiment{Servers: []spec.Server{
		{Name: "running", URL: "http://127.0.0.1:1"},
		{Name: "a", Command: []string{"./missing"}},
		{Name: "b", Model: "async", Hooks: spec.Hooks{AfterTrial: []string{"./none"}}},
		{Name: "c", Model: "async", Hooks: spec.Hooks{Build: []string{"./none"}}},
	}}
	test := func(err error, want ...string) {
		t.Helper()
		code, hint := failure.CodeAndHint(err)
		if code != failure.ExitMachine || hint == "" {
			t.Fatalf("%v, code %d, hint %q; want code %d and a hint",
				err, code, hint, failure.ExitMachine)
		}
		lines := strings.Split(err.Error(), "\n")
		if !slices.EqualFunc(lines, want, strings.HasPrefix) {
			t.Errorf("%q, want lines that begin with %q", lines, want)
		}
	}
	test(Find(e.Started(), t.TempDir()), `server "a": finding its command: exec: "./missing": `,
		`server "b": finding its after_trial: `, `server "c": finding its build: `)

	t.Setenv("PATH", "")
	for program, want := range map[string]string{
		"cc":    "apt-get install gcc",
		"other": "install it",
	} {
		_, err := OfHook(spec.Server{Hooks: spec.Hooks{Build: []string{program}}}, "build", "")
		if _, hint := failure.CodeAndHint(err); !strings.Contains(hint, want) {
			t.Errorf("without %s: %q, want %q", program, hint, want)
		}
	}

	e.Servers[1].Hooks.Build = []string{"./missing"}
	test(FindBuilds(e.Started(), t.TempDir()), `server "a": finding its build: `,
		`server "c": finding its build: `)
}
