//go:build unix

package process

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

// grace is how long a child may take to end after SIGTERM, before it gets SIGKILL. It is shorter
// than the two seconds after which a person presses Ctrl-C once more.
const grace = 1500 * time.Millisecond

// Guard is the process between us and a child. It runs the program args[0] with the argument
// vector args[1:], in a process group of its own, until the child ends, ctx ends, or the lifeline
// closes. It leaves nothing of the child behind: the group gets first SIGTERM, then SIGKILL; so
// does every descendant that has left the group, where the system lets us find it.
func Guard(ctx context.Context, args []string) error {
	syscall.CloseOnExec(lifelineFD)
	syscall.CloseOnExec(statusFD)
	lifeline := os.NewFile(lifelineFD, "lifeline")
	status := os.NewFile(statusFD, "status")
	if !isPipe(lifeline) || !isPipe(status) || len(args) < 2 {
		return failure.Usage("guard is for labbook itself: it needs the pipes of its starter")
	}

	// The child dies with the thread that starts it, see killWithParent.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	adoptOrphans()
	cmd := &exec.Cmd{
		Path:   args[0],
		Args:   args[1:],
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	killWithParent(cmd.SysProcAttr)

	reports := json.NewEncoder(status)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return reports.Encode(guardReport{Error: err.Error()})
	}
	if err := reports.Encode(guardReport{PID: cmd.Process.Pid}); err != nil {
		_, _ = killRemaining(cmd.Process.Pid)
		return err
	}
	return reports.Encode(guardUntilEnd(ctx, cmd, began, lifeline))
}

// guardUntilEnd waits for the end of the child, or brings it about, and returns the last report.
func guardUntilEnd(
	ctx context.Context,
	cmd *exec.Cmd,
	began time.Time,
	lifeline io.Reader,
) guardReport {
	ended := make(chan error, 1)
	var wall time.Duration // valid once ended was read
	go func() {            // ends with the child, which killRemaining sees to
		err := cmd.Wait()
		wall = time.Since(began)
		ended <- err
	}()

	var err error
	left := 0
	select {
	case err = <-ended:
		left = countRunning(descendants(os.Getpid()))
	case <-released(ctx, lifeline):
		err = terminate(cmd.Process.Pid, ended)
	}

	orphans, stuck := killRemaining(cmd.Process.Pid)
	if errors.Is(err, errStuck) { // only a process that has ended has a state
		return guardReport{Ending: &Ending{
			Code:   -1,
			Signal: "none: " + err.Error(),
			Stuck:  stuck,
		}}
	}
	ending := endingOf(cmd, err)
	ending.Stuck = stuck
	ending.Left = left
	return guardReport{
		Ending:  ending,
		Account: accountOf(cmd.ProcessState, orphans, wall),
	}
}

// countRunning returns how many of some processes still run.
func countRunning(pids []int) int {
	n := 0
	for _, pid := range pids {
		if !exited(pid) {
			n++
		}
	}
	return n
}

func isPipe(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// released returns a channel that closes when ctx or the lifeline ends.
func released(ctx context.Context, lifeline io.Reader) <-chan struct{} {
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

// terminate asks the group to end, and kills it if its leader has not ended within grace. SIGCONT
// wakes a suspended group, which could not act on SIGTERM.
func terminate(group int, ended <-chan error) error {
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

// errStuck is the error of a child that did not even end by SIGKILL: it belongs to another user, or
// hangs in the kernel.
var errStuck = errors.New("it could not be stopped")

// killRemaining kills what is left of the group and every descendant, and waits for them, until
// none is left or grace has passed. It returns what each of them used, and the ids of those that
// could not be stopped.
func killRemaining(group int) (used []syscall.Rusage, stuck []int) {
	for deadline := time.Now().Add(grace); ; {
		_ = syscall.Kill(-group, syscall.SIGKILL)
		stuck = descendants(os.Getpid())
		for _, pid := range stuck {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}

		var usage syscall.Rusage
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, &usage)
		switch {
		case pid > 0:
			used = append(used, usage)
		case pid < 0 && !errors.Is(err, syscall.EINTR): // there is no child
			return used, nil
		case time.Now().After(deadline):
			return used, stuck
		default:
			time.Sleep(killPause)
		}
	}
}

// killPause is the time between two looks for what is left.
const killPause = time.Millisecond

// accountOf sums what the child and the orphans that it left behind used. It is nil if the system
// does not report the child's usage.
func accountOf(
	state *os.ProcessState,
	orphans []syscall.Rusage,
	wall time.Duration,
) *record.Account {
	if state == nil {
		return nil
	}
	own, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return nil
	}

	var user, system time.Duration
	var voluntary, involuntary int64
	for _, u := range append(orphans, *own) {
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

// endingOf returns how the child ended; err is the error of its Wait.
func endingOf(cmd *exec.Cmd, err error) *Ending {
	if cmd.ProcessState == nil {
		return &Ending{Code: -1, Signal: "unknown: " + err.Error()}
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return &Ending{Code: -1, Signal: status.Signal().String()}
	}
	return &Ending{Code: cmd.ProcessState.ExitCode()}
}
