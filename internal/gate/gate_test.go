package gate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/report"
)

func situation(t *testing.T, name string) *record.Record {
	t.Helper()
	for _, s := range labtest.Expected() {
		if s.Name == name {
			return s.Record(t)
		}
	}
	t.Fatalf("there is no situation %s", name)
	return nil
}

func TestError(t *testing.T) {
	test := func(name string, strict bool, code int, contains string) {
		t.Helper()
		err := Gate{Strict: strict}.Error(stats.Analyse(situation(t, name)))
		got, hint := failure.CodeAndHint(err)
		if got != code || err != nil && (!strings.Contains(err.Error(), contains) || hint == "") {
			t.Errorf("%s, strict %v: code %d, %v (%s); want %d and %q", name, strict, got, err,
				hint, code, contains)
		}
	}
	test("expect-met", false, failure.ExitOK, "")
	test("expect-met", true, failure.ExitOK, "")
	test("expect-failed", false, failure.ExitFailed, "checks failed: p99 latency of B at 5 clients")
	test("expect-failed", true, failure.ExitFailed, "checks failed: ")
	test("expect-undecided", false, failure.ExitOK, "")
	test("expect-undecided", true, failure.ExitUndecided, "--strict: of 5 checks, 5 undecided")
	test("expect-arrivals", true, failure.ExitUndecided, " undecided")
	test("expect-too-few", false, failure.ExitOK, "")
	test("expect-too-few", true, failure.ExitUndecided, "--strict: of 10 checks, 10 not measured")
	test("expect-unjudged", false, failure.ExitOK, "")
	test("expect-unjudged", true, failure.ExitUndecided,
		"--strict: 1 expectation, and this run judges none of them")
	test("expect-mixed", true, failure.ExitInvalid, "some data are invalid: B at 10 clients")
}

// An experiment without expectations has nothing to be strict about.
func TestNothingExpected(t *testing.T) {
	a := stats.Analyse(labtest.Worlds()["seed"].Record(t))
	if err := (Gate{Strict: true}).Error(a); err != nil {
		t.Error(err)
	}
}

// tree makes folders and files, which say "kept", and returns the path of what has a name there.
func tree(t *testing.T, folders, files []string) (path func(name string) string) {
	t.Helper()
	dir := t.TempDir()
	path = func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for _, folder := range folders {
		if err := os.MkdirAll(path(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range files {
		if err := os.WriteFile(path(file), []byte("kept"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestCheckRefuses(t *testing.T) {
	files := []string{"spec.toml", "old.xml", "old.jsonl", "output/trials.jsonl",
		"other/trials.jsonl", "part/trials.jsonl.part"}
	path := tree(t, []string{"folder", "output/charts", "other/charts", "part"}, files)
	if err := os.Symlink(path("output"), path("link")); err != nil {
		t.Fatal(err)
	}

	folders := Folders{
		Spec:   path("spec.toml"),
		Output: path("output"),
		Read:   []string{path("old.jsonl"), "HEAD:output"},
		Page:   path("page"),
	}
	test := func(g Gate, want string) {
		t.Helper()
		err := g.Check(folders)
		code, hint := failure.CodeAndHint(err)
		switch {
		case want == "" && err != nil:
			t.Errorf("%+v: %v", g, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) ||
			code != failure.ExitUsage || hint == ""):
			t.Errorf("%+v: %v, code %d; want %q", g, err, code, want)
		}
	}
	test(Gate{}, "")
	test(Gate{JUnit: path("new.xml"), Markdown: "-"}, "")
	test(Gate{JUnit: path("old.xml")}, "")
	test(Gate{JUnit: path("output/junit.xml")}, "")
	test(Gate{Markdown: os.DevNull}, "")
	test(Gate{JUnit: "-"}, `--junit: found "-"; allowed: a file`)
	test(Gate{JUnit: path("a"), Markdown: path("folder/../a")}, "the file of --junit")
	test(Gate{JUnit: path("none/j.xml")}, "there is no folder")
	test(Gate{Markdown: path("folder")}, "this is a folder")
	test(Gate{Markdown: path("old.xml/x")}, "not a directory")
	test(Gate{JUnit: path("spec.toml")}, "this is the experiment itself")
	test(Gate{JUnit: path("output/trials.jsonl")}, "this is a file of the results")
	test(Gate{Markdown: path("link/report.md")}, "this is a file of the results")
	test(Gate{Markdown: path("output/charts/x.md")}, "this is a file of the results")

	test(Gate{JUnit: path("old.jsonl")}, "this is a file that is read")
	test(Gate{Markdown: path("folder/../old.jsonl")}, "this is a file that is read")
	test(Gate{JUnit: path("other/trials.jsonl")}, "this is a file of the results in ")
	test(Gate{JUnit: path("other/report.html")}, "this is a file of the results in ")
	test(Gate{JUnit: path("other/charts/x.svg")}, "this is a file of the results in ")
	test(Gate{JUnit: path("part/trials.jsonl.part")}, "this is a file of the results in ")
	test(Gate{JUnit: path("other/junit.xml"), Markdown: path("folder/report.md")}, "")
	test(Gate{JUnit: path("page/junit.xml"), Markdown: path("page/summary.md")}, "")
	test(Gate{Markdown: path("page/compare.md")}, "this is a file of the results in ")

	folders.Output = path("later")
	test(Gate{JUnit: path("later/junit.xml")}, "")
	test(Gate{JUnit: path("later/trials.jsonl")}, "this is a file of the results")
	test(Gate{JUnit: path("later/ci/junit.xml")}, "there is no folder")

	for _, name := range files {
		if text, err := os.ReadFile(path(name)); err != nil || string(text) != "kept" {
			t.Errorf("%s is now %q (%v)", name, text, err)
		}
	}
	left, err := filepath.Glob(path("*"))
	if err != nil || len(left) != 8 {
		t.Errorf("a look at files leaves %q", left)
	}
}

// What labbook writes into an output folder cannot be overwritten.
func TestResultsAreNamed(t *testing.T) {
	rec := situation(t, "expect-met")
	files, err := report.Render(rec, stats.Analyse(rec))
	if err != nil {
		t.Fatal(err)
	}
	folders := Folders{Output: t.TempDir()}
	for _, f := range files {
		if folders.resultIn(filepath.Join(folders.Output, filepath.FromSlash(f.Name))) == "" {
			t.Errorf("%s is not known to be a result", f.Name)
		}
	}
}
