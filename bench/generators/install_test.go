//go:build linux

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A peer that cannot be installed is left out with its client's reason. The others stay, in order.
func TestInstall(t *testing.T) {
	do := func(script string) func(string) []string {
		return func(folder string) []string { return []string{"sh", "-c", script, "sh", folder} }
	}
	folder := t.TempDir()
	var out, progress strings.Builder
	found := install(t.Context(), folder, []generator{
		{name: "labbook"},
		{name: "first", install: do(`echo first >"$1/first"`)},
		{name: "refused", install: do("echo 'module not found' >&2; exit 7")},
		{name: "second", install: do(`test -s "$1/first"`)},
	}, &out, &progress)

	if want := []string{"labbook", "first", "second"}; !slices.Equal(names(found), want) {
		t.Errorf("install kept %v, want %v", names(found), want)
	}
	want := "refused is left out, because it cannot be installed: " +
		"sh: exit status 7: module not found\n"
	if out.String() != want {
		t.Errorf("install wrote %q, want %q", out.String(), want)
	}
	if !strings.Contains(progress.String(), "installing first: sh -c ") {
		t.Errorf("progress is %q, want what is installed", progress.String())
	}
}

// Every installation goes into the folder of the benchmark and has a pinned version.
func TestInstallations(t *testing.T) {
	for _, g := range modules {
		line := strings.Join(g.install("F"), " ")
		name, version, found := strings.Cut(line, "@")
		if !found || !strings.Contains(name, g.name) || strings.Count(version, ".") != 2 {
			t.Errorf("%s: %q, want its name and a pinned version", g.name, line)
		}
		if !strings.Contains(line, "GOBIN=F/modules ") &&
			!strings.Contains(line, "--prefix F/modules ") {
			t.Errorf("%s: %q, want the folder F/modules", g.name, line)
		}
	}
}

func TestTail(t *testing.T) {
	if found := tail(errors.New("go:\n\tno such  module")); found != "go: no such module" {
		t.Errorf("tail = %q", found)
	}
	long := fmt.Errorf("%s the reason", strings.Repeat("é", 1000))
	found := tail(long)
	if !strings.HasPrefix(found, "… é") || !strings.HasSuffix(found, "é the reason") ||
		len(found) > 410 {
		t.Errorf("tail = %q, want the reason and the 400 bytes before it", found)
	}
}
