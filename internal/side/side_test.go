package side

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// recordOf returns the lines of a record of one server, whose trials have a rate.
func recordOf(t *testing.T, rate float64) string {
	t.Helper()
	rec := labtest.World{
		Head:    "[load]\nrequests = 1000\nconcurrency = [1]\n",
		Servers: []string{"a"},
		Rounds:  2,
		Trial: func(trial plan.Trial) record.Result {
			return labtest.Reported(trial, rate)
		},
	}.Record(t)
	return lines(t, rec.Header, rec.Results)
}

func lines(t *testing.T, h record.Header, results []record.Result) string {
	t.Helper()
	var b strings.Builder
	out := json.NewEncoder(&b)
	if err := out.Encode(h); err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if err := out.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// write writes a file and the folders above it.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := git.Line(t.Context(), ".", args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// inRepository makes a repository with some files in one commit, and goes into it.
func inRepository(t *testing.T, files map[string]string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil && os.Getenv("CI") != "true" {
		t.Skip("git is not installed")
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	t.Chdir(t.TempDir())
	run(t, "init", "--quiet", "--initial-branch=main")
	run(t, "config", "user.name", "a")
	run(t, "config", "user.email", "a@b")
	for name, text := range files {
		write(t, name, text)
	}
	commit(t, "one")
}

func commit(t *testing.T, message string) {
	t.Helper()
	run(t, "add", "--all")
	run(t, "commit", "--quiet", "--message="+message)
}

// rateOf returns the rate of the first trial of the side of that name; 0 if it is refused.
func rateOf(t *testing.T, name string) float64 {
	t.Helper()
	s, err := Read(t.Context(), name)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	inCommit := strings.Contains(name, ":") && !strings.HasPrefix(name, ".")
	if inCommit != (len(s.Commit) == 40) {
		t.Errorf("%s: commit %q", name, s.Commit)
	}
	return firstRate(s)
}

func firstRate(s compare.Side) float64 {
	return s.Record.Results[0].Load.Measurement.RequestsPerSecond
}

func wantRate(t *testing.T, name string, want float64) {
	t.Helper()
	if got := rateOf(t, name); got != want {
		t.Errorf("%s has %v requests per second, want %v", name, got, want)
	}
}

func TestReadOfACommit(t *testing.T) {
	inRepository(t, map[string]string{
		"output/trials.jsonl":            recordOf(t, 100),
		"examples/x/output/trials.jsonl": recordOf(t, 200),
		"a [b]* ü/out/trials.jsonl":      recordOf(t, 300),
		"with:colon/trials.jsonl":        recordOf(t, 400),
		// What git would change on the way to a working tree, it must not change here.
		".gitattributes": "*.jsonl text eol=crlf diff=words filter=shout\n",
	})
	run(t, "config", "diff.words.textconv", "wc")
	run(t, "config", "filter.shout.smudge", "tr a-z A-Z")
	write(t, "output/trials.jsonl", recordOf(t, 101))
	top, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}

	wantRate(t, "output", 101)
	wantRate(t, "output/trials.jsonl", 101)
	for name, want := range map[string]float64{
		"HEAD:output":                               100,
		"HEAD:./output":                             100,
		"HEAD:output/":                              100,
		"HEAD:output/trials.jsonl":                  100,
		"HEAD:nothing/../output":                    100,
		"main:examples/x/output":                    200,
		"main^{}:examples/x/output":                 200,
		"HEAD@{0}:examples/x/output":                200,
		"HEAD^{/^o:*ne}:output":                     100,
		"HEAD:a [b]* ü/out":                         300,
		"HEAD:with:colon":                           400,
		"HEAD:with:colon/trials.jsonl":              400,
		"HEAD:" + top + "/output":                   100,
		run(t, "rev-parse", "HEAD")[:8] + ":output": 100,
	} {
		wantRate(t, name, want)
	}
	wantRate(t, "./with:colon", 400)

	t.Chdir("examples/x")
	wantRate(t, "HEAD:output", 200)
	wantRate(t, "HEAD:./output", 200)
	wantRate(t, "HEAD:../../output", 100)
	wantRate(t, "HEAD:../../output/trials.jsonl", 100)

	t.Chdir(os.TempDir()) // outside of the repository
	wantRate(t, "HEAD:"+top+"/output", 100)
}

// What is a folder is that folder, even if it looks like a path in a commit.
func TestReadPrefersWhatExists(t *testing.T) {
	inRepository(t, map[string]string{"output/trials.jsonl": recordOf(t, 100)})
	write(t, "HEAD:output/trials.jsonl", recordOf(t, 200))
	s, err := Read(t.Context(), "HEAD:output")
	if err != nil || s.Commit != "" || firstRate(s) != 200 {
		t.Errorf("read %+v, %v; want the folder of that name", s, err)
	}
}

// A path that is gone from the working tree is still found, and so is one behind a link.
func TestReadOfWhatIsGone(t *testing.T) {
	inRepository(t, map[string]string{"old/deep/output/trials.jsonl": recordOf(t, 100)})
	if err := os.Symlink("old/deep", "link"); err != nil {
		t.Skip(err)
	}
	run(t, "add", "link")
	run(t, "commit", "--quiet", "--message=link")
	if err := os.RemoveAll("old"); err != nil {
		t.Fatal(err)
	}
	wantRate(t, "HEAD:old/deep/output", 100)
	wantRate(t, "HEAD:link/output", 100)

	bare := filepath.Join(t.TempDir(), "bare.git")
	run(t, "clone", "--quiet", "--bare", ".", bare)
	t.Chdir(bare)
	wantRate(t, "main:old/deep/output", 100)
}

func TestReadRefuses(t *testing.T) {
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
	newer := strings.Replace(recordOf(t, 1), `"schema":1`, `"schema":99`, 1)
	imported := labtest.Worlds()["imported"].Record(t)
	header, _, _ := strings.Cut(recordOf(t, 1), "\n")
	inRepository(t, map[string]string{
		"output/trials.jsonl":     recordOf(t, 1),
		"lfs/trials.jsonl":        pointer,
		"newer/trials.jsonl":      newer,
		"imported/trials.jsonl":   lines(t, imported.Header, imported.Results),
		"cut/trials.jsonl.part":   recordOf(t, 1),
		"empty/trials.jsonl":      "",
		"none/trials.jsonl":       header + "\n",
		"other/report.md":         "x",
		"examples/output/keep.md": "x",
	})
	head := run(t, "rev-parse", "--short=7", "HEAD")

	for _, test := range []struct{ name, err, hint string }{
		{"nothing", "nothing: no such folder or file", "REV:FOLDER, such as HEAD:output"},
		{"main", "main: no such folder or file", "main:output"},
		{"other", "found no other/trials.jsonl there", "output folder of a finished run"},
		{"cut", "found a run that was interrupted", "run its experiment again to resume it"},
		{"cut/trials.jsonl.part", "found a run that was interrupted", "resume"},
		{"lfs", "found a pointer of Git LFS", "git lfs pull"},
		{"newer", "schema 99; this labbook reads 1 to 1", "the labbook that wrote it"},
		{"imported", "found a record that was imported", "measure both with labbook"},
		{"empty", "the record is empty", ""},
		{"none", "found a record without trials", "finished run"},
		{"output/trials.jsonl/x", "not a directory", ""},

		{"HEAD:other", "commit " + head + " has no other/trials.jsonl", "a folder into which"},
		{"HEAD:nothing", "commit " + head + " has no nothing", "git log --oneline -- nothing"},
		{"HEAD:cut/trials.jsonl.part", "found a run that was interrupted", "resume"},
		{"HEAD:lfs", "found a pointer of Git LFS", "git worktree add"},
		{"HEAD:newer", "schema 99; this labbook reads 1 to 1", "the labbook that wrote it"},
		{"HEAD:imported", "found a record that was imported", "measure both with labbook"},
		{"HEAD:..", "in no git repository", "labbook compare OLD NEW"},
		{"HEAD:", "found no folder after the colon", "HEAD:output"},
		{":output", "found no commit before the colon", "HEAD:output"},
		{"v9:output", `"v9" names no commit`, "git log"},
		{"--all:output", `"--all" names no commit`, "git log"},
		{"HEAD:a\nb", "found no folder after the colon", "HEAD:output"},
	} {
		_, err := Read(t.Context(), test.name)
		code, hint := failure.CodeAndHint(err)
		if err == nil || !strings.Contains(err.Error(), test.err) ||
			!strings.Contains(hint, test.hint) || code != failure.ExitUsage {
			t.Errorf("%q: %v, hint %q, code %d; want %q, hint %q, code 2",
				test.name, err, hint, code, test.err, test.hint)
		}
	}

	// Paths begin at the current folder. The hint names the one that was meant.
	t.Chdir("examples")
	_, err := Read(t.Context(), "HEAD:lfs")
	if _, hint := failure.CodeAndHint(err); !strings.Contains(hint, "name ../lfs") {
		t.Errorf("%v, hint %q; want the path from here", err, hint)
	}
	_, err = Read(t.Context(), "HEAD:output")
	if err == nil || !strings.Contains(err.Error(), "has no examples/output/trials.jsonl") {
		t.Errorf("error %v, want the path from the top", err)
	}
	t.Setenv("PATH", "")
	_, err = Read(t.Context(), "HEAD:output")
	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitMachine || hint != "install git" {
		t.Errorf("%v, code %d without git", err, code)
	}
}

// What git says of a missing path begins with that path, which may look like an object.
func TestReadOfNamesLikeObjects(t *testing.T) {
	inRepository(t, map[string]string{"output/trials.jsonl": recordOf(t, 1)})
	for _, name := range []string{"apple tree", "a blob 5"} {
		_, err := Read(t.Context(), "HEAD:"+name)
		if err == nil || !strings.HasSuffix(err.Error(), " has no "+name) {
			t.Errorf("%q: %v; want that the commit has no such path", name, err)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		name          string
		drives        bool
		rev, inCommit string
	}{
		{"HEAD:output", false, "HEAD", "output"},
		{"HEAD~2:a:b", false, "HEAD~2", "a:b"},
		{"HEAD@{10:00}:output", false, "HEAD@{10:00}", "output"},
		{"HEAD^{/fix: it}:output", false, "HEAD^{/fix: it}", "output"},
		{"}HEAD:output", false, "}HEAD", "output"},
		{"output", false, "", ""},
		{`C:\lab\output`, true, "", ""},
		{"C:/lab/output", true, "", ""},
		{"c:output", true, "", ""},
		{`HEAD:C:\lab`, true, "HEAD", `C:\lab`},
		{"v1:output", true, "v1", "output"},
		{"C:/lab/output", false, "C", "/lab/output"},
	} {
		rev, inCommit, ok := split(test.name, test.drives)
		if rev != test.rev || inCommit != test.inCommit || ok != (test.inCommit != "") {
			t.Errorf("split(%q) = %q, %q, %v; want %q, %q", test.name, rev, inCommit, ok,
				test.rev, test.inCommit)
		}
	}
}

func TestNames(t *testing.T) {
	for args, want := range map[string]string{
		"":                     "HEAD:output → output",
		"examples/x/output":    "HEAD:examples/x/output → examples/x/output",
		"v1:output":            "v1:output → output",
		"v1:examples/x/output": "v1:examples/x/output → examples/x/output",
		"old new":              "old → new",
		"a:out b:out":          "a:out → b:out",
		"../old/trials.jsonl":  "HEAD:../old/trials.jsonl → ../old/trials.jsonl",
	} {
		before, now := Names(strings.Fields(args))
		if got := fmt.Sprintf("%s → %s", before, now); got != want {
			t.Errorf("Names(%q) = %s, want %s", args, got, want)
		}
	}
}

// A record that was committed again and again: the last commit with another one is the one before
// it was changed.
func TestEarlier(t *testing.T) {
	inRepository(t, map[string]string{"x/output/trials.jsonl": recordOf(t, 1)})
	first := run(t, "rev-parse", "HEAD")[:7]
	write(t, "x/output/trials.jsonl", recordOf(t, 2))
	commit(t, "two")
	write(t, "other", "")
	commit(t, "three")

	now, err := Read(t.Context(), "x/output")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x/output", "HEAD:x/output", "x/output/trials.jsonl"} {
		if got := Earlier(t.Context(), name, now.SHA256); got != first {
			t.Errorf("before %s: %q, want %q", name, got, first)
		}
	}
	if got := Earlier(t.Context(), first+":x/output", ""); got != first {
		t.Errorf("a different record in %s: %q", first, got)
	}
	old, err := Read(t.Context(), first+":x/output")
	if err != nil {
		t.Fatal(err)
	}
	if got := Earlier(t.Context(), first+":x/output", old.SHA256); got != "" {
		t.Errorf("before the first: %q, want none", got)
	}
	t.Chdir(t.TempDir())
	if got := Earlier(t.Context(), "output", now.SHA256); got != "" {
		t.Errorf("outside of a repository: %q, want none", got)
	}
}
