package main

import (
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// imports lists which of our packages each package may import, tests aside. docs/architecture.md
// draws it: data flows one way, spec → plan → (servers, ab) → record → stats → findings, chart →
// report.
var imports = map[string][]string{
	"bench/generators": {"bench/rig"},
	"bench/page":       {},
	"bench/rig":        {"internal/abtext", "internal/process"},
	"bench/servers": {
		"bench/rig",
		"internal/bias",
		"internal/machine",
		"internal/stats",
	},
	"bench/servers/nethttp": {},
	"bench/start":           {"bench/rig", "internal/process", "internal/record"},
	"bench/start/empty":     {},
	"bench/start/lean":      {"internal/load", "internal/servermodel"},
	"bench/verdicts": {
		"internal/abtext",
		"internal/compare",
		"internal/plan",
		"internal/poll",
		"internal/record",
		"internal/spec",
		"internal/stats",
	},

	"action": {}, // tests alone
	"docs":   {},

	"internal/bias": {"internal/spec"},
	"internal/checkout": {
		"internal/failure",
		"internal/git",
		"internal/lock",
		"internal/process",
		"internal/record",
		"internal/spec",
	},
	"internal/compare": {"internal/plan", "internal/record", "internal/spec", "internal/stats"},
	"internal/contrast": {
		"internal/compare",
		"internal/failure",
		"internal/gate",
		"internal/locale",
		"internal/side",
		"internal/spec",
		"internal/stats",
		"internal/terminal",
		"report",
	},
	"internal/cpuset":  {},
	"internal/failure": {},
	"internal/git":     {"internal/failure"},
	"internal/lock":    {"internal/failure"},
	"internal/locale":  {},
	"internal/imported": {
		"internal/abtext",
		"internal/failure",
		"internal/plan",
		"internal/record",
		"internal/spec",
	},
	"internal/variable":    {},
	"internal/spec":        {"internal/cpuset", "internal/locale", "internal/variable"},
	"internal/plan":        {"internal/spec"},
	"internal/poll":        {},
	"internal/servermodel": {"internal/poll"},
	"internal/abtext":      {},
	"internal/load":        {"internal/abtext", "internal/poll", "internal/variable"},
	"internal/record": {
		"internal/abtext",
		"internal/bias",
		"internal/failure",
		"internal/lock",
		"internal/plan",
		"internal/spec",
	},
	"internal/probe": {
		"internal/load",
		"internal/record",
		"internal/spec",
		"internal/variable",
	},
	"internal/machine": {
		"internal/cpuset",
		"internal/failure",
		"internal/git",
		"internal/lock",
		"internal/poll",
		"internal/process",
		"internal/record",
	},
	"internal/process": {"internal/cpuset", "internal/failure", "internal/record"},
	"internal/rebuild": {"internal/machine", "internal/process", "internal/spec"},
	"internal/hook": {
		"internal/command",
		"internal/failure",
		"internal/process",
		"internal/record",
		"internal/spec",
	},
	"internal/command": {
		"internal/failure",
		"internal/process",
		"internal/record",
		"internal/spec",
	},
	"internal/startup": {
		"internal/hook",
		"internal/probe",
		"internal/process",
		"internal/record",
		"internal/spec",
	},
	"internal/generator": {
		"internal/failure",
		"internal/machine",
		"internal/plan",
		"internal/process",
		"internal/record",
		"internal/spec",
	},
	"internal/stats": {
		"internal/bias",
		"internal/cpuset",
		"internal/plan",
		"internal/record",
		"internal/spec",
	},
	"internal/side":   {"internal/compare", "internal/failure", "internal/git", "internal/record"},
	"internal/sizing": {"internal/plan", "internal/record", "internal/spec"},
	"internal/streak": {"internal/plan", "internal/record"},
	"internal/pause":  {"internal/plan"},
	"internal/findings": {
		"internal/bias",
		"internal/compare",
		"internal/locale",
		"internal/plan",
		"internal/printable",
		"internal/record",
		"internal/spec",
		"internal/stats",
	},
	"internal/gate": {
		"internal/export",
		"internal/failure",
		"internal/findings",
		"internal/git",
		"internal/locale",
		"internal/printable",
		"internal/record",
		"internal/stats",
		"report",
	},
	// Only tests import golden and labtest.
	"internal/golden": {},
	"internal/labtest": {
		"docs",
		"internal/abtext",
		"internal/bias",
		"internal/plan",
		"internal/record",
		"internal/spec",
	},
	"internal/terminal": {
		"internal/compare",
		"internal/cpuset",
		"internal/findings",
		"internal/locale",
		"internal/plan",
		"internal/printable",
		"internal/record",
		"internal/sizing",
		"internal/spec",
		"internal/stats",
	},
	"internal/notes":     {"internal/plan", "internal/spec"},
	"internal/printable": {},
	"internal/export": {
		"internal/compare",
		"internal/findings",
		"internal/locale",
		"internal/plan",
		"internal/printable",
		"internal/record",
		"internal/spec",
		"internal/stats",
	},
	"internal/chart": {
		"internal/compare",
		"internal/locale",
		"internal/plan",
		"internal/spec",
		"internal/stats",
	},
	"report": {
		"internal/compare",
		"internal/cpuset",
		"internal/chart",
		"internal/export",
		"internal/findings",
		"internal/notes",
		"internal/plan",
		"internal/printable",
		"internal/record",
		"internal/spec",
		"internal/stats",
		"internal/locale",
	},
}

func TestImportTable(t *testing.T) {
	const format = `{{.ImportPath}} {{join .Imports " "}}`
	list, err := exec.Command("go", "list", "-f", format, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}

	for line := range strings.Lines(string(list)) {
		fields := strings.Fields(line)
		name, ok := strings.CutPrefix(fields[0], "labbook/")
		if !ok {
			continue // package main may import everything
		}
		allowed, ok := imports[name]
		if !ok {
			t.Errorf("%s has no row in the import table", name)
		}
		for _, path := range fields[1:] {
			ours, ok := strings.CutPrefix(path, "labbook/")
			if ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s; allowed: %v", name, ours, allowed)
			}
			for _, drawing := range []string{"gonum.org/v1/plot", "codeberg.org/go-pdf/fpdf"} {
				if strings.HasPrefix(path, drawing) && name != "internal/chart" {
					t.Errorf("%s imports %s: only internal/chart may", name, path)
				}
			}
		}
	}
}

// TestArchitecturePage holds the page for newcomers to the packages that exist.
func TestArchitecturePage(t *testing.T) {
	page, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range imports {
		if strings.HasPrefix(name, "bench/") { // they share a row
			continue
		}
		if !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("docs/architecture.md has no row for %s", name)
		}
	}
}

// rootFiles are the files of package main, with the files that each may use. The arrows go one way:
// a file may use what stands below it, never what stands above.
var rootFiles = map[string][]string{
	"main.go":     {"check.go", "commands.go", "trial.go", "prepare.go"},
	"check.go":    {"trial.go", "prepare.go", "servers.go"},
	"trial.go":    {"prepare.go", "servers.go", "ab.go"},
	"prepare.go":  {"servers.go", "ab.go"},
	"commands.go": {"prepare.go"},
	"servers.go":  {},
	"ab.go":       {},
}

// The root has exactly these files, so that a newcomer knows where to begin, and no file refers to
// anything in a file that it may not use: not to a function or a type, nor to a method or a field.
func TestRootFiles(t *testing.T) {
	root := loadRoot(t)
	var found []string
	for _, path := range root.GoFiles {
		found = append(found, filepath.Base(path))
	}
	want := slices.Sorted(maps.Keys(rootFiles))
	if slices.Sort(found); !slices.Equal(found, want) {
		t.Fatalf("the root has the files %v; allowed: %v", found, want)
	}

	fileOf := func(pos token.Pos) string { return filepath.Base(root.Fset.Position(pos).Filename) }
	for identifier, object := range root.TypesInfo.Uses {
		if object.Pkg() != root.Types {
			continue
		}
		from, to := fileOf(identifier.Pos()), fileOf(object.Pos())
		if from != to && !slices.Contains(rootFiles[from], to) {
			place := root.Fset.Position(identifier.Pos())
			t.Errorf("%s:%d uses %s of %s; %s may use %v",
				from, place.Line, object.Name(), to, from, rootFiles[from])
		}
	}
}

// loadRoot type-checks package main without its tests.
func loadRoot(t *testing.T) *packages.Package {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		t.Fatalf("loading package main: %d packages, %v", len(loaded), loaded[0].Errors)
	}
	return loaded[0]
}
