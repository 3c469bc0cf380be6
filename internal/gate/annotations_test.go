package gate

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// told returns what a gate prints in a job of GitHub Actions.
func told(t *testing.T, g Gate, rec *record.Record, change func(*Told)) (stdout, stderr string) {
	t.Helper()
	t.Setenv(onGitHub, "true")
	var out, err strings.Builder
	what := Told{
		Record:   rec,
		Analysis: stats.Analyse(rec),
		Folders:  Folders{Output: t.TempDir()},
		Stdout:   &out,
		Stderr:   &err,
	}
	if change != nil {
		change(&what)
	}
	if err := g.Tell(t.Context(), what); err != nil {
		t.Fatal(err)
	}
	return out.String(), err.String()
}

// An expectation has one annotation for its checks that failed, and one for those that are open.
func TestAnnotations(t *testing.T) {
	got, _ := told(t, Gate{}, situation(t, "expect-failed"), nil)
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 2 {
		t.Fatalf("annotations: %q", lines)
	}
	want := "::error title=expectation failed%3A what users notice::p99 latency of B at 5 clients: "
	if !strings.HasPrefix(lines[0], want) || strings.Count(lines[0], "%0A") != 3 ||
		!strings.HasSuffix(lines[0], "%0Aexperiment.toml:20") {
		t.Errorf("got %s", lines[0])
	}

	open, _ := told(t, Gate{}, situation(t, "expect-undecided"), nil)
	if !strings.HasPrefix(open, "::warning title=expectation undecided::") {
		t.Errorf("an undecided one: %s", open)
	}
	strict, _ := told(t, Gate{Strict: true}, situation(t, "expect-undecided"), nil)
	if strict != strings.Replace(open, "::warning", "::error", 1) {
		t.Errorf("an undecided one under --strict: %s", strict)
	}
	quiet, _ := told(t, Gate{}, situation(t, "expect-undecided"), func(w *Told) { w.Quiet = true })
	met, _ := told(t, Gate{Strict: true}, situation(t, "expect-met"), nil)
	if quiet != "" || met != "" {
		t.Errorf("quiet: %q; met: %q", quiet, met)
	}
	unjudged, _ := told(t, Gate{Strict: true}, situation(t, "expect-unjudged"), nil)
	if !strings.HasPrefix(unjudged, "::error title=not judged in this run::requests per second") {
		t.Errorf("unjudged: %s", unjudged)
	}
	invalid, _ := told(t, Gate{}, situation(t, "expect-mixed"), nil)
	if !strings.HasPrefix(invalid, "::error title=invalid data::B at 10 clients") {
		t.Errorf("invalid: %.200s", invalid)
	}
}

// With the summary on standard output, nothing else is there.
func TestSummaryOnStdout(t *testing.T) {
	out, err := told(t, Gate{Markdown: Stdout}, situation(t, "expect-failed"), nil)
	if !strings.HasPrefix(out, "## Two servers\n") || strings.Contains(out, "::error") ||
		!strings.HasPrefix(err, "::error ") {
		t.Errorf("stdout: %s\nstderr: %s", out, err)
	}
}

// No name breaks out of a property, a command or a line. The runner decodes what it gets.
func TestAnnotationsEscape(t *testing.T) {
	n := annotation{
		title: "a:b,c%0A%\r\n::error::x",
		line:  7,
		text:  []string{"100%\r", "::set-env name=x::y"},
	}
	const want = "::error file=dir/a%3A%2C%25.toml,line=7," +
		"title=a%3Ab%2Cc%250A%25%0A%3A%3Aerror%3A%3Ax::100%25%0A::set-env name=x::y"
	if got := n.command("dir/a:,%.toml", "a.toml"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	world := labtest.Worlds()["hostile"]
	for line := range 30 {
		world.Expectations = append(world.Expectations, spec.Expectation{
			Metric: "p99_ms",
			Bound:  spec.AtMost,
			Limit:  0.0001,
			Why:    "::error::%0A\n\x1b[31m" + labtest.HostileNames[1],
			Line:   line + 1,
		})
	}
	out, _ := told(t, Gate{Strict: true}, world.Record(t), nil)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != maxAnnotations {
		t.Errorf("%d annotations, want %d", len(lines), maxAnnotations)
	}
	for _, line := range lines {
		properties, _, _ := strings.Cut(strings.TrimPrefix(line, "::error "), "::")
		if !strings.HasPrefix(line, "::error ") || strings.ContainsAny(line, "\r\x1b\u202e") ||
			strings.Count(properties, ",") > 0 || strings.Count(properties, "=") < 1 {
			t.Errorf("%.200s", line)
		}
	}
	if last := lines[len(lines)-1]; !strings.HasSuffix(last, "more") {
		t.Errorf("the last annotation: %s", last)
	}
}

// A long list is cut where a person stops reading.
func TestLongAnnotation(t *testing.T) {
	levels := "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
	world := labtest.Worlds()["seed"]
	world.Head = strings.Replace(world.Head, "[1, 3, 5, 8, 10]", levels, 1)
	world.Expectations = []spec.Expectation{{
		Metric: "p99_ms",
		Bound:  spec.AtMost,
		Limit:  0.0001,
		Line:   3,
	}}
	out, _ := told(t, Gate{}, world.Record(t), nil)
	if strings.Count(out, "%0A") != maxTexts+1 || !strings.Contains(out, "%0A… 10 more%0A") {
		t.Errorf("20 checks: %.500s", out)
	}
}

// The file of an annotation is relative to its repository, wherever the job's workspace is.
func TestFileOfAnnotation(t *testing.T) {
	dir := t.TempDir()
	repository := filepath.Join(dir, "workspace", "checkout")
	spec := filepath.Join(repository, "bench", "x.toml")
	if err := os.MkdirAll(filepath.Dir(spec), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(spec, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	test := func(path, workspace, want string) {
		t.Helper()
		if got := inRepository(t.Context(), path, workspace); got != want {
			t.Errorf("%s in %s: %q, want %q", path, workspace, got, want)
		}
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", dir)
	test(spec, filepath.Join(dir, "workspace"), "checkout/bench/x.toml")
	test(spec, "", "")
	test(spec, filepath.Join(dir, "elsewhere"), "")
	test("", dir, "")

	git, err := exec.LookPath("git")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("git is not installed")
	}
	if out, err := exec.Command(git, "init", "-q", repository).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	test(spec, filepath.Join(dir, "workspace"), "bench/x.toml")
	test(spec, "", "bench/x.toml")
}

// The spec of a record is beside its output folder, or above that, as long as it is the same.
func TestSpecOfRecord(t *testing.T) {
	rec := &record.Record{Header: record.Header{Spec: record.File{Name: "x.toml", Text: "text"}}}
	dir := t.TempDir()
	path := filepath.Join(dir, "x.toml")
	test := func(output, want string) {
		t.Helper()
		if got := specOf(rec, "", filepath.Join(dir, output)); got != want {
			t.Errorf("%s: %q, want %q", output, got, want)
		}
	}
	test("output", "")
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	test("output", path)
	test("output/against", path)
	if err := os.WriteFile(path, []byte("changed since"), 0o600); err != nil {
		t.Fatal(err)
	}
	test("output", "")
	if got := specOf(rec, "named.toml", dir); got != "named.toml" {
		t.Errorf("a spec that was named: %q", got)
	}
}

// A job's summary keeps what others wrote; another file is written anew.
func TestSummaryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary")
	write := func() string {
		t.Helper()
		if err := os.WriteFile(path, []byte("earlier\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		told(t, Gate{Markdown: path}, situation(t, "expect-met"), nil)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got := write(); !strings.HasPrefix(got, "## Two servers\n") {
		t.Errorf("a file: %.60q", got)
	}
	t.Setenv(stepSummary, path)
	if got := write(); !strings.HasPrefix(got, "earlier\n## Two servers\n") {
		t.Errorf("a job's summary: %.60q", got)
	}
}
