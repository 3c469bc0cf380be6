package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/quietport"
	"labbook.example/labbook/internal/record"
)

// TestFaults tells the stories of what goes wrong: servers, ab, disks, and labbook itself. They
// wait for timeouts, so they come first.
func TestFaults(t *testing.T) { runScripts(t, "testdata/faults") }

// TestScripts tells the command line's stories.
func TestScripts(t *testing.T) { runScripts(t, "testdata/script") }

// runScripts runs each script of a folder as a test. All scripts of both folders run in parallel:
// each has its own ports, its own temporary folder, and so its own lock of the machine.
func runScripts(t *testing.T, dir string) {
	t.Parallel()
	testscript.Run(t, scriptParams(dir))
}

// scriptParams returns how the scripts of a folder are run, and what they need besides.
func scriptParams(dir string, needs ...func(*testscript.Env) error) testscript.Params {
	setUp := func(env *testscript.Env) error {
		for _, prepare := range append(needs, setUpScript) {
			if err := prepare(env); err != nil {
				return err
			}
		}
		return nil
	}
	return testscript.Params{
		Dir:           dir,
		Setup:         setUp,
		Condition:     condition,
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fakeab":  installFakeAB,
			"code":    exitsWith,
			"term":    terminate,
			"trials":  waitForTrials,
			"hold":    holdRun,
			"release": releaseRun,
			"gone":    waitUntilGone,
			"whole":   isWhole,
			"clean":   isClean,
			"begins":  begins,
			"shorter": isShorter,
			"stopall": stopAll,

			"nothingleft": nothingLeft,
			"lost":        loseMachine,
			"resumes":     resumesRun,
			"killnamed":   killNamed,
			"interrupts":  interruptTwice,
			"same":        isSame,

			"page":   waitForPage,
			"status": hasStatus,

			"restless": isRestless,
		},
	}
}

// setUpScript prepares the folder and the environment of a story.
func setUpScript(env *testscript.Env) error {
	env.Setenv("TMPDIR", filepath.Join(env.WorkDir, "tmp"))
	env.Setenv("HOME", env.WorkDir)
	env.Setenv(fastWatch, "1")
	env.Setenv(holdFile, filepath.Join(env.WorkDir, ".hold"))

	self, err := exec.LookPath("labbook")
	if err != nil {
		return err
	}
	env.Setenv("LABBOOK", self) // for a story that clears PATH
	env.Setenv("BIN", filepath.Dir(self))

	examples, err := filepath.Abs("examples")
	if err != nil {
		return err
	}
	env.Setenv("EXAMPLES", examples) // for the stories of the servers that are published there

	for i := range storyPorts {
		port, release, err := quietport.Claim()
		if err != nil {
			return err
		}
		env.Defer(release)
		env.Setenv(portName(i), fmt.Sprint(port))
	}
	if err := os.MkdirAll(filepath.Join(env.WorkDir, "tmp"), 0o755); err != nil {
		return err
	}
	return writeSpecs(env)
}

// storyPorts is how many ports a story has: PORT1, PORT2 and so on.
const storyPorts = 8

func portName(i int) string { return fmt.Sprintf("PORT%d", i+1) }

// writeSpecs replaces every "PORT1" in a story's specs by its first port, and so on. "BIN" becomes
// the folder of our own programs, for machines that have another PATH, and "SSH_CONFIG" and "WORK"
// become those paths.
func writeSpecs(env *testscript.Env) error {
	paths, err := filepath.Glob(filepath.Join(env.WorkDir, "*.toml"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := string(data)
		for i := range storyPorts {
			text = strings.ReplaceAll(text, portName(i), env.Getenv(portName(i)))
		}
		for _, name := range []string{"BIN", "SSH_CONFIG", "WORK"} {
			text = strings.ReplaceAll(text, name, env.Getenv(name))
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// condition reports whether the machine has what a story needs. Under CI=true it always does: the
// story then runs, and fails if something is missing.
func condition(name string) (bool, error) {
	switch name {
	case "tmpfs": // it is not always permitted, even under CI=true
		mount := []string{"--mount", "mount", "-t", "tmpfs", "none", os.TempDir()}
		err := exec.Command("unshare", mount...).Run()
		return err == nil, nil
	case "pidns": // the same
		err := exec.Command("unshare", "-pf", "--mount-proc", "true").Run()
		return err == nil, nil
	case "race":
		return raceDetector, nil
	case "cpu0": // taskset or a container may keep it from us
		usable, _ := machine.CPUs()
		return usable.Has(0), nil
	case "bash-completion":
		_, err := os.Stat("/usr/share/bash-completion/bash_completion")
		return err == nil || os.Getenv("CI") == "true", nil
	case "ab", "python3", "git", "node", "cc", "groff", "fish", "zsh":
		if _, err := exec.LookPath(name); err != nil {
			return os.Getenv("CI") == "true", nil
		}
		return true, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// installFakeAB puts our own program on PATH as ab: "fakeab FILE [CODE]" makes it print that file
// and exit with that code. Without a file it makes the load for real, by the embedded ab.
func installFakeAB(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 2 {
		ts.Fatalf("usage: fakeab [file [code]]")
	}
	self, err := os.Executable()
	ts.Check(err)
	bin := ts.MkAbs("fakebin")
	ts.Check(os.MkdirAll(bin, 0o755))
	if _, err := os.Lstat(filepath.Join(bin, "ab")); err != nil {
		ts.Check(os.Symlink(self, filepath.Join(bin, "ab")))
		ts.Setenv("PATH", bin+string(os.PathListSeparator)+ts.Getenv("PATH"))
	}
	file, code := "", "0"
	if len(args) > 0 {
		file = ts.MkAbs(args[0])
	}
	if len(args) > 1 {
		code = args[1]
	}
	ts.Setenv("FAKE_AB_FILE", file)
	ts.Setenv("FAKE_AB_CODE", code)
}

// exitsWith runs a program and checks its exit code: "code 4 labbook experiment.toml".
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code number program [args]")
	}
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// terminate sends SIGTERM, or with a flag SIGHUP or SIGQUIT, to what runs in the background.
// testscript's own kill knows none of them.
func terminate(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{"-HUP": syscall.SIGHUP, "-QUIT": syscall.SIGQUIT}
	signal := syscall.SIGTERM
	if len(args) == 1 && signals[args[0]] != 0 {
		signal, args = signals[args[0]], nil
	}
	if neg || len(args) > 0 {
		ts.Fatalf("usage: term [-HUP|-QUIT]")
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(signal))
	}
}

// patience is how long a story waits for what must happen soon. Only a failure takes as long.
const patience = 2 * time.Minute

// until waits until a condition is true.
func until(t interface{ Fatalf(string, ...any) }, what string, condition func() bool) {
	for deadline := time.Now().Add(patience); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// waitForTrials waits until an unfinished record holds so many trials: "trials output 3".
func waitForTrials(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: trials folder number")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	part := ts.MkAbs(partOf(args[0]))
	until(ts, "trials in "+args[0], func() bool { return linesOf(part) > want })
}

// waitUntilGone waits until no process of the story is left: "gone $PORT1" looks for the port in
// every command line, and not in the middle of another number there; "gone 'sleep 99'" for words.
func waitUntilGone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone text")
	}
	until(ts, "processes with "+args[0]+" gone", func() bool { return !runs(args[0]) })
}

// runs reports whether a process has a text in its command line, which is no part of a longer
// number there: folders of tests have long ones, and a port five digits.
func runs(text string) bool {
	const noDigit = `(^|[^0-9])`
	pattern := regexp.MustCompile(noDigit + regexp.QuoteMeta(text) + `([^0-9]|$)`)
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	return slices.ContainsFunc(paths, func(path string) bool {
		line, _ := os.ReadFile(path) // gone already
		return pattern.Match(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
	})
}

// isWhole checks that a finished record has every trial of its plan once: "whole output 40".
func isWhole(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: whole folder number")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	rec, err := record.Read(ts.MkAbs(args[0]))
	ts.Check(err)
	missing := rec.Remaining(rec.Planned())
	if rec.Measured() != want || rec.Trials != want || len(missing) > 0 {
		ts.Fatalf("%s holds %d trials of %d, want %d", args[0], rec.Measured(), rec.Trials, want)
	}
}

// begins checks that a file begins with the complete lines of another one: "begins
// output/trials.jsonl part.jsonl".
func begins(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: begins file beginning")
	}
	if !bytes.HasPrefix([]byte(ts.ReadFile(args[0])), wholeLines([]byte(ts.ReadFile(args[1])))) {
		ts.Fatalf("%s does not begin with what %s holds", args[0], args[1])
	}
}

// isShorter checks that a file has fewer bytes: "shorter output/trials.jsonl 1000".
func isShorter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: shorter file bytes")
	}
	limit, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n := len(ts.ReadFile(args[0])); n >= limit {
		ts.Fatalf("%s has %d bytes, want fewer than %d", args[0], n, limit)
	}
}

// wholeLines returns the lines that have an end.
func wholeLines(data []byte) []byte { return data[:bytes.LastIndexByte(data, '\n')+1] }
