//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every C file that the benchmark compiles is in the repository.
func TestSourcesOfPrograms(t *testing.T) {
	found := 0
	for _, argv := range programs("F") {
		for _, argument := range argv {
			if !strings.HasSuffix(argument, ".c") {
				continue
			}
			found++
			if _, err := os.Stat(filepath.Join("../..", argument)); err != nil {
				t.Error(err)
			}
		}
	}
	if found == 0 {
		t.Error("no program is built from C")
	}
}
