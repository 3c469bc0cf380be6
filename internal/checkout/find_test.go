package checkout

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/spec"
)

// refused checks the error of a request that is refused.
func refused(t *testing.T, what string, err error, wantCode int, want, wantHint string) {
	t.Helper()
	code, hint := failure.CodeAndHint(err)
	if err == nil || code != wantCode || !strings.HasPrefix(err.Error(), want) ||
		!strings.Contains(hint, wantHint) {
		t.Errorf("%s: %v, code %d, hint %q; want code %d, %q and %q",
			what, err, code, hint, wantCode, want, wantHint)
	}
}

// The commit may be named in every way that git knows.
func TestFindCommit(t *testing.T) {
	r := newRepo(t)
	r.git("tag", "--annotate", "--message=x", "v1", r.first)
	for rev, want := range map[string]string{
		"HEAD":      r.head,
		"main":      r.head,
		"HEAD~1":    r.first,
		"v1":        r.first,
		r.first[:8]: r.first,
	} {
		o, _, err := r.find(func(request *Request) { request.Rev = rev })
		if err != nil || o.Commit != want || o.Rev != rev || o.IsHead() != (want == r.head) {
			t.Errorf("%s: %+v, %v; want commit %s", rev, o, err, want)
		}
	}
}

func TestRefusedCommits(t *testing.T) {
	r := newRepo(t)
	test := func(rev, want, hint string) {
		t.Helper()
		_, _, err := r.find(func(request *Request) { request.Rev = rev })
		refused(t, rev, err, failure.ExitUsage, want, hint)
	}
	test("", "--against: found no revision", `such as "HEAD"`)
	test("nothing", `--against: "nothing" names no commit of this repository`, "git fetch")
	test("HEAD:app", `--against: "HEAD:app" names no commit`, "git log")
	test("--all", `--against: "--all" names no commit`, "git log")

	// A shallow clone lacks what was there before.
	shallow := *r
	shallow.top = filepath.Join(t.TempDir(), "clone")
	if out, err := exec.Command("git", "clone", "--quiet", "--depth=1", "file://"+r.top,
		shallow.top).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, _, err := shallow.find(func(*Request) {})
	refused(t, "a shallow clone", err, failure.ExitUsage,
		`--against: "`+r.first+`" names no commit`, "this clone is shallow, "+
			"without the older commits: git fetch --depth=1 origin "+r.first)
}

func TestRefusedFolders(t *testing.T) {
	r := newRepo(t)
	e, err := spec.Parse("experiment.toml", specText)
	if err != nil {
		t.Fatal(err)
	}
	outside := t.TempDir()
	_, err = Find(t.Context(), e, Request{Spec: filepath.Join(outside, "x.toml"), Rev: "HEAD"})
	refused(t, "no repository", err, failure.ExitUsage,
		"--against: "+outside+" is in no git repository", "put the spec into that of its server")
	_, err = Find(t.Context(), e, Request{Spec: r.path(".git/x.toml"), Rev: "HEAD"})
	refused(t, "no working tree", err, failure.ExitMachine,
		"--against: git rev-parse: fatal: this operation must be run in a work tree",
		"has to have a working tree")

	t.Setenv("PATH", "")
	_, err = Find(t.Context(), e, Request{Spec: r.path("x.toml"), Rev: "HEAD"})
	refused(t, "no git", err, failure.ExitMachine, "--against: git is not installed", "install git")
}

// Which server it is must be clear.
func TestRefusedServer(t *testing.T) {
	r := newRepo(t)
	_, _, err := r.find(func(request *Request) { request.Server = "other" })
	refused(t, "an unknown server", err, failure.ExitUsage,
		`experiment.toml: --against: found --server "other"`, "nothing was measured")
}

// The present version must be a commit, or the user must say that it need not. What runs leave
// behind, results, and the spec with its files do not count.
func TestChanges(t *testing.T) {
	r := newRepo(t)
	r.write("bench/experiment.toml", "notes_file = \"notes.md\"\n"+specText)
	r.write("bench/notes.md", "first")
	r.write("bench/output/report.md", "first")
	r.write("other/report.md", "first")
	r.write("lib/two words.py", "first")
	r.commit()
	outputs := func(request *Request) {
		request.Outputs = []string{r.path("bench/output"), r.path("other")}
	}
	find := func(change func(*Request)) (notes string, err error) {
		t.Helper()
		o, _, err := r.find(func(request *Request) { outputs(request); change(request) })
		if err != nil {
			return "", err
		}
		return strings.Join(o.notes, "\n"), nil
	}
	test := func(what, want string, change func(*Request)) {
		t.Helper()
		if got, err := find(change); err != nil || got != want {
			t.Errorf("%s: notes %q, %v; want %q", what, got, err, want)
		}
	}
	nothing := func(*Request) {}
	head := func(request *Request) { request.Rev = "HEAD" }
	same := "both versions are commit " + r.git("rev-parse", "--short=7", "HEAD") +
		": what differs is the set-up or chance"

	test("a clean tree", "", nothing)
	test("the same commit", same, head)
	r.write("bench/experiment.toml", "# changed\nnotes_file = \"notes.md\"\n"+specText)
	r.write("bench/notes.md", "second")
	r.write("bench/output/report.md", "second")
	r.write("other/report.md", "second")
	r.write("ignored/file", "")
	test("results, the spec and its notes", "", nothing)
	r.write("log", "")
	r.write("bench/app.db", "")
	untracked := `only "app" has what git does not have: bench/app.db, log`
	test("what runs leave behind", untracked, nothing)

	r.write("lib/two words.py", "second")
	if err := os.Remove(r.path("app")); err != nil {
		t.Fatal(err)
	}
	_, err := find(nothing)
	refused(t, "changed files", err, failure.ExitMachine, "--against: found changes that are not "+
		"committed: app, lib/two words.py; allowed: none", "--allow-dirty")
	test("changed files that may be", untracked+
		"\n\"app\" has changes that are not committed: app, lib/two words.py",
		func(request *Request) { request.AllowDirty = true })
}

// Both versions must not run the same file. A program that PATH finds in the working tree is noted.
func TestPathsIntoTheWorkingTree(t *testing.T) {
	r := newRepo(t)
	test := func(command, build, want string) {
		t.Helper()
		r.write("bench/experiment.toml", "[[server]]\nname = \"app\"\ncommand = ["+command+
			"]\nbuild = ["+build+"]\naddress = \"127.0.0.1:1\"\n")
		_, _, err := r.find(func(*Request) {})
		if want == "" {
			if err != nil {
				t.Errorf("%s, %s: %v", command, build, err)
			}
			return
		}
		refused(t, command, err, failure.ExitUsage, `experiment.toml:1: --against: found "`+
			r.path(want)+`" in the `, "nothing was measured")
	}
	quoted := func(name string) string { return "'" + r.path(name) + "'" }
	test(quoted("app"), "'make'", "app")
	test("'python3', '--app="+r.path("bench/app.py")+"'", "'make'", "bench/app.py")
	test("'./app'", "'go', 'build', '-o', "+quoted("bench/app"), "bench/app")
	test("'/bin/sh', '../app', '-x=/etc/passwd', '=', ''", "'make', '-C', '..'", "")

	t.Setenv("PATH", r.path(".venv/bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	r.write(".gitignore", ".venv/\n")
	r.commit()
	r.write(".venv/bin/py-of-labbook", "")
	r.write("bench/experiment.toml", strings.Replace(specText, "../app", "py-of-labbook", 1))
	o, _, err := r.find(func(*Request) {})
	want := "both versions run .venv/bin/py-of-labbook of the working tree: what is installed " +
		"beside it is the same for both"
	if err != nil || len(o.notes) != 1 || o.notes[0] != want {
		t.Errorf("%v, %v; want the note %q", o, err, want)
	}
}
