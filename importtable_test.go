package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestImportTable(t *testing.T) {
	const format = `{{.Module.Path}} {{.ImportPath}} {{join .Imports " "}}`
	list, err := exec.Command("go", "list", "-f", format, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}

	for line := range strings.Lines(string(list)) {
		fields := strings.Fields(line)
		module := fields[0] + "/"
		name, ok := strings.CutPrefix(fields[1], module)
		if !ok {
			continue // package main may import everything
		}
		allowed, ok := imports[name]
		if !ok {
			t.Errorf("%s has no row in the import table", name)
		}
		for _, path := range fields[2:] {
			ours, ok := strings.CutPrefix(path, module)
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
