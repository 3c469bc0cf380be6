package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rogpeppe/go-internal/testscript"

	"labbook.example/labbook/internal/cluster"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// TestSlurmStories tells the stories that need srun, each with a Slurm of two nodes of its own: in
// that of another, a job would wait for nodes.
func TestSlurmStories(t *testing.T) {
	skipShort(t)
	stories, err := filepath.Glob("testdata/slurm/*.txt")
	if err != nil || len(stories) == 0 {
		t.Fatalf("found %d stories, %v", len(stories), err)
	}
	for _, story := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(story), ".txt"), func(t *testing.T) {
			t.Parallel()
			slurm := cluster.NewSlurm(t)
			params := scriptParams("", func(env *testscript.Env) error {
				for _, setting := range slurm.Env() {
					name, value, _ := strings.Cut(setting, "=")
					env.Setenv(name, value)
				}
				return nil
			})
			params.Files = []string{story}
			testscript.Run(t, params)
		})
	}
}

// TestSSHStories tells the stories that need ssh, with an OpenSSH server. "ssh -F $SSH_CONFIG node"
// reaches it.
func TestSSHStories(t *testing.T) {
	skipShort(t)
	t.Parallel()
	server := cluster.NewSSHD(t)
	// The shell there prints as it starts: a welcome, and a window's title without the end of a
	// line.
	const welcome = `printf 'welcome\n\033]0;title\007'` + "\n"
	rc := filepath.Join(server.Home(), ".bashrc")
	if err := os.WriteFile(rc, []byte(welcome), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, scriptParams("testdata/ssh", func(env *testscript.Env) error {
		env.Setenv("SSH_CONFIG", server.Config())
		return nil
	}))
}

// skipShort skips the stories of real launchers where time is short: for Labbook they are like
// those of TestMachineStories.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out real launchers")
	}
}

// TestMachineStories tells the stories of several machines that need no engine: launchers that fail
// as they are told, and a host whose processes are none of theirs.
func TestMachineStories(t *testing.T) {
	t.Parallel()
	host := cluster.NewHost(t)
	testscript.Run(t, scriptParams("testdata/machines", func(env *testscript.Env) error {
		for _, setting := range host.Env() {
			name, value, _ := strings.Cut(setting, "=")
			env.Setenv(name, value)
		}
		return nil
	}))
}

// faultLauncher is a launcher that fails as it is told, see cluster.Launch.
func faultLauncher() { os.Exit(cluster.Launch(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// nothingLeft waits until no process of a story is left, on whichever machine: each has the story's
// folder in its environment.
func nothingLeft(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: nothingleft")
	}
	if !cluster.Await(func() bool { return len(cluster.Marked(ts.Getenv("WORK"))) == 0 }) {
		ts.Fatalf("processes of the story are left: %v", cluster.Marked(ts.Getenv("WORK")))
	}
}

// loseMachine runs e.toml with a machine whose launcher fails, and checks that the run ends by that
// and leaves nothing: "lost NAME MACHINE FLAGS…". It writes into the folder NAME; the machines are
// those of site.toml.
func loseMachine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: lost name machine flags...")
	}
	name, machine, flags := args[0], args[1], ""
	for _, flag := range args[2:] {
		flags += ", " + strconv.Quote(flag)
	}
	before, after, found := strings.Cut(ts.ReadFile("site.toml"), strconv.Quote(machine)+"\n")
	const launcher = `"faultlauncher"`
	if !found || !strings.Contains(after, launcher) {
		ts.Fatalf("site.toml has no %s of %q", launcher, machine)
	}
	text := before + strconv.Quote(machine) + "\n" +
		strings.Replace(after, launcher, launcher+flags, 1)
	file := name + ".toml"
	ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o644))
	exitsWith(ts, false, []string{
		"3", "labbook", "e.toml", "--machines", file, "--output", name,
	})
	nothingLeft(ts, false, nil)
}

// resumesRun goes on with a run of e.toml that lost a machine, and checks that it is whole:
// "resumes NAME".
func resumesRun(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: resumes name")
	}
	part := ts.ReadFile(filepath.Join(args[0], record.PartName))
	ts.Check(ts.Exec("labbook", "e.toml", "--machines", "site.toml", "--output", args[0]))
	if !strings.HasPrefix(ts.ReadFile(filepath.Join(args[0], record.FileName)), part) {
		ts.Fatalf("what was kept in %s is not kept any more", args[0])
	}
	isWhole(ts, false, []string{args[0], "6"})
	nothingLeft(ts, false, nil)
}

// A machine that is lost when a trial has been measured, while its server is stopped, takes nothing
// from that trial. Ctrl-C at the same moment ends the trial, and the run.
func TestMachineLostAfterALoad(t *testing.T) {
	lost := fmt.Errorf("machine %q %w: ssh has ended", "server", place.ErrLost)
	test := func(cause, want error) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			l := newLab(spec.RestartTrial)
			l.unused = func() error {
				cancel(cause)
				return cause
			}
			result, err := l.next(ctx, l.trials[0])
			if !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("%v: %v, want %v", cause, err, want)
			}
			if err == nil && (result.Outcome != record.Ended || result.Measurement() == nil) {
				t.Errorf("%v: the trial is %+v", cause, result)
			}
			if _, err := l.next(ctx, l.trials[1]); !errors.Is(err, cause) {
				t.Errorf("%v: the next trial: %v", cause, err)
			}
		})
	}
	test(lost, nil)
	interrupted := errors.New("interrupted by SIGINT")
	test(interrupted, interrupted)
}

// killNamed waits for processes of a story, and kills them: "killnamed srun" those of a program
// whose name begins so. With further texts it kills those that have each of them in their command
// line or environment.
func killNamed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: killnamed program [text...]")
	}
	var found []int
	runs := func() bool {
		found = cluster.Marked(ts.Getenv("WORK"))
		for _, text := range args[1:] {
			marked := cluster.Marked(text)
			found = slices.DeleteFunc(found, func(pid int) bool {
				return !slices.Contains(marked, pid)
			})
		}
		found = slices.DeleteFunc(found, func(pid int) bool {
			return !strings.HasPrefix(cluster.Program(pid), args[0])
		})
		return len(found) > 0
	}
	if !cluster.Await(runs) {
		ts.Fatalf("no %s runs", strings.Join(args, " with "))
	}
	for _, pid := range found {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill() // it may have ended
		}
	}
}

// interruptTwice sends SIGINT to what runs in the background, and once more unless it has ended.
func interruptTwice(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: interrupts")
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(os.Interrupt))
		if err := cmd.Process.Signal(os.Interrupt); !errors.Is(err, os.ErrProcessDone) {
			ts.Check(err)
		}
	}
}

// stopAll kills what a story has left on another machine: "stopall $PORT1" looks for the port in
// every command line.
func stopAll(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stopall text")
	}
	left := cluster.Marked(args[0])
	if len(left) == 0 {
		ts.Fatalf("nothing with %s is left", args[0])
	}
	for _, pid := range left {
		p, err := os.FindProcess(pid)
		ts.Check(err)
		ts.Check(p.Kill())
	}
	waitUntilGone(ts, false, args)
}
