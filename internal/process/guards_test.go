//go:build unix

package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"labbook.example/labbook/internal/failure"
)

// written runs a script to its end and returns what it wrote.
func written(t *testing.T, script string, change func(*Command)) (string, *Child) {
	t.Helper()
	var output HeadBuffer
	command := Command{
		Path:   "/bin/sh",
		Argv:   []string{"sh", "-c", script},
		Stdout: &output,
		Stderr: &output,
	}
	change(&command)
	c, err := command.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	<-c.Done()
	return output.String(), c
}

func unchanged(*Command) {}

// awaitEnd waits until a process or, for a negative number, all processes of a group have ended,
// whether or not init has noticed. The test's timeout is the bound.
func awaitEnd(pid int) {
	for !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		if pid > 0 && exited(pid) {
			return
		}
		if s := takeSnapshot(-pid); pid < 0 && s != nil && s.Held() == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// Children that run one after the other have one guard. Nothing of one of them reaches the next.
func TestGuardOfSeveralChildren(t *testing.T) {
	EndGuards()
	t.Setenv("LABBOOK_TEST_OURS", "first")
	_, first := written(t, "exit 3", unchanged)

	dir := t.TempDir()
	got, second := written(t, "pwd; echo $LABBOOK_TEST_OURS $LABBOOK_TEST_ADDED", func(c *Command) {
		c.Dir = dir
		c.Env = []string{"LABBOOK_TEST_ADDED=added"}
	})
	if want := dir + "\nfirst added\n"; got != want {
		t.Errorf("the second child wrote %q, want %q", got, want)
	}

	t.Setenv("LABBOOK_TEST_OURS", "third")
	here := t.TempDir()
	t.Chdir(here)
	got, third := written(t, "pwd; echo $LABBOOK_TEST_OURS $LABBOOK_TEST_ADDED", unchanged)
	if want := here + "\nthird\n"; got != want {
		t.Errorf("the third child wrote %q, want %q", got, want)
	}
	if first.adopter != second.adopter || second.adopter != third.adopter {
		t.Errorf("guards %d, %d and %d, want one", first.adopter, second.adopter, third.adopter)
	}
}

// Children that run at the same time have a guard each, so that it is known whose an orphan is.
func TestGuardsOfChildrenAtTheSameTime(t *testing.T) {
	a, readyA := shell(t, "(sleep 1000 & echo $!); echo; exec sleep 1000")
	b, readyB := shell(t, "echo; exec sleep 1000")
	<-readyA.ready
	<-readyB.ready
	if a.adopter == b.adopter {
		t.Fatalf("both have the guard %d", a.adopter)
	}
	if runtime.GOOS == "linux" {
		for pid := range b.Processes() {
			if pid != b.PID {
				t.Errorf("%d is counted among the processes of another child", pid)
			}
		}
	}
	b.Stop()
	if a.Ended() {
		t.Error("stopping one has ended the other")
	}
}

// A child that has ended is released late: that must not end the next child of its guard.
func TestLateReleaseIsNotOfTheNextChild(t *testing.T) {
	_, first := written(t, "exit 0", unchanged)
	next, ready := shell(t, "echo ready; exec sleep 1000")
	if next.adopter != first.adopter {
		t.Fatalf("guards %d and %d, want one", first.adopter, next.adopter)
	}
	<-ready.ready
	first.Release()
	first.Stop()
	for pid := range first.Processes() {
		if pid != first.PID {
			t.Errorf("%d is counted among the processes of a child that has ended", pid)
		}
	}

	_, third := written(t, "exit 0", unchanged) // has another guard, and takes a while
	if third.adopter == next.adopter || next.Ended() {
		t.Error("the next child was ended with the first")
	}
}

// Paths, arguments and variables are bytes.
func TestTextsThatAreNotUTF8(t *testing.T) {
	got, _ := written(t, "", func(c *Command) {
		c.Argv = []string{"sh", "-c", `printf '%s' "$1$LABBOOK_TEST" | od -An -tx1`, "sh", "a\xff"}
		c.Env = []string{"LABBOOK_TEST=\xe9b"}
	})
	if got := strings.Join(strings.Fields(got), " "); got != "61 ff e9 62" {
		t.Errorf("the child got the bytes %s, want 61 ff e9 62", got)
	}
}

// A child gets its input and its outputs, and no other descriptor of ours or of its guard's. Its
// outputs are such as programs expect them: a write waits.
func TestDescriptorsOfAChild(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux lists them in /proc")
	}
	_, _ = shell(t, "exec sleep 1000") // one more guard, with its connection
	const script = "for f in /proc/$$/fd/*; do echo ${f##*/}; done; grep flags /proc/$$/fdinfo/1"
	got, _ := written(t, script, unchanged)
	want, err := exec.Command("/bin/sh", "-c", script).Output() // whatever we were started with
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) || !strings.Contains(got, "flags:\t01\n") {
		t.Errorf("the child has %q, want %q", got, want)
	}
}

// Two outputs that go to one writer keep their order.
func TestOrderOfTwoOutputs(t *testing.T) {
	const script = "i=0; while [ $i -lt 200 ]; do echo o; echo e >&2; i=$((i+1)); done"
	if got, _ := written(t, script, unchanged); got != strings.Repeat("o\ne\n", 200) {
		t.Errorf("the order of the lines is not kept: %q", got)
	}
}

// A guard that is killed ends with its child and all of the child's process group. The ending says
// that the child is not to blame, and the next child gets another guard.
func TestGuardThatIsKilled(t *testing.T) {
	const trap = "trap '' TERM HUP INT; "
	c, output := shell(t, trap+"("+trap+"sleep 1000) & echo ready; wait")
	<-output.ready
	if err := syscall.Kill(c.adopter, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	awaitEnd(-c.PID)

	err := c.Ending().GuardLost(`server "a"`)
	code, hint := failure.CodeAndHint(err)
	if err == nil || code != failure.ExitMachine || !strings.Contains(hint, "may still run") ||
		!strings.Contains(err.Error(), `ended the guard process of server "a"`) {
		t.Errorf("error %v, exit code %d, hint %q; want those of a lost guard", err, code, hint)
	}
	if c.Account() != nil {
		t.Errorf("account %+v of a child that was not waited for", c.Account())
	}
	c.Stop() // a second time does nothing

	if _, next := written(t, "exit 7", unchanged); next.Ending().Code != 7 ||
		next.Ending().GuardLost("it") != nil || next.adopter == c.adopter {
		t.Errorf("the next child ended with %+v under the guard %d", next.Ending(), next.adopter)
	}
}

// A guard that is killed while it has no child is replaced.
func TestIdleGuardThatIsKilled(t *testing.T) {
	_, first := written(t, "exit 0", unchanged)
	if err := syscall.Kill(first.adopter, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	awaitEnd(first.adopter)
	if _, next := written(t, "exit 7", unchanged); next.Ending().Code != 7 {
		t.Errorf("ended with %v, want exit status 7", next.Ending())
	}
}

// A guard that is asked to end, ends its child first, and says that the child is not to blame.
func TestGuardThatIsAskedToEnd(t *testing.T) {
	c, output := shell(t, "echo ready; exec sleep 1000")
	<-output.ready
	if err := syscall.Kill(c.adopter, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := c.Ending(); got.Signal != "terminated" || got.GuardLost("it") == nil {
		t.Errorf("ended with %+v, want terminated by its guard", got)
	}
	awaitEnd(c.adopter)
	if _, next := written(t, "exit 7", unchanged); next.Ending().Code != 7 {
		t.Errorf("the next child ended with %v, want exit status 7", next.Ending())
	}
}

// A guard that is asked to end starts no child any more: that would be ended at once, and blamed.
func TestNoChildOfAGuardThatEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	marker := filepath.Join(t.TempDir(), "started")
	start := &startOrder{
		Path:  []byte("/bin/sh"),
		Argv:  asBytes([]string{"sh", "-c", "touch " + marker}),
		Grace: DefaultGrace,
	}
	for range 20 { // it may see either of both first
		orders := make(chan received, 1)
		orders <- received{order: order{Start: start}}
		guard{orders: orders, reports: json.NewEncoder(io.Discard)}.serve(ctx)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a child was started")
	}
}

// EndGuards ends the idle guards and no other.
func TestEndGuards(t *testing.T) {
	busy, output := shell(t, "echo ready; exec sleep 1000")
	<-output.ready
	_, ended := written(t, "exit 0", unchanged)
	EndGuards()
	if !errors.Is(syscall.Kill(ended.adopter, 0), syscall.ESRCH) {
		t.Errorf("the idle guard %d still runs", ended.adopter)
	}
	if busy.Ended() {
		t.Errorf("a child has ended: %v", busy.Ending())
	}
}

// An idle guard does not outlive its starter, however that ends.
func TestIdleGuardDoesNotOutliveItsStarter(t *testing.T) {
	const starter = "LABBOOK_TEST_IDLE_STARTER"
	if os.Getenv(starter) != "" {
		_, c := written(t, "exit 0", unchanged)
		fmt.Println(c.adopter)
		select {}
	}

	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), starter+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var guard int
	if _, err := fmt.Fscan(out, &guard); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	awaitEnd(guard)
}

// Guards belong to labbook itself: they need its connection.
func TestGuardWithoutStarter(t *testing.T) {
	test := func(name string, change func(*exec.Cmd), args ...string) {
		t.Helper()
		cmd := exec.Command(os.Args[0], append([]string{GuardCommand}, args...)...)
		change(cmd)
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != failure.ExitUsage ||
			!strings.Contains(string(out), "guard is for labbook itself") {
			t.Errorf("%s: %v, output %q, want a refusal", name, err, out)
		}
	}
	test("nothing on its descriptor", func(*exec.Cmd) {})
	test("a file on its descriptor", func(cmd *exec.Cmd) {
		file, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { file.Close() })
		cmd.ExtraFiles = []*os.File{file}
	})
	test("an argument", func(cmd *exec.Cmd) {
		ours, theirs, err := socketPair()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ours.Close(); theirs.Close() })
		cmd.ExtraFiles = []*os.File{theirs}
	}, "--", "true")
}
