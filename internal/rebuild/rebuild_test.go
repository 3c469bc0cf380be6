package rebuild

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/process"
)

// TestMain makes the test binary the guard of the go command.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func TestBuiltByGoRun(t *testing.T) {
	test := func(path string, want bool) {
		t.Helper()
		if got := builtByGoRun(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	hash := strings.Repeat("0123456789abcdef", 4)
	test("/tmp/go-build12/b001/exe/labbook", true)
	test("/home/user/.cache/go-build/01/"+hash+"-d/labbook", true)
	test("/elsewhere/01/"+hash+"-d/main", true) // GOCACHE may be any folder
	test("/tmp/go-build12/b001/labbook.test", false)
	test("/home/user/labbook/labbook", false)
	test("/home/user/labbook/exe/labbook", false)
	test("/home/user/go/bin/labbook", false)
	test("/home/user/"+hash+"/labbook", false)
	test("labbook", false)
}

// described returns what a build with cgo stamps, with more settings.
func described(settings ...debug.BuildSetting) *debug.BuildInfo {
	return &debug.BuildInfo{
		GoVersion: "go1.26",
		Path:      "labbook",
		Main:      debug.Module{Path: "labbook", Version: "(devel)"},
		Deps:      []*debug.Module{{Path: "a.org/a", Version: "v1.0.0", Sum: "h1:x"}},
		Settings: append(settings,
			debug.BuildSetting{Key: "-buildmode", Value: "exe"},
			debug.BuildSetting{Key: "-compiler", Value: "gc"},
			debug.BuildSetting{Key: "CGO_ENABLED", Value: "1"},
			debug.BuildSetting{Key: "CGO_CFLAGS", Value: "-O1"},
			debug.BuildSetting{Key: "GOOS", Value: "linux"},
		),
	}
}

func TestArguments(t *testing.T) {
	test := func(info *debug.BuildInfo, want ...string) {
		t.Helper()
		got, err := arguments(info)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("error %v; arguments (-want +got):\n%s", err, diff)
		}
	}
	const printPath = "-exec=go version"
	test(described(), "run", printPath, "-compiler=gc", "-buildvcs=false", "labbook")
	test(described(
		debug.BuildSetting{Key: "-tags", Value: "a,b"},
		debug.BuildSetting{Key: "-ldflags", Value: "-X 'main.a=b c'"},
		debug.BuildSetting{Key: "-trimpath", Value: "true"},
		debug.BuildSetting{Key: "DefaultGODEBUG", Value: "a=1"},
		debug.BuildSetting{Key: "vcs", Value: "git"},
		debug.BuildSetting{Key: "vcs.modified", Value: "true"},
	), "run", printPath, "-tags=a,b", "-ldflags=-X 'main.a=b c'", "-trimpath=true",
		"-compiler=gc", "-buildvcs=true", "labbook")

	refuse := func(info *debug.BuildInfo, want string) {
		t.Helper()
		if args, err := arguments(info); err == nil || err.Error() != want {
			t.Errorf("arguments %q, error %v, want %q", args, err, want)
		}
	}
	refuse(described(debug.BuildSetting{Key: "-race", Value: "true"}), "-race needs cgo")
	refuse(described(debug.BuildSetting{Key: "-asan", Value: "true"}), "-asan needs cgo")
	refuse(&debug.BuildInfo{Path: "command-line-arguments"},
		"go run was given files; give it the folder")
}

// Only a build that differs in nothing but cgo replaces this one.
func TestDifference(t *testing.T) {
	test := func(name string, change func(*debug.BuildInfo), want string) {
		t.Helper()
		built := described()
		built.Settings = []debug.BuildSetting{
			{Key: "-buildmode", Value: "exe"},
			{Key: "-compiler", Value: "gc"},
			{Key: "CGO_ENABLED", Value: "0"},
			{Key: "GOOS", Value: "linux"},
		}
		change(built)
		got := ""
		if err := difference(described(), built); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	test("the same", func(*debug.BuildInfo) {}, "")
	test("cgo still on", func(b *debug.BuildInfo) { *b = *described() },
		"another build still has CGO_ENABLED=1")
	test("cgo unknown", func(b *debug.BuildInfo) { b.Settings = nil },
		"another build still has CGO_ENABLED=")
	const more = "another build differs in more than cgo: found "
	test("another Go", func(b *debug.BuildInfo) { b.GoVersion = "go1.27" },
		more+`"go\tgo1.27", want "go\tgo1.26"`)
	test("another package", func(b *debug.BuildInfo) { b.Path = "labbook/bench" },
		more+`"path\tlabbook/bench", want "path\tlabbook"`)
	test("another library", func(b *debug.BuildInfo) { b.Deps[0].Version = "v1.1.0" },
		more+`"dep\ta.org/a\tv1.1.0\th1:x", want "dep\ta.org/a\tv1.0.0\th1:x"`)
	test("a vendored library, which has no sum", func(b *debug.BuildInfo) { b.Deps[0].Sum = "" },
		more+`"dep\ta.org/a\tv1.0.0\t", want "dep\ta.org/a\tv1.0.0\th1:x"`)
	test("another flag", func(b *debug.BuildInfo) {
		b.Settings = append(b.Settings, debug.BuildSetting{Key: "-tags", Value: "a"})
	}, more+`"build\t-tags=a", want ""`)
}
