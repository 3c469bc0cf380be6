package git

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
)

// repository is a git repository with two commits; the first one is tagged "first".
func repository(t *testing.T) (folder string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil && os.Getenv("CI") != "true" {
		t.Skip("git is not installed")
	}
	folder = t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	run(t, folder, "init", "--quiet", "--initial-branch=trunk")
	run(t, folder, "config", "user.name", "a")
	run(t, folder, "config", "user.email", "a@b")
	run(t, folder, "commit", "--quiet", "--allow-empty", "--message=one")
	run(t, folder, "tag", "--annotate", "--message=x", "first")
	run(t, folder, "commit", "--quiet", "--allow-empty", "--message=two")
	return folder
}

func run(t *testing.T, folder string, args ...string) string {
	t.Helper()
	out, err := Line(t.Context(), folder, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCommit(t *testing.T) {
	folder := repository(t)
	head := run(t, folder, "rev-parse", "HEAD")
	first := run(t, folder, "rev-parse", "HEAD~1")
	for rev, want := range map[string]string{
		"HEAD":          head,
		"trunk":         head,
		head[:7]:        head,
		"first":         first, // the tag's commit, not the tag
		"HEAD^{/one}":   first,
		"HEAD@{0}":      head,
		"trunk~1^{}":    first,
		"first^{}":      first,
		"refs/tags/x":   "",
		"nothing":       "",
		"--all":         "",
		"trunk..first":  "",
		"HEAD^{tree}":   "",
		"@{upstream}":   "",
		"two words":     "",
		"HEAD:":         "",
		"":              "",
		"1234567":       "",
		"HEAD~9":        "",
		"trunk\nfirst":  "",
		"--git-dir":     "",
		"-h":            "",
		"HEAD --symref": "",
	} {
		got, err := Commit(t.Context(), folder, rev)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Commit(%q) = %q, %v; want %q", rev, got, err, want)
		}
		if code, hint := failure.CodeAndHint(err); err != nil &&
			(code != failure.ExitUsage || hint == "") {
			t.Errorf("Commit(%q): exit code %d, hint %q; want a hint and 2", rev, code, hint)
		}
	}
}

// The error says why a commit is not here, as far as the repository knows it.
func TestCommitThatIsNotHere(t *testing.T) {
	origin := repository(t)
	run(t, origin, "branch", "other")
	first := run(t, origin, "rev-parse", "first^{commit}")
	shallow := filepath.Join(t.TempDir(), "shallow")
	run(t, origin, "clone", "--quiet", "--depth=1", "--no-single-branch",
		"--no-tags", "file://"+origin, shallow)
	empty := t.TempDir()
	run(t, empty, "init", "--quiet")

	for _, test := range []struct{ name, folder, rev, err, hint string }{
		{"of the server", shallow, "other", `"other" names no commit`, "name it origin/other"},
		{"a hash", shallow, first, "names no commit", "git fetch --depth=1 origin " + first},
		{"an old one", shallow, "HEAD~1", "names no commit", "git fetch --unshallow"},
		{"unknown", origin, "nothing", `"nothing" names no commit`, "git log --oneline --all"},
		{"without commits", empty, "HEAD", "HEAD has none yet", "commit first"},
		{"no repository", t.TempDir(), "HEAD", "is in no git repository", "go into the repository"},
	} {
		_, err := Commit(t.Context(), test.folder, test.rev)
		_, hint := failure.CodeAndHint(err)
		if err == nil || !strings.Contains(err.Error(), test.err) ||
			!strings.Contains(hint, test.hint) {
			t.Errorf("%s: %v, hint %q; want %q, hint %q", test.name, err, hint, test.err, test.hint)
		}
	}
}

// A hook's environment names the repository of the hook. Ours is that of the folder.
func TestOutputInAHook(t *testing.T) {
	folder, other := repository(t), repository(t)
	run(t, other, "commit", "--quiet", "--allow-empty", "--message=three")
	want := run(t, folder, "rev-parse", "HEAD")
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	t.Setenv("GIT_WORK_TREE", other)
	t.Setenv("GIT_INDEX_FILE", filepath.Join(other, ".git", "index"))
	if got := run(t, folder, "rev-parse", "HEAD"); got != want {
		t.Errorf("HEAD = %s, want that of the folder, %s", got, want)
	}
}

func TestOutputFails(t *testing.T) {
	folder := repository(t)
	_, err := Output(t.Context(), folder, "-c", "core.pager=cat", "cat-file", "blob", "nothing")
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Command != "cat-file" || !strings.Contains(failed.Message, "nothing") {
		t.Errorf("error = %v, want git's own words", err)
	}

	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	cancel(stopped)
	if _, err := Output(ctx, folder, "status"); !errors.Is(err, stopped) {
		t.Errorf("error = %v after the context ended, want its cause", err)
	}

	t.Setenv("PATH", "")
	if _, err := Output(t.Context(), folder, "status"); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("error = %v without git, want %v", err, ErrNotInstalled)
	}
	if code, _ := failure.CodeAndHint(Usable(t.Context(), folder)); code != failure.ExitMachine {
		t.Errorf("exit code %d without git, want %d", code, failure.ExitMachine)
	}
}
