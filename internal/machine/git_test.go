package machine

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"labbook.example/labbook/internal/git"
)

// repository is a git repository with one commit, which holds experiment.toml and other.
func repository(t *testing.T) (folder string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil && os.Getenv("CI") != "true" {
		t.Skip("git is not installed")
	}
	folder = t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	write(t, filepath.Join(folder, "experiment.toml"))
	write(t, filepath.Join(folder, "other"))
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"add", "."},
		{"-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=one"},
	} {
		if _, err := git.Line(t.Context(), folder, args...); err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
	}
	return folder
}

// write adds a line to a file.
func write(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("a line\n"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// Whatever the output folder holds, the source is clean; any other change makes it dirty.
func TestSource(t *testing.T) {
	folder := repository(t)
	output := filepath.Join(folder, "output")
	test := func(after string, dirty bool) {
		t.Helper()
		s := Source(t.Context(), folder, output, filepath.Join(folder, "elsewhere"))
		if s == nil || len(s.Commit) != 40 || s.Dirty != dirty {
			t.Errorf("after %s: source %+v, want a commit, dirty: %v", after, s, dirty)
		}
	}
	test("the commit", false)

	if err := os.Mkdir(output, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(output, "report.md"))
	test("a change in the output folder", false)

	if err := os.Mkdir(filepath.Join(folder, "elsewhere"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "elsewhere", "report.md"))
	test("a change in the other one", false)

	write(t, filepath.Join(folder, "other"))
	test("a change elsewhere", true)
}

func TestSourceOutsideOfARepository(t *testing.T) {
	folder := t.TempDir()
	if s := Source(context.Background(), folder, filepath.Join(folder, "output")); s != nil {
		t.Errorf("source = %+v outside of a repository, want nil", s)
	}
}
