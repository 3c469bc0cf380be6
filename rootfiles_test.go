package main

import (
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/packages"
)

// rootFiles are the files of package main, with the files that each may use. The arrows go one way:
// a file may use what stands below it, never what stands above.
var rootFiles = map[string][]string{
	"main.go":     {"check.go", "commands.go", "trial.go", "prepare.go"},
	"check.go":    {"trial.go", "prepare.go", "servers.go"},
	"trial.go":    {"prepare.go", "servers.go", "ab.go"},
	"prepare.go":  {"servers.go", "ab.go"},
	"commands.go": {"prepare.go"},
	"ab.go":       {"servers.go"},
	"servers.go":  {},
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
