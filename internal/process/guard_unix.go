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
	"runtime"
	"syscall"
	"time"

	"labbook/internal/cpuset"
	"labbook/internal/failure"
	"labbook/internal/record"
)

// killLimit is how long processes may take to disappear after SIGKILL.
const killLimit = 1500 * time.Millisecond

// Guard is the process between us and a child. It runs the program args[2] with the argument
// vector args[3:], in a process group of its own and on the CPUs args[1], until the child ends, ctx
// ends, or the lifeline closes. It leaves nothing of the child behind: the group gets first SIGTERM
// and, after the time args[0], SIGKILL; so does every descendant that has left the group, where the
// system lets us find it.
func Guard(ctx context.Context, args []string) error {
	syscall.CloseOnExec(lifelineFD)
	syscall.CloseOnExec(statusFD)
	lifeline := os.NewFile(lifelineFD, "lifeline")
	status := os.NewFile(statusFD, "status")
	if !isPipe(lifeline) || !isPipe(status) || len(args) < 4 {
		return failure.Usage("guard is for labbook itself: it needs the pipes of its starter")
	}
	grace, err := time.ParseDuration(args[0])
	if err != nil {
		return failure.Usage("guard: %w", err)
	}

	// The child dies with the thread that starts it, see killWithParent.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	adoptOrphans()
	cmd := &exec.Cmd{
		Path:   args[2],
		Args:   args[3:],
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	killWithParent(cmd.SysProcAttr)

	reports := json.NewEncoder(status)
	if err := bindTo(args[1]); err != nil {
		return reports.Encode(guardReport{Error: err.Error()})
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return reports.Encode(guardReport{Error: withoutPath(err).Error()})
	}
	if err := reports.Encode(guardReport{PID: cmd.Process.Pid}); err != nil {
		_, _ = killRemaining(cmd.Process.Pid)
		return err
	}
	return reports.Encode(guardUntilEnd(cmd, began, grace, released(ctx, lifeline)))
}

// bindTo binds this thread to a list of CPUs, unless the list is empty. A child that the thread
// starts inherits them, and so do the child's threads and descendants.
func bindTo(list string) error {
	if list == "" {
		return nil
	}
	cpus, err := cpuset.Parse(list)
	if err != nil {
		return err
	}
	if err := setAffinity(cpus); err != nil {
		return fmt.Errorf("binding it to the CPUs %v: %w", cpus, err)
	}
	return nil
}

// guardUntilEnd waits for the end of the child, or brings it about, and returns the last report.
func guardUntilEnd(
	cmd *exec.Cmd,
	began time.Time,
	grace time.Duration,
	released <-chan struct{},
) guardReport {
	ended := make(chan error, 1)
	var wall time.Duration // valid once ended was read
	go func() {            // ends with the child, which killRemaining sees to
		err := cmd.Wait()
		wall = time.Since(began)
		ended <- err
	}()

	group := cmd.Process.Pid
	var err error
	var orphans []syscall.Rusage
	left, killed := 0, false
	select {
	case err = <-ended:
		left = countRunning(descendants(os.Getpid()))
	case <-released:
		deadline := time.Now().Add(grace)
		killed, err = terminate(group, ended, grace)
		if !killed {
			orphans, killed = awaitGroup(group, deadline)
		}
	}

	others, stuck := killRemaining(group)
	orphans = append(orphans, others...)
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
	ending.Killed = killed
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
// wakes a suspended group, which could not act on SIGTERM. The error is that of the leader's Wait.
func terminate(
	group int,
	ended <-chan error,
	grace time.Duration,
) (killed bool, err error) {
	_ = syscall.Kill(-group, syscall.SIGTERM)
	_ = syscall.Kill(-group, syscall.SIGCONT)
	select {
	case err := <-ended:
		return false, err
	case <-time.After(grace):
	}

	_ = syscall.Kill(-group, syscall.SIGKILL)
	select {
	case err := <-ended:
		return true, err
	case <-time.After(killLimit):
		return true, errStuck
	}
}

// awaitGroup waits until the rest of a group whose leader has ended, such as the server of a shell
// script, has ended too. It returns what each of them used, and reports whether some still run at
// the deadline.
func awaitGroup(group int, deadline time.Time) (used []syscall.Rusage, late bool) {
	for {
		var usage syscall.Rusage
		pid, _ := syscall.Wait4(-group, nil, syscall.WNOHANG, &usage)
		switch {
		case pid > 0:
			used = append(used, usage)
		case errors.Is(syscall.Kill(-group, 0), syscall.ESRCH):
			return used, false
		case time.Now().After(deadline):
			return used, true
		default:
			time.Sleep(killPause)
		}
	}
}

// errStuck is the error of a child that did not even end by SIGKILL: it belongs to another user, or
// hangs in the kernel.
var errStuck = errors.New("it could not be stopped")

// killRemaining kills what is left of the group and every descendant, and waits for them, until
// none is left or killLimit has passed. It returns what each of them used, and the ids of those
// that could not be stopped.
func killRemaining(group int) (used []syscall.Rusage, stuck []int) {
	for deadline := time.Now().Add(killLimit); ; {
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
