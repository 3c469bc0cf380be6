//go:build unix

package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
)

// relay plays a launcher that passes bytes on, as ssh does: the node is in another process group.
const relay = "relay"

// playRelay starts the rest of the command line, and passes on what comes and goes.
func playRelay() int {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	to, err := cmd.StdinPipe()
	if err != nil {
		return 1
	}
	from, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return 1
	}
	go func() { // ends with the input, at the latest with the process
		_, _ = io.Copy(to, os.Stdin)
		to.Close()
	}()
	_, _ = io.Copy(os.Stdout, from)
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode()
}

// here returns how a node of this program is started, behind some words.
func here(name string, words ...string) Launch {
	return Launch{Name: name, Words: words, Labbook: os.Args[0]}
}

// awaitGone waits until a process is gone, or has ended and waits for init, which in a container
// may never notice. The test's timeout is the bound.
func awaitGone(pid int) {
	for !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		if p, ok := process.Read(pid); ok && p.Ended {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// Several nodes are started at the same time, with a launcher or without one, and end when they are
// left.
func TestLaunch(t *testing.T) {
	clients := start(t, patient,
		Launch{Name: "server"},
		here("clients", "env", "A=b c"),
		here("relayed", os.Args[0], relay),
	)
	var pids []int
	for _, c := range clients {
		got, err := c.echo(t.Context(), []byte(c.Name))
		if string(got) != c.Name || err != nil {
			t.Errorf("%v: %q, %v", c, got, err)
		}
		if syscall.Kill(c.PID, 0) != nil {
			t.Errorf("%v: its node does not run as %d", c, c.PID)
		}
		pids = append(pids, c.PID)
	}
	Close(clients)
	for i, pid := range pids {
		if !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			t.Errorf("%v: its node still runs", clients[i])
		}
		if got := clients[i].link.child.Ending(); got.String() != "exit status 0" {
			t.Errorf("%v: its launcher ended with %v, want exit status 0", clients[i], got)
		}
	}
}

// The error of machines that cannot be used names all of them, each with what its launcher said.
// None is left.
func TestTroublesOfAllMachines(t *testing.T) {
	d := dialer{own: ownGreeting(0), times: patient}
	dead := func(n int, script string) Launch {
		return Launch{Name: "clients", N: n, Words: []string{"sh", "-c", script}}
	}
	_, err := d.connect(t.Context(), []Launch{
		{Name: "server"},
		dead(1, "echo 'ssh: connect to host gen1 port 22: Connection refused' >&2; exit 255"),
		dead(2, "echo Welcome; kill -KILL $$"),
		{Name: "far", Words: []string{"no-such-launcher", "x"}},
		{Name: "lost", Words: []string{"env"}, Labbook: "/no/such/labbook"},
	}, io.Discard)
	const want = `machine "clients" 1: sh ended with exit status 255: ssh: connect to host gen1 ` +
		`port 22: Connection refused
machine "clients" 2: sh ended with signal: killed; it printed:
Welcome
machine "far": starting no-such-launcher: executable file not found in $PATH
machine "lost": env ended with exit status 127: env: `
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the error is\n%v\nwant\n%s", err, want)
	}
	if code, hint := failure.CodeAndHint(err); code != failure.ExitMachine || hint == "" {
		t.Errorf("code %d, hint %q; want %d and a hint", code, hint, failure.ExitMachine)
	}
}

// A launcher that waits for its turn is waited for, and a message says so, until the run is
// interrupted. Then it ends.
func TestWaitingForNodes(t *testing.T) {
	ctx, interrupt := context.WithCancelCause(t.Context())
	at := patient
	at.waiting = time.Millisecond
	messages := &watched{found: func() { interrupt(failure.Interrupted{Signal: syscall.SIGINT}) }}
	d := dialer{own: ownGreeting(0), times: at}
	clients, err := d.connect(ctx, []Launch{
		{Name: "server"},
		{Name: "clients", N: 2, Words: []string{"sh", "-c", "sleep 1000"}},
	}, messages)
	if code, _ := failure.CodeAndHint(err); code != 130 || clients != nil {
		t.Errorf("%v and code %d, want those of the interruption", err, code)
	}
}

// watched is told what is written, and calls found when one machine alone is waited for.
type watched struct {
	text  bytes.Buffer
	found func()
}

func (w *watched) Write(p []byte) (int, error) {
	if w.text.Write(p); strings.Contains(w.text.String(), "\nwaiting for machine \"clients\" 2\n") {
		w.found()
	}
	return len(p), nil
}

// However a launcher ends, its node is lost at once, and ends.
func TestLauncherThatEnds(t *testing.T) {
	c := start(t, patient, here("server", os.Args[0], relay))[0]
	if err := syscall.Kill(c.link.child.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Gone()
	want := `machine "server" was lost: ` + c.Launcher() + " ended with signal: killed"
	if err := c.Err(); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	awaitGone(c.PID)
}

// A node that is asked to end tells why. That it ends is no riddle for the run.
func TestNodeThatIsAskedToEnd(t *testing.T) {
	c := start(t, patient, here("server", os.Args[0], relay))[0]
	if err := syscall.Kill(c.PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-c.Gone()
	want := `machine "server" was lost: ` + c.Launcher() + " ended with exit status 143: " +
		"labbook: interrupted by SIGTERM"
	if err := c.Err(); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// A launcher that is frozen neither passes on what is written nor the end of it. The run loses the
// machine, and the node ends by its lease.
func TestFrozenLauncher(t *testing.T) {
	t.Setenv(leaseVariable, "5s")
	at := patient
	at.renewal, at.patience = 10*time.Millisecond, time.Second
	c := start(t, at, here("server", os.Args[0], relay))[0]
	c.link.child.Suspend()
	<-c.Gone()
	const want = `machine "server" was lost: it has not answered for 1s`
	if err := c.Err(); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	awaitGone(c.PID)
}

// A run that is killed leaves neither a node nor a launcher.
func TestNothingOutlivesTheRun(t *testing.T) {
	const run = "LABBOOK_TEST_RUN"
	if os.Getenv(run) != "" {
		clients := start(t, usual, Launch{Name: "server"}, here("clients", os.Args[0], relay))
		for _, c := range clients {
			fmt.Println(c.PID, c.link.child.PID)
		}
		select {}
	}

	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), run+"=1")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var pids [4]int
	if _, err := fmt.Fscan(out, &pids[0], &pids[1], &pids[2], &pids[3]); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	for _, pid := range pids {
		awaitGone(pid)
	}
}
