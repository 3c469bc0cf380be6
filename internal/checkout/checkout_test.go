package checkout

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/spec"
)

// TestMain makes the test binary the guard of git, when it is started as one.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// repo is a repository of two commits, with a spec in its folder "bench": at the first, the server
// prints "old", at the second, "new".
type repo struct {
	t           *testing.T
	top         string
	first, head string
	temporary   string // the system's folder for temporary files
}

const specText = `[[server]]
name = "app"
command = ["../app"]
address = "127.0.0.1:1"
`

func newRepo(t *testing.T) *repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil && os.Getenv("CI") != "true" {
		t.Skip("git is not installed")
	}
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		t.Setenv(name, os.DevNull)
	}
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &repo{t: t, top: top, temporary: t.TempDir()}
	t.Setenv("TMPDIR", r.temporary)
	r.git("init", "--quiet", "--initial-branch=main")
	r.git("config", "user.name", "a")
	r.git("config", "user.email", "a@b")
	r.write("app", "old")
	r.first = r.commit()
	r.write("app", "new")
	r.write("bench/experiment.toml", specText)
	r.write(".gitignore", "ignored/\nnode_modules/\n")
	r.head = r.commit()
	return r
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	out, err := git.Line(r.t.Context(), r.top, args...)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r *repo) commit() (hash string) {
	r.t.Helper()
	r.git("add", ".")
	r.git("commit", "--quiet", "--message=x")
	return r.git("rev-parse", "HEAD")
}

func (r *repo) path(name string) string { return filepath.Join(r.top, filepath.FromSlash(name)) }

func (r *repo) write(name, text string) {
	r.t.Helper()
	path := r.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		r.t.Fatal(err)
	}
}

// find finds the older version of the spec's server, as change asks for it.
func (r *repo) find(change func(*Request)) (*Older, *spec.Experiment, error) {
	r.t.Helper()
	e, err := spec.Read(r.path("bench/experiment.toml"))
	if err != nil {
		r.t.Fatal(err)
	}
	request := Request{Spec: r.path("bench/experiment.toml"), Rev: r.first}
	change(&request)
	o, err := Find(r.t.Context(), e, request)
	return o, e, err
}

// made finds the older version and checks it out.
func (r *repo) made() (*Older, *spec.Experiment) {
	r.t.Helper()
	o, e, err := r.find(func(*Request) {})
	if err == nil {
		err = o.ApplyTo(e)
	}
	if err == nil {
		err = o.Make(r.t.Context(), e, io.Discard)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { o.Remove(io.Discard) })
	return o, e
}

// state returns all of the repository that a checkout could leave a trace in: every file of .git
// but the objects, the working tree's status, and the worktrees.
func (r *repo) state() map[string]string {
	r.t.Helper()
	state := map[string]string{
		"status":    r.git("status", "--porcelain", "--ignored"),
		"worktrees": r.git("worktree", "list", "--porcelain"),
	}
	err := filepath.WalkDir(r.path(".git"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		state[path] = string(data)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return state
}

// nothingLeft checks that the repository is as it was, and that no temporary file is left.
func (r *repo) nothingLeft(before map[string]string) {
	r.t.Helper()
	if diff := cmp.Diff(before, r.state()); diff != "" {
		r.t.Errorf("the repository has changed (-before +after):\n%s", diff)
	}
	if left, err := os.ReadDir(r.temporary); err != nil || len(left) > 0 {
		r.t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

// The older version runs in a folder that has its commit, the present one in that of the spec. The
// commit need not have the spec's folder. Afterwards, the repository is as it was, byte for byte.
func TestMakeAndRemove(t *testing.T) {
	r := newRepo(t)
	before := r.state()
	o, e := r.made()
	if o.Commit != r.first || o.Server != "app" || o.Older() != "app @ "+r.first[:7] {
		t.Errorf("the older version is %q at %s of %q", o.Older(), o.Commit, o.Server)
	}
	older, now := e.Servers[0], e.Servers[1]
	if older.Name != o.Older() || now.Name != "app" || now.Folder != "" {
		t.Errorf("servers %q in %q, %q in %q", older.Name, older.Folder, now.Name, now.Folder)
	}
	text, err := os.ReadFile(filepath.Join(older.Folder, "..", "app"))
	if err != nil || string(text) != "old" {
		t.Errorf("the older server is %q, %v; want old", text, err)
	}
	if info, err := os.Stat(o.folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v; want one for this user alone", info.Mode(), err)
	}

	o.Remove(io.Discard)
	o.Remove(io.Discard) // once more does nothing
	r.nothingLeft(before)
}

// An ordinary run has no older version.
func TestWithoutAnOlderVersion(t *testing.T) {
	var o *Older
	e := &spec.Experiment{}
	if err := errors.Join(o.ApplyTo(e), o.Make(t.Context(), e, nil)); err != nil {
		t.Error(err)
	}
	o.NoteMissing(nil)
	o.Remove(nil)
	if o.Recorded() != nil {
		t.Error("it is recorded")
	}
}

// No hook of the repository runs, and the variables that a hook has lead nowhere else.
func TestInsideOfAHook(t *testing.T) {
	r := newRepo(t)
	r.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch "+r.path("ignored-by-nobody")+"\n")
	before := r.state()
	t.Setenv("GIT_DIR", r.path("no-such-folder"))
	t.Setenv("GIT_INDEX_FILE", r.path(".git/index"))
	o, _ := r.made()
	o.Remove(io.Discard)
	r.nothingLeft(before)
}

// What a build leaves that may not be written is removed.
func TestRemoveFoldersThatMayNotBeWritten(t *testing.T) {
	r := newRepo(t)
	before := r.state()
	o, _ := r.made()
	deep := filepath.Join(o.folder, "mod", "cache")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(deep, "file"), nil, 0o444); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{deep, filepath.Dir(deep)} {
		if err := os.Chmod(folder, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	o.Remove(io.Discard)
	r.nothingLeft(before)
}

// A run that was killed leaves its checkout behind, in whichever state. The next one removes it,
// and says so; it touches neither that of a run that goes on nor a worktree of the user's.
func TestLeftovers(t *testing.T) {
	r := newRepo(t)
	mine := filepath.Join(t.TempDir(), "labbook-against-mine")
	gone := filepath.Join(t.TempDir(), "gone")
	named := filepath.Join(t.TempDir(), "labbook-against-0123456789abcdef")
	for _, path := range []string{mine, gone, named} {
		r.git("worktree", "add", "--quiet", "--detach", path, r.first)
	}
	if err := os.RemoveAll(gone); err != nil { // git keeps it until it is pruned
		t.Fatal(err)
	}
	before := r.state()

	running, _ := r.made()
	var want []string
	killed := func(change func(folder string)) {
		t.Helper()
		o, _ := r.made()
		o.lock.Release() // as the system does when a process ends
		change(o.folder)
		want = append(want, "removed "+o.folder+", which an earlier run left when it was killed")
	}
	remove := func(path string) {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
	killed(func(string) {}) // the next one removes it
	killed(func(folder string) { remove(filepath.Join(folder, ".git")) })
	killed(func(folder string) { remove(folder) })
	killed(func(folder string) { remove(folder); remove(folder + lockSuffix) })
	killed(func(folder string) { r.git("worktree", "lock", "--reason=initializing", folder) })
	killed(func(folder string) { r.git("worktree", "remove", "--force", folder) })

	o, e, err := r.find(func(*Request) {})
	if err != nil {
		t.Fatal(err)
	}
	var messages bytes.Buffer
	if err := o.Make(t.Context(), e, &messages); err != nil {
		t.Fatal(err)
	}
	if last := want[len(want)-1]; !strings.Contains(messages.String(), last) {
		t.Errorf("messages %q, want %q", messages.String(), last)
	}
	o.Remove(io.Discard)
	if _, err := os.Stat(filepath.Join(running.folder, "app")); err != nil {
		t.Errorf("the checkout of a run that goes on: %v", err)
	}
	running.Remove(io.Discard)
	r.nothingLeft(before)
}

// A run that is interrupted while git checks out ends at once, with all that git has started.
func TestInterruptedCheckout(t *testing.T) {
	r := newRepo(t)
	started := filepath.Join(t.TempDir(), "started") // a pipe: its reader waits
	if err := exec.Command("mkfifo", started).Run(); err != nil {
		t.Skip("no named pipes here:", err)
	}
	r.write(".gitattributes", "app filter=slow\n")
	r.commit()
	r.git("config", "filter.slow.smudge", "echo >'"+started+"'; sleep 1000")
	r.git("config", "filter.slow.clean", "cat")
	before := r.state()
	o, e, err := r.find(func(request *Request) { request.Rev = "HEAD" })
	if err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("interrupted")
	go func() { // ends when the filter has started
		_, _ = os.ReadFile(started)
		cancel(cause)
	}()
	if err := o.Make(ctx, e, io.Discard); !errors.Is(err, cause) {
		t.Errorf("%v, want %v", err, cause)
	}
	o.Remove(io.Discard)
	r.nothingLeft(before)
}

// A checkout that fails says why, in the words of git.
func TestFailedCheckout(t *testing.T) {
	r := newRepo(t)
	r.write(".gitattributes", "app filter=broken\n")
	r.commit()
	r.git("config", "filter.broken.smudge", "echo no such object >&2; exit 1")
	r.git("config", "filter.broken.clean", "cat")
	r.git("config", "filter.broken.required", "true")
	before := r.state()
	o, e, err := r.find(func(request *Request) { request.Rev = "HEAD" })
	if err != nil {
		t.Fatal(err)
	}
	err = o.Make(t.Context(), e, io.Discard)
	code, _ := failure.CodeAndHint(err)
	if code != failure.ExitMachine || !strings.Contains(err.Error(), "no such object") {
		t.Errorf("%v, code %d; want the words of the filter", err, code)
	}
	o.Remove(io.Discard)
	r.nothingLeft(before)
}

// At a commit at which the spec's folder leads elsewhere, nothing is built there.
func TestFolderThatLeadsElsewhere(t *testing.T) {
	r := newRepo(t)
	elsewhere := t.TempDir()
	if err := os.RemoveAll(r.path("bench")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, r.path("bench")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	linked := r.commit()
	r.git("revert", "--no-edit", "HEAD")
	before := r.state()
	o, e, err := r.find(func(request *Request) { request.Rev = linked })
	if err != nil {
		t.Fatal(err)
	}
	err = o.Make(t.Context(), e, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "bench is a symbolic link that leads out") {
		t.Errorf("%v, want that bench leads out of the repository", err)
	}
	o.Remove(io.Discard)
	r.nothingLeft(before)
}

// What git does not have is missing at the older commit, wherever above the spec it lies.
func TestNoteMissing(t *testing.T) {
	r := newRepo(t)
	r.write("node_modules/x/index.js", "")
	r.write("bench/.env", "A=b")
	o, _ := r.made()
	var messages bytes.Buffer
	o.NoteMissing(&messages)
	want := `note: "` + o.Older() + `" has no bench/.env, because git does not have it: if the ` +
		"server needs it, let build make it (cp of a file that git has)\n" +
		`note: "` + o.Older() + `" has no node_modules, because git does not have it: if the ` +
		"server needs it, let build make it (npm ci)\n"
	if diff := cmp.Diff(want, messages.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	for _, name := range []string{"node_modules", "bench/.env"} { // as a build does
		if err := os.MkdirAll(filepath.Join(o.folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	messages.Reset()
	if o.NoteMissing(&messages); messages.Len() > 0 {
		t.Errorf("after a build that makes them: %q", messages.String())
	}
}
