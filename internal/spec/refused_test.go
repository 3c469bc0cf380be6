package spec

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/golden"
)

// Each testdata/refused/NAME.toml is refused with exactly the problems in NAME.txt.
func TestRefused(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	t.Setenv("LABBOOK_TEST_LINES", "s3cret\r\nX-Smuggled: yes")
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
			golden.Compare(t, strings.TrimSuffix(path, ".toml")+".txt", err.Error()+"\n")
		})
	}
}
