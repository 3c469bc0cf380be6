//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"labbook/internal/failure"
	"labbook/internal/record"
)

// grace is how long a child may take to end after SIGTERM, before SIGKILL. It is under the two
// seconds that a person waits after Ctrl-C without pressing it again.
const grace = 1500 * time.Millisecond

// guard runs one child in a process group of its own until it ends, ctx ends, or our parent's end
// of the lifeline closes. It leaves nothing of the child behind: first SIGTERM, then SIGKILL, to
// the group and, where the system lets us find them, to every descendant that has left it.
func guard(ctx context.Context, path string, argv []string) error {
	// The child is tied to the thread that starts it, see tie.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	syscall.CloseOnExec(lifelineFD)
	syscall.CloseOnExec(statusFD)
	lifeline, status := os.NewFile(lifelineFD, "lifeline"), os.NewFile(statusFD, "status")
	if !isPipe(lifeline) || !isPipe(status) {
		return failure.Usage("guard is for labbook itself: it needs the pipes that labbook gives it")
	}
	reports := json.NewEncoder(status)
	adoptOrphans()
	cmd := &exec.Cmd{
		Path:   path,
		Args:   argv,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	tie(cmd.SysProcAttr)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return reports.Encode(guardReport{Error: err.Error()})
	}
	if err := reports.Encode(guardReport{PID: cmd.Process.Pid}); err != nil {
		_, _ = sweep(cmd.Process.Pid)
		return err
	}
	ended := make(chan error, 1)
	var wall time.Duration // valid once ended was read
	go func() {            // ends with the child, which sweep sees to
		err := cmd.Wait()
		wall = time.Since(began)
		ended <- err
	}()
	var err error
	select {
	case err = <-ended:
	case <-letGo(ctx, lifeline):
		err = end(cmd.Process.Pid, ended)
	}
	left, stuck := sweep(cmd.Process.Pid)
	if errors.Is(err, errStuck) { // only what has ended has a state
		return reports.Encode(
			guardReport{End: &ending{Code: -1, Signal: "none: " + err.Error(), Stuck: stuck}},
		)
	}
	last := endingOf(cmd, err)
	last.Stuck = stuck
	return reports.Encode(guardReport{End: last, Account: accountOf(cmd.ProcessState, left, wall)})
}

func isPipe(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// letGo gives a channel that closes when ctx ends or the lifeline does.
func letGo(ctx context.Context, lifeline io.Reader) <-chan struct{} {
	free := make(chan struct{})
	gone := make(chan struct{})
	go func() { // ends with the lifeline, at the latest when the guard exits
		_, _ = io.Copy(io.Discard, lifeline)
		close(gone)
	}()
	go func() {
		select {
		case <-gone:
		case <-ctx.Done():
		}
		close(free)
	}()
	return free
}

// end asks the group to end and waits for its leader, for as long as grace allows. SIGCONT is for a
// group that was suspended: it could not act on the SIGTERM before.
func end(group int, ended <-chan error) error {
	_ = syscall.Kill(-group, syscall.SIGTERM)
	_ = syscall.Kill(-group, syscall.SIGCONT)
	select {
	case err := <-ended:
		return err
	case <-time.After(grace):
	}
	_ = syscall.Kill(-group, syscall.SIGKILL)
	select {
	case err := <-ended:
		return err
	case <-time.After(grace):
		return errStuck
	}
}

// errStuck says that a child did not even end by SIGKILL: it belongs to another user, or hangs in
// the kernel.
var errStuck = errors.New("it could not be stopped")

// sweep kills what is left of the group and every descendant, and collects them, until none is left
// or no more can be done. It gives what the system says that each of them used, and those who could
// not be stopped.
func sweep(group int) (used []syscall.Rusage, stuck []int) {
	for end := time.Now().Add(grace); ; {
		_ = syscall.Kill(-group, syscall.SIGKILL)
		stuck = descendants(os.Getpid())
		for _, pid := range stuck {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		var one syscall.Rusage
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, &one)
		switch {
		case pid > 0:
			used = append(used, one)
		case pid < 0 && !errors.Is(err, syscall.EINTR): // there is no child
			return used, nil
		case time.Now().After(end):
			return used, stuck
		default:
			time.Sleep(sweepPause)
		}
	}
}

// sweepPause is how soon what was killed is looked for again.
const sweepPause = time.Millisecond

// accountOf adds what the child used to what was used by those that it left behind. Nil: there is
// no account of the child.
func accountOf(state *os.ProcessState, left []syscall.Rusage, wall time.Duration) *record.Account {
	if state == nil {
		return nil
	}
	own, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return nil
	}
	var user, system time.Duration
	var voluntary, involuntary int64
	for _, u := range append(left, *own) {
		user += time.Duration(u.Utime.Nano())
		system += time.Duration(u.Stime.Nano())
		voluntary += int64(u.Nvcsw)
		involuntary += int64(u.Nivcsw)
	}
	return &record.Account{
		WallSeconds:         wall.Seconds(),
		UserSeconds:         user.Seconds(),
		SystemSeconds:       system.Seconds(),
		VoluntarySwitches:   &voluntary,
		InvoluntarySwitches: &involuntary,
	}
}

// endingOf reads how the child ended from what Wait said.
func endingOf(cmd *exec.Cmd, err error) *ending {
	if cmd.ProcessState == nil {
		return &ending{Code: -1, Signal: "unknown: " + err.Error()}
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return &ending{Code: -1, Signal: status.Signal().String()}
	}
	return &ending{Code: cmd.ProcessState.ExitCode()}
}
