package action

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"labbook.example/labbook/internal/quietport"
)

const firstStep, measuring = "Build labbook", "Measure"

var built struct {
	once   sync.Once
	folder string // labbook-action of a runner whose first step has ended
}

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(built.folder)
	os.Exit(code)
}

// measureOnly runs the steps after the build, with the program that the first step builds.
func measureOnly(t *testing.T, j job) result {
	t.Helper()
	built.once.Do(func() {
		folder, err := os.MkdirTemp("", "labbook-action")
		if err != nil {
			t.Fatal(err)
		}
		built.folder = folder
		r := newRunner(t, j)
		r.temp = folder
		r.runStep(r.action.Runs.Steps[0])
		if r.result.code != 0 {
			t.Fatalf("building: %s", r.result.log)
		}
	})

	r := newRunner(t, j)
	own := filepath.Join(r.temp, "labbook-action")
	if err := os.CopyFS(own, os.DirFS(filepath.Join(built.folder, "labbook-action"))); err != nil {
		t.Fatal(err)
	}
	return r.run(measuring)
}

// experiment is a spec whose server must not become slower.
func experiment(port int) string {
	return fmt.Sprintf(`
[load]
requests    = 20
concurrency = [1]
generator   = "embedded"

[design]
rounds = 6
warmup = 5

[[server]]
name    = "app"
command = ["sh", "serve.sh"]
address = "%s"
start_timeout = "2m" # a busy machine may take a while

[[expect]]
metric         = "requests_per_second"
than           = "before"
ratio_at_least = 0.9
`, address(port))
}

// A commit that makes each request wait is found, and ends the job with the code of a failed
// expectation; the summary, the report and the JUnit file are there.
func TestSlowerCommitFailsTheJob(t *testing.T) {
	t.Parallel()
	repo, port := newRepository(t), quietport.For(t)
	// Of twelve rounds, two may show anything, because the machine stalled.
	enough := strings.NewReplacer("= 20\n", "= 10\n", "rounds = 6", "rounds = 12")
	repo.write("experiment.toml", enough.Replace(experiment(port)))
	before := repo.commit(port, "0s")
	repo.commit(port, "100ms")

	got := newRunner(t, job{
		workspace: repo.path,
		event:     map[string]string{"github.event.before": before},
	}).run(firstStep)
	if got.code != 5 || got.outputs["code"] != "5" || got.outputs["base"] != before {
		t.Errorf("code %d, outputs %v, log:\n%s", got.code, got.outputs, got.log)
	}
	if !strings.Contains(got.log, "::error") || !strings.Contains(got.log, "experiment.toml") {
		t.Errorf("the log has no annotation of the spec:\n%s", got.log)
	}
	if !strings.Contains(got.summary, "failed") || !strings.Contains(got.summary, before[:7]) {
		t.Errorf("the summary does not say what failed beside which commit:\n%s", got.summary)
	}

	folder := filepath.Join(repo.path, "output", "against")
	if got.outputs["output"] != folder || got.upload["path"] != folder ||
		got.upload["name"] != "labbook" {
		t.Errorf("want %s: outputs %v, upload %v", folder, got.outputs, got.upload)
	}
	junit := readText(t, filepath.Join(folder, "junit.xml"))
	if !strings.Contains(junit, "<failure") {
		t.Errorf("junit.xml has no failure:\n%s", junit)
	}
	report := readText(t, filepath.Join(folder, "report.html"))
	if !strings.Contains(report, before[:7]) {
		t.Error("the report does not name the commit before")
	}
	if status := repo.git("status", "--porcelain"); status != "" {
		t.Errorf("the working tree has changed:\n%s", status)
	}
	if trees := repo.git("worktree", "list"); strings.Contains(trees, "\n") {
		t.Errorf("a worktree is left:\n%s", trees)
	}
}

// base is a story: it commits, and returns the job and the commit that it must compare with.
type base func(t *testing.T, r repository, port int) (job, string)

// Which commit is compared with depends on the event.
func TestBase(t *testing.T) {
	test := func(name string, story base) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repo, port := newRepository(t), quietport.For(t)
			repo.write("experiment.toml", experiment(port))
			j, want := story(t, repo, port)
			if j.inputs == nil {
				j.inputs = make(map[string]string)
			}
			j.inputs["rounds"] = "1"
			got := measureOnly(t, j)
			if got.code != 0 || got.outputs["code"] != "0" || got.outputs["base"] != want {
				t.Errorf("code %d, base %q, want %q; log:\n%s",
					got.code, got.outputs["base"], want, got.log)
			}
			if got.summary == "" {
				t.Error("there is no summary")
			}
		})
	}
	test("of a push of two commits", push)
	test("of a new branch", newBranch)
	test("of a first commit there is none", firstCommit)
	test("of a pull request is the target as it was merged, which is fetched", pullRequest)
	test("of a pull request's own commit is what it shares with the target", headOfPullRequest)
	test("named by a branch that is fetched", branchOfOrigin)
	test("named by a tag, from another folder", tagFromOutside)
}

func push(_ *testing.T, r repository, port int) (job, string) {
	before := r.commit(port, "0s")
	r.commit(port, "1ms")
	r.commit(port, "2ms")
	event := map[string]string{"github.event.before": before}
	return job{workspace: r.path, event: event}, before
}

func newBranch(_ *testing.T, r repository, port int) (job, string) {
	r.commit(port, "0s")
	before := r.commit(port, "1ms")
	r.commit(port, "2ms")
	event := map[string]string{"github.event.before": strings.Repeat("0", 40)}
	return job{workspace: r.path, event: event}, before
}

func firstCommit(_ *testing.T, r repository, port int) (job, string) {
	r.commit(port, "0s")
	return job{workspace: r.path}, ""
}

func pullRequest(_ *testing.T, r repository, port int) (job, string) {
	old := r.commit(port, "0s")
	r.git("checkout", "--quiet", "-b", "change")
	r.commit(port, "1ms")
	r.git("checkout", "--quiet", "main")
	r.write("README", "target")
	target := r.commit(port, "0s")
	r.git("merge", "--quiet", "--no-edit", "--no-ff", "change")
	merge := r.git("rev-parse", "HEAD")
	return job{
		workspace: r.clone(merge).path,
		event:     map[string]string{"github.event.pull_request.base.sha": old},
		variables: []string{"GITHUB_EVENT_NAME=pull_request", "GITHUB_SHA=" + merge},
	}, target
}

func headOfPullRequest(_ *testing.T, r repository, port int) (job, string) {
	common := r.commit(port, "0s")
	r.git("checkout", "--quiet", "-b", "change")
	r.commit(port, "1ms")
	r.commit(port, "2ms")
	r.git("checkout", "--quiet", "main")
	target := r.commit(port, "0s")
	r.git("checkout", "--quiet", "change")
	return job{
		workspace: r.path,
		event:     map[string]string{"github.event.pull_request.base.sha": target},
		variables: []string{"GITHUB_EVENT_NAME=pull_request"},
	}, common
}

func branchOfOrigin(_ *testing.T, r repository, port int) (job, string) {
	r.commit(port, "0s")
	r.git("branch", "stable")
	stable := r.git("rev-parse", "HEAD")
	r.commit(port, "1ms")
	last := r.commit(port, "2ms")
	against := map[string]string{"against": "stable"}
	return job{workspace: r.clone(last).path, inputs: against}, stable
}

func tagFromOutside(_ *testing.T, r repository, port int) (job, string) {
	r.commit(port, "0s")
	r.git("tag", "v1")
	tagged := r.git("rev-parse", "HEAD")
	r.commit(port, "1ms")
	r.commit(port, "2ms")
	return job{
		workspace: filepath.Dir(r.path),
		inputs: map[string]string{
			"working-directory": filepath.Base(r.path),
			"against":           "v1",
			"output":            "output/the résults",
			"artifact":          "",
		},
	}, tagged
}

// Wrong inputs end the step with what was found and what is allowed. None of them is run.
func TestWrongInputs(t *testing.T) {
	t.Parallel()
	repo, port := newRepository(t), quietport.For(t)
	repo.write("experiment.toml", experiment(port))
	repo.commit(port, "0s")
	repo.commit(port, "1ms")

	trap := filepath.Join(repo.path, "executed")
	injected := `x"; touch executed; echo "$(touch executed)` + "`touch executed`"
	test := func(input, value string, code int, want string) {
		t.Helper()
		got := measureOnly(t, job{workspace: repo.path, inputs: map[string]string{input: value}})
		if got.code != code || got.outputs["code"] != fmt.Sprint(code) {
			t.Errorf("%s: %q: code %d, outputs %v, want %d",
				input, value, got.code, got.outputs, code)
		}
		if !strings.Contains(got.log, want) {
			t.Errorf("%s: %q: want %q in the log:\n%s", input, value, want, got.log)
		}
		if !strings.Contains(got.summary, fmt.Sprintf("exit code %d", code)) {
			t.Errorf("%s: %q: the summary is %q", input, value, got.summary)
		}
		if _, err := os.Stat(trap); err == nil {
			t.Fatalf("%s: %q was executed", input, value)
		}
	}
	test("strict", "yes", 2, `found "yes"; allowed: true, false`)
	test("spec", "no.toml", 2, "no.toml: no such file")
	test("spec", injected, 2, "no such file")
	test("spec", "a\n::set-env name=PATH::/", 2, "more than one line")
	test("working-directory", "no folder", 2, `found "no folder"`)
	test("working-directory", injected, 2, "allowed: a folder")
	test("against", "no-such-branch", 3, "fetch-depth: 0")
	test("against", "--upload-pack=touch executed", 3, "found no commit")
	test("against", "main:refs/heads/other", 3, "found no commit")
	test("against", injected, 3, "found no commit")
	test("server", "other", 2, "other")
	test("rounds", "0", 2, "--rounds")
	test("rounds", injected, 2, "--rounds")
}

// A cancelled job interrupts the step, and nothing is left running.
func TestCancelledJob(t *testing.T) {
	t.Parallel()
	repo, port := newRepository(t), quietport.For(t)
	repo.write("experiment.toml", experiment(port))
	before := repo.commit(port, "20ms")
	repo.commit(port, "30ms")

	folder := filepath.Join(repo.path, "output", "against")
	got := measureOnly(t, job{
		workspace: repo.path,
		inputs:    map[string]string{"rounds": "1000"},
		event:     map[string]string{"github.event.before": before},
		begun: func(step *exec.Cmd) {
			awaitTrials(t, filepath.Join(folder, "trials.jsonl.part"))
			if err := step.Process.Signal(syscall.SIGINT); err != nil {
				t.Error(err)
			}
		},
	})
	if got.code != 143 || got.outputs["code"] != "143" {
		t.Errorf("code %d, outputs %v, log:\n%s", got.code, got.outputs, got.log)
	}
	if !strings.Contains(got.summary, "exit code 143") {
		t.Errorf("the summary is %q", got.summary)
	}
	if listener, err := net.Listen("tcp", address(port)); err != nil {
		t.Errorf("a server is left: %v", err)
	} else {
		listener.Close()
	}
	if trees := repo.git("worktree", "list"); strings.Contains(trees, "\n") {
		t.Errorf("a worktree is left:\n%s", trees)
	}
}

// awaitTrials waits until a record has a trial.
func awaitTrials(t *testing.T, path string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); {
		if strings.Count(readIfThere(t, path), "\n") > 1 {
			return
		}
		time.Sleep(10 * time.Millisecond) // between two looks, not for a state
	}
	t.Error("no trial was measured within five minutes")
}
