package self

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestVersionIsTheStampedOne(t *testing.T) {
	test := func(info *debug.BuildInfo, ok bool, want string) {
		t.Helper()
		if got := versionOf(info, ok); got != want {
			t.Errorf("%+v: %q, want %q", info, got, want)
		}
	}
	stamped := func(version string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}}
	}

	test(stamped("v1.0.0"), true, "v1.0.0")
	test(stamped("(devel)"), true, "(devel)")
	test(stamped(""), true, "(devel)") // of "go run" with files
	test(nil, false, "(devel)")
}

func TestRevision(t *testing.T) {
	test := func(settings []debug.BuildSetting, want string, wantModified bool) {
		t.Helper()
		got, modified := revisionOf(&debug.BuildInfo{Settings: settings}, true)
		if got != want || modified != wantModified {
			t.Errorf("%v: %q, %v; want %q, %v", settings, got, modified, want, wantModified)
		}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123"}
	modified := func(value string) debug.BuildSetting {
		return debug.BuildSetting{Key: "vcs.modified", Value: value}
	}

	test(nil, "", false)
	test([]debug.BuildSetting{{Key: "-race", Value: "true"}}, "", false)
	test([]debug.BuildSetting{revision, modified("false")}, "0123", false)
	test([]debug.BuildSetting{modified("true"), revision}, "0123", true)
	test([]debug.BuildSetting{modified("true")}, "", false)
	if got, modified := revisionOf(nil, false); got != "" || modified {
		t.Errorf("without build information: %q, %v", got, modified)
	}
}

// Where the system does not tell the executable's path, it is found by the name of the call.
func TestPathByTheNameOfTheCall(t *testing.T) {
	folder := t.TempDir()
	program := filepath.Join(folder, "labbook")
	if err := os.WriteFile(program, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
	t.Chdir(folder)
	for _, name := range []string{program, "./labbook", "labbook"} {
		got, err := calledAs(name)
		if err != nil || got != program {
			t.Errorf("%s: %q, %v; want %q", name, got, err, program)
		}
	}
	if got, err := calledAs("other"); err == nil {
		t.Errorf("a program that is not there: %q, want an error", got)
	}
}
