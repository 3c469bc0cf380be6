package spec

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden and generated files")

// Each testdata/refused/NAME.toml is refused with exactly the problems in NAME.txt.
func TestRefused(t *testing.T) {
	paths, err := filepath.Glob("testdata/refused/*.toml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no specs to refuse: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".toml"), func(t *testing.T) {
			_, err := Read(path)
			if _, ok := errors.AsType[Problems](err); !ok {
				t.Fatalf("Read gives %v, want Problems", err)
			}
			compareGolden(t, strings.TrimSuffix(path, ".toml")+".txt", err.Error()+"\n")
		})
	}
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if wanted := strings.ReplaceAll(string(want), "\r\n", "\n"); got != wanted {
		t.Errorf("got\n%s\nwant\n%s", got, wanted)
	}
}
