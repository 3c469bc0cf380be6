// Package cluster brings up real engines on this machine for tests: a Slurm of two nodes and an
// OpenSSH server. Only tests import it.
//
// Comes in: the test that needs an engine. Goes out: the engine, ready for use, with everything
// that belongs to it in a temporary folder of the test: configuration, keys, state and logs. It
// listens on 127.0.0.1 alone, at ports that were free, needs no systemd, and leaves what is
// installed on the machine alone. It ends with the test, and the test fails if a process of it is
// left.
//
// Refused: a machine that lacks a program or a right which an engine needs. The test is skipped
// with the reason; with CI=true it fails.
package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"labbook.example/labbook/internal/quietport"
)

// skip ends a test that this machine cannot run.
func skip(t testing.TB, engine string, reason error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s: %v", engine, reason)
	}
	t.Skipf("%s: %v", engine, reason)
}

// find returns the paths of programs by their names. Daemons are not on the PATH of every user.
func find(names ...string) (map[string]string, error) {
	paths := map[string]string{}
	var missing []string
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			path, err = exec.LookPath(filepath.Join("/usr/sbin", name))
		}
		if err != nil {
			missing = append(missing, name)
		}
		paths[name] = path
	}
	if missing != nil {
		return nil, fmt.Errorf("not installed: %s", strings.Join(missing, ", "))
	}
	return paths, nil
}

// folder returns a new folder for an engine. Its path is short, because that of a socket may have
// no more than 107 bytes.
func folder(t testing.TB, engine string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", engine)
	if err == nil {
		err = os.Chmod(dir, 0o755) // munge looks whether others can reach its socket
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the engine, which was started later
		if t.Failed() {
			t.Logf("%s:\n%s", engine, logs(dir))
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// logs returns the ends of all logs of a folder.
func logs(dir string) string {
	const shown = 2000 // bytes of each
	var all strings.Builder
	paths, _ := filepath.Glob(filepath.Join(dir, "*.log")) // the pattern is a good one
	for _, path := range paths {
		data, _ := os.ReadFile(path) // only to tell more
		data = data[max(0, len(data)-shown):]
		fmt.Fprintf(&all, "%s:\n%s\n", filepath.Base(path), bytes.TrimSpace(data))
	}
	return all.String()
}

// freePorts returns ports that a test has until it ends.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		ports = append(ports, quietport.For(t))
	}
	return ports
}

// me returns the name of the user who runs the test.
func me() (string, error) {
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.Username, nil
}

// patience is how long a state may take to come on a busy machine.
const patience = 3 * time.Minute

// look is the time between two looks for a state.
const look = 10 * time.Millisecond

// Await waits until something holds, and reports whether it came to that.
func Await(holds func() bool) bool {
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(look) {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

// Alive reports whether a process runs. One that has ended and waits for its parent does not.
func Alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')'):]), " ")
	return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}

// Marked returns the processes with a text in their command line or in their environment, other
// than this one.
func Marked(text string) []int {
	var pids []int
	paths, _ := filepath.Glob("/proc/[0-9]*") // the pattern is a good one
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(path))
		if pid == os.Getpid() || !Alive(pid) {
			continue
		}
		for _, name := range []string{"cmdline", "environ"} {
			data, _ := os.ReadFile(filepath.Join(path, name)) // gone, or another user's
			if bytes.Contains(data, []byte(text)) {
				pids = append(pids, pid)
				break
			}
		}
	}
	return pids
}

// cleared fails a test that leaves a process of an engine, or one that it has started: its command
// line or environment has a text. The process is killed. Those of some names may stay.
func cleared(t testing.TB, text string, but ...string) {
	t.Helper()
	var left []int
	gone := func() bool {
		left = slices.DeleteFunc(Marked(text), func(pid int) bool {
			return slices.Contains(but, Program(pid))
		})
		return len(left) == 0
	}
	if Await(gone) {
		return
	}
	for _, pid := range left {
		t.Errorf("left behind: process %d, %s", pid, CommandLine(pid))
		kill(pid)
	}
}

// kill kills a process.
func kill(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill() // it may have ended
	}
}

// Program returns the name of a process's program, as the system keeps it.
func Program(pid int) string {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)) // gone
	return strings.TrimSpace(string(data))
}

// CommandLine returns the command line of a process.
func CommandLine(pid int) string {
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // gone
	return strings.ReplaceAll(strings.TrimRight(string(line), "\x00"), "\x00", " ")
}

// daemon is a process that runs until the test ends.
type daemon struct {
	cmd   *exec.Cmd
	ended chan struct{} // closes with the process
}

// start starts a program as a daemon, which writes to a log in dir. The caller stops it; it is
// killed when this process dies.
func start(t testing.TB, dir, name string, env []string, path string, args ...string) *daemon {
	t.Helper()
	log, err := os.Create(filepath.Join(dir, name+".out.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	d := &daemon{cmd: cmd, ended: make(chan struct{})}

	started := make(chan error)
	go func() { // ends with the process
		defer close(d.ended)
		err := startHere(cmd)
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is stopped by a signal
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	return d
}

// stop ends the daemon: it is asked to, and killed if that is in vain.
func (d *daemon) stop() {
	err := d.cmd.Process.Signal(syscall.SIGTERM)
	if err == nil {
		select {
		case <-d.ended:
			return
		case <-time.After(30 * time.Second):
		}
	}
	d.kill()
}

// kill ends the daemon at once.
func (d *daemon) kill() {
	_ = d.cmd.Process.Kill() // it may have ended by itself
	<-d.ended
}

// exited reports whether the daemon has ended.
func (d *daemon) exited() bool {
	select {
	case <-d.ended:
		return true
	default:
		return false
	}
}

// run runs a program to its end, and returns what it printed.
func run(cmd *exec.Cmd) (string, error) {
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, bytes.TrimSpace(exit.Stderr))
	}
	return strings.TrimSpace(string(out)), err
}
