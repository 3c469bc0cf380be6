package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// target is a system and an architecture, as Go names them.
type target struct{ system, arch string }

func (t target) String() string { return t.system + "/" + t.arch }

var targets = []target{
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
}

// program returns the name of the executable.
func (t target) program() string {
	if t.system == "windows" {
		return "labbook.exe"
	}
	return "labbook"
}

// source is a clone of the commit to release, with the tag of the version.
type source struct {
	version   string // without a "v"
	folder    string
	work      string    // for what is made on the way
	committed time.Time // the one time in all that is made
	settings  []string  // of the go command
}

// clone makes a source. Go stamps a program with the tag of its commit; in a clone the tag can be
// set before that of the repository, so that a release can be looked at first. What Git ignores in
// the work tree is not in a clone either.
func clone(ctx context.Context, repository, work, version string) (*source, error) {
	s := &source{version: version, folder: filepath.Join(work, "labbook"), work: work}
	args := []string{"clone", "--quiet", "--no-tags", repository, s.folder}
	_, err := output(ctx, ".", nil, "git", args...)
	if err != nil {
		return nil, err
	}
	set := []string{"-c", "tag.gpgSign=false", "tag", "v" + version}
	if _, err := output(ctx, s.folder, nil, "git", set...); err != nil {
		return nil, err
	}

	stamp, err := output(ctx, s.folder, nil, "git", "log", "-1", "--format=%ct")
	if err != nil {
		return nil, err
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the commit's time: %w", err)
	}
	s.committed = time.Unix(seconds, 0).UTC()
	s.settings, err = settings(ctx, s.folder)
	return s, err
}

// settings returns variables that keep the user's settings out of what the go command makes. Those
// that only tell where modules come from stay.
func settings(ctx context.Context, folder string) ([]string, error) {
	kept := []string{"GOPROXY", "GOMODCACHE", "GOCACHE", "GOSUMDB", "GONOSUMDB", "GOPRIVATE"}
	values, err := output(ctx, folder, nil, "go", append([]string{"env"}, kept...)...)
	if err != nil {
		return nil, err
	}
	env := []string{
		"GOENV=off",
		"GOFLAGS=",
		"GOWORK=off",
		"GOEXPERIMENT=",
		"GOAMD64=",
		"GOARM64=",
		"CGO_ENABLED=0",
	}
	for i, value := range strings.Split(values, "\n") {
		env = append(env, kept[i]+"="+value)
	}
	return env, nil
}

// build builds the program for a system and returns its path. Symbol tables for debuggers are left
// out, as packages have it; errors and stack traces need none.
func (s *source) build(ctx context.Context, t target) (string, error) {
	path := filepath.Join(s.work, t.system+"-"+t.arch, t.program())
	env := append(s.settings, "GOOS="+t.system, "GOARCH="+t.arch)
	args := []string{"build", "-buildvcs=true", "-trimpath", "-ldflags=-s -w", "-o", path, "."}
	if _, err := output(ctx, s.folder, env, "go", args...); err != nil {
		return "", err
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return "", err
	}
	if want := "v" + s.version; info.Main.Version != want {
		return "", fmt.Errorf("the program says version %q, want %q", info.Main.Version, want)
	}
	return path, nil
}

// output returns what a command prints, without the last line break. Variables are added to the
// environment.
func output(
	ctx context.Context,
	folder string,
	variables []string,
	name string,
	args ...string,
) (string, error) {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = folder
	command.Env = append(os.Environ(), variables...)
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		said := strings.TrimSpace(stderr.String())
		return "", fmt.Errorf("%s %s: %w\n%s", name, args[0], err, said)
	}
	return strings.TrimSuffix(string(stdout), "\n"), nil
}
