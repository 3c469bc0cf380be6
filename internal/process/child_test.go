//go:build unix

package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain makes the test binary the guard that Command.Start starts.
func TestMain(m *testing.M) {
	if code, ok := RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// deaf is the beginning of a script that does not end when it is asked to.
const deaf = "trap '' TERM; "

// shell runs a script under a guard. Wait for ready, so that the script's traps are set. One that
// is deaf is killed soon, and no other is before the machine had all the time that it may need.
func shell(t *testing.T, script string) (*Child, *readyBuffer) {
	t.Helper()
	output := &readyBuffer{ready: make(chan struct{})}
	grace := time.Minute
	if strings.Contains(script, deaf) {
		grace = 100 * time.Millisecond
	}
	c, err := Command{
		Path:   "/bin/sh",
		Argv:   []string{"sh", "-c", script},
		Stdout: output,
		Stderr: output,
		Grace:  grace,
	}.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c, output
}

// readyBuffer keeps what is written to it, and closes ready at the first byte.
type readyBuffer struct {
	HeadBuffer
	ready chan struct{}
}

func (r *readyBuffer) Write(p []byte) (int, error) {
	first := len(r.data) == 0 && len(p) > 0
	n, err := r.HeadBuffer.Write(p)
	if first {
		close(r.ready) // what was written is now there to be read
	}
	return n, err
}

func TestChildEndsByItself(t *testing.T) {
	test := func(script string, want Ending, text string) {
		t.Helper()
		c, _ := shell(t, script)
		got := c.Ending()
		if !reflect.DeepEqual(got, want) || got.String() != text {
			t.Errorf("%s: ended with %q, want %q", script, got, text)
		}
	}
	test("exit 0", Ending{}, "exit status 0")
	test("exit 7", Ending{Code: 7}, "exit status 7")
	test("kill -KILL $$", Ending{Code: -1, Signal: "killed"}, "signal: killed")
}

// TestChildIsAccountedFor runs a child, or a child of it, that uses CPU, and wants it in the
// system's account.
func TestChildIsAccountedFor(t *testing.T) {
	const burn = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"
	used := func(script string) float64 {
		t.Helper()
		c, _ := shell(t, script)
		a := c.Account()
		if a == nil || a.WallSeconds <= 0 || a.VoluntarySwitches == nil ||
			a.InvoluntarySwitches == nil {
			t.Fatalf("%s: account %+v, want a complete one", script, a)
		}
		return a.UserSeconds + a.SystemSeconds
	}

	idle := used("exit 0")
	for range 5 { // the least of several: on a machine with other work, even that may take longer
		idle = min(idle, used("exit 0"))
	}
	test := func(name, script string) {
		t.Helper()
		if busy := used(script); busy < 2*idle {
			t.Errorf("%s: %v s of CPU, want far more than the %v s of an idle child",
				name, busy, idle)
		}
	}
	test("the child itself", burn)
	test("a child of it", "("+burn+") & wait")
	if runtime.GOOS == "linux" { // elsewhere the guard does not adopt orphans
		test("an orphan that it left behind", "("+burn+"; kill $$) & exec sleep 1000")
	}
}

func TestChildWritesToBothOutputs(t *testing.T) {
	c, output := shell(t, "echo out; echo err >&2")
	<-c.Done()
	for _, want := range []string{"out", "err"} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("the child wrote %q, want %q in it", output, want)
		}
	}
}

func TestStopEndsEveryChild(t *testing.T) {
	test := func(name, script, signal string, before func(*Child)) {
		t.Helper()
		c, output := shell(t, script)
		<-output.ready
		before(c)
		c.Stop()
		if c.Ending().Signal != signal {
			t.Errorf("%s: ended with %v, want signal %q", name, c.Ending(), signal)
		}
		c.Stop() // a second time does nothing
	}
	const ignoring = deaf + "echo ready; while :; do sleep 1000; done"
	const obedient = "echo ready; exec sleep 1000"
	nothing := func(*Child) {}

	test("a child that obeys SIGTERM", obedient, "terminated", nothing)
	test("a child that ignores SIGTERM", ignoring, "killed", nothing)
	test("a suspended child", obedient, "terminated", (*Child).Suspend)
	test("a resumed child", obedient, "terminated", func(c *Child) {
		c.Suspend()
		c.Resume()
	})
}

// A child, or what it started, that outlives its grace is killed, and the ending tells. One that
// takes a while to end is given that time.
func TestGraceOfAChild(t *testing.T) {
	const wait = "echo ready; while :; do sleep 0.01; done"
	const slow = "trap 'sleep 0.3; echo done; exit' TERM; " + wait
	const slower = "trap 'sleep 1000; echo done; exit' TERM; " + wait
	const ignoring = deaf + "echo ready; while :; do sleep 1000; done"
	below := func(script string) string { return "sh -c \"" + script + "\" & wait" }

	test := func(name, script string, grace time.Duration, killed bool) (took time.Duration) {
		t.Helper()
		output := &readyBuffer{ready: make(chan struct{})}
		c, err := Command{
			Path:   "/bin/sh",
			Argv:   []string{"sh", "-c", script},
			Stdout: output,
			Grace:  grace,
		}.Start()
		if err != nil {
			t.Fatal(err)
		}
		<-output.ready
		began := time.Now()
		c.Stop()
		took = time.Since(began)
		if got := c.Ending(); got.Killed != killed {
			t.Errorf("%s: ended with %+v, want killed %v", name, got, killed)
		}
		if got := strings.Contains(output.String(), "done"); got && killed {
			t.Errorf("%s: it finished its work, although it was killed", name)
		}
		return took
	}
	test("slow, with its time", slow, time.Hour, false)
	test("slow, without time", slower, time.Millisecond, true)
	test("deaf", ignoring, time.Millisecond, true)
	test("below a shell, slow, with its time", below(slow), time.Hour, false)
	test("below a shell, slow, without time", below(slower), time.Millisecond, true)
	test("below a shell, deaf", below(ignoring), time.Millisecond, true)
	if took := test("deaf, by default", ignoring, 0, true); took < DefaultGrace {
		t.Errorf("by default it had %v to end, want %v", took, DefaultGrace)
	}
}

// A child that was not asked to end has not been killed, whatever ended it.
func TestKilledByAnother(t *testing.T) {
	c, _ := shell(t, "kill -KILL $$")
	if got := c.Ending(); got.Killed {
		t.Errorf("ended with %+v, want not killed by its guard", got)
	}
}

// The standard input of a child is at its end, or open and silent.
func TestStandardInput(t *testing.T) {
	const script = "[ -p /dev/stdin ] && echo open; cat; echo ended"
	c, output := shell(t, script)
	<-c.Done()
	if !strings.Contains(output.String(), "ended") {
		t.Errorf("by default it wrote %q, want that its input ended", output.String())
	}

	open := &readyBuffer{ready: make(chan struct{})}
	c, err := Command{
		Path:      "/bin/sh",
		Argv:      []string{"sh", "-c", script},
		Stdout:    open,
		OpenStdin: true,
	}.Start()
	if err != nil {
		t.Fatal(err)
	}
	<-open.ready
	c.Stop()
	if got := open.String(); got != "open\n" {
		t.Errorf("it wrote %q, want that its input was open and did not end", got)
	}
}

func TestInGroup(t *testing.T) {
	c, output := shell(t, "sleep 1000 & echo $!; wait")
	<-output.ready
	var below int
	if _, err := fmt.Sscan(output.String(), &below); err != nil {
		t.Fatal(err)
	}
	for pid, want := range map[int]bool{c.PID: true, below: true, os.Getpid(): false} {
		if got := c.InGroup(pid); got != want {
			t.Errorf("InGroup(%d) = %v, want %v", pid, got, want)
		}
	}
}

func TestChildIsInterrupted(t *testing.T) {
	c, output := shell(t, "trap 'exit 3' INT; echo ready; while :; do sleep 0.01; done")
	<-output.ready
	c.Interrupt()
	if got := c.Ending(); !reflect.DeepEqual(got, Ending{Code: 3}) {
		t.Errorf("ended with %v, want exit status 3", got)
	}
	c.Interrupt() // ignored, as it has ended
}

// TestRemovedProgramStillStartsChildren starts a copy of the test binary that removes its own file
// before it starts a child.
func TestRemovedProgramStillStartsChildren(t *testing.T) {
	if os.Getenv("LABBOOK_TEST_REMOVED") != "" {
		if err := os.Remove(os.Args[0]); err != nil {
			t.Fatal(err)
		}
		c, _ := shell(t, "exit 7")
		if got := c.Ending(); got.Code != 7 {
			t.Errorf("ended with %v, want exit status 7", got)
		}
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux can start a file that was removed")
	}

	copied := filepath.Join(t.TempDir(), "copy")
	data, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = os.WriteFile(copied, data, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "LABBOOK_TEST_REMOVED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestMissingProgramIsNotStarted(t *testing.T) {
	_, err := Command{Path: "/no/such/program", Argv: []string{"program"}}.Start()
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("Start: %v, want the error that there is no such file", err)
	}
}

// TestNothingOutlivesItsStarter kills the process that started a child, which has a child of its
// own that ignores SIGTERM. Both are gone afterwards.
func TestNothingOutlivesItsStarter(t *testing.T) {
	const starter = "LABBOOK_TEST_STARTER"
	if os.Getenv(starter) != "" {
		c, output := shell(t, "sh -c \"trap '' TERM; echo ready; sleep 1000\" & wait")
		<-output.ready
		fmt.Println(c.PID)
		select {}
	}

	cmd := exec.Command(os.Args[0], "-test.run=^TestNothingOutlivesItsStarter$")
	cmd.Env = append(os.Environ(), starter+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var group int
	if _, err := fmt.Fscan(out, &group); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed

	awaitEnd(-group)
}
